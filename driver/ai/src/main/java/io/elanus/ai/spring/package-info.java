/// Spring AI's vector store over an Elanus table.
@NullMarked
package io.elanus.ai.spring;

import org.jspecify.annotations.NullMarked;
