@NullMarked
package io.elanus.cluster.querynode.fragment;

import org.jspecify.annotations.NullMarked;
