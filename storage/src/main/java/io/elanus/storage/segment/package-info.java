/// Segments: growing in memory, sealed on disk, and the formats of their files.
@NullMarked
package io.elanus.storage.segment;

import org.jspecify.annotations.NullMarked;
