/// LangChain4j's embedding store over an Elanus table.
@NullMarked
package io.elanus.ai.langchain4j;

import org.jspecify.annotations.NullMarked;
