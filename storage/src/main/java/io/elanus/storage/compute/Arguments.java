package io.elanus.storage.compute;

import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/// The argument columns of a batch, and what an accumulator asks of them for every block of its rows. Valid as long
/// as the columns.
final class Arguments {
    final List<FieldVector> columns;
    /// Has any of them a NULL?
    final boolean nulls;
    /// The first, if it is one of whole numbers.
    final @Nullable WholeColumn whole;

    Arguments(List<FieldVector> columns) {
        this.columns = columns;
        boolean any = false;
        for (FieldVector column : columns) {
            any |= column.getNullCount() > 0;
        }
        this.nulls = any;
        this.whole = columns.isEmpty() ? null : WholeColumn.of(columns.getFirst());
    }

    FieldVector first() {
        return columns.getFirst();
    }
}
