/// Distance kernels: the Vector API and a scalar twin of each, equal within rounding.
///
/// [Distances] is the entrance. Which twin runs is probed once at start. Addresses are native; callers guarantee
/// that they are valid, the kernels check nothing.
@NullMarked
package io.elanus.storage.kernel;

import org.jspecify.annotations.NullMarked;
