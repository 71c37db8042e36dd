package io.elanus.sql.copy.parquet;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.format.SchemaElement;
import org.jspecify.annotations.Nullable;

/// A top-level field of a file.
///
/// @param leaf how its values are stored; null: nested deeper than a list of primitives
public record ParquetColumn(String name, @Nullable Leaf leaf) {

    /// A primitive, or the elements of a list.
    ///
    /// @param element the leaf in the footer's schema, with its annotation
    /// @param repeatedAt definition level from which on a list has an element; 0: not a list
    record Leaf(ColumnDescriptor descriptor, SchemaElement element, int repeatedAt) {
        boolean list() {
            return repeatedAt > 0;
        }
    }

    /// Is it a primitive or a list of one?
    public boolean readable() {
        return leaf != null;
    }
}
