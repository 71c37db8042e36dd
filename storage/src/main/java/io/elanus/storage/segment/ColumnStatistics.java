package io.elanus.storage.segment;

import io.elanus.proto.grpc.Literal;
import java.util.Optional;

/// Bounds of a column's values. A bound is absent when nothing is known or every value is NULL; it may be wider
/// than the values are.
///
/// Text is ordered by its UTF-8 bytes (which is code point order), FALSE is before TRUE. A column of floating point
/// values that holds a NaN has no bounds; JSON, VARBINARY, UUID, ARRAY and VECTOR columns never have any, unless
/// they are the key.
///
/// @param nulls how many values are NULL, exactly
public record ColumnStatistics(int columnId, long nulls, Optional<Literal> min, Optional<Literal> max) {}
