/// The exact index: it holds nothing and compares every row that passes. Its file is an envelope without sections;
/// the vectors stay in the segment.
@NullMarked
package io.elanus.storage.index.flat;

import org.jspecify.annotations.NullMarked;
