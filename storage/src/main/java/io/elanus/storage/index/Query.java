package io.elanus.storage.index;

import io.elanus.storage.text.Bm25;
import io.elanus.storage.text.TextQuery;

/// What a search looks for. Immutable; the arrays are never changed.
public sealed interface Query {
    /// The elements of a query over dense vectors.
    default float[] dense() {
        return switch (this) {
            case Dense(float[] elements) -> elements;
            case Sparse _, Text _ -> throw new IllegalArgumentException("This column's vectors are not sparse");
        };
    }

    /// @param elements float32 elements of the column's dimension; BINARY: a bit is set where one is above 0
    @SuppressWarnings("ArrayRecordComponent")
    record Dense(float[] elements) implements Query {}

    /// @param packed as [io.elanus.storage.type.SparseVector] says
    @SuppressWarnings("ArrayRecordComponent")
    record Sparse(byte[] packed) implements Query {}

    /// The rows whose text fits best, by the negative of the score.
    ///
    /// @param analyzer by whose terms the rows are found
    record Text(TextQuery query, Bm25 score, String analyzer) implements Query {}
}
