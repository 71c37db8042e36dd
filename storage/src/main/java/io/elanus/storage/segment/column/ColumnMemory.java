package io.elanus.storage.segment.column;

import io.elanus.storage.kernel.NativeMemory;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.jspecify.annotations.Nullable;

/// Where a column lies: native addresses whose meaning is in the package documentation. Valid while the owner of
/// the memory keeps it.
///
/// @param offsets 0 where the layout has none
/// @param data    0 for Items
/// @param items   the child column of Items
public record ColumnMemory(
        long validity, long offsets, long data, @Nullable ColumnMemory items) {
    /// The memory of an Arrow vector of one of [io.elanus.storage.type.ArrowTypes]' types.
    public static ColumnMemory of(FieldVector vector) {
        long validity = vector.getValidityBuffer().memoryAddress();
        return switch (vector) {
            case FixedSizeListVector list ->
                new ColumnMemory(
                        validity, 0, list.getDataVector().getDataBuffer().memoryAddress(), null);
            case ListVector list ->
                new ColumnMemory(validity, list.getOffsetBuffer().memoryAddress(), 0, of(list.getDataVector()));
            case org.apache.arrow.vector.VariableWidthFieldVector text ->
                new ColumnMemory(
                        validity,
                        text.getOffsetBuffer().memoryAddress(),
                        text.getDataBuffer().memoryAddress(),
                        null);
            default -> new ColumnMemory(validity, 0, vector.getDataBuffer().memoryAddress(), null);
        };
    }

    public boolean isNull(int row) {
        return !Bits.at(validity, row);
    }

    public int offset(int row) {
        return NativeMemory.intAt(offsets + (long) row * Integer.BYTES);
    }

    /// The child column; only for Items.
    public ColumnMemory itemMemory() {
        if (items == null) {
            throw new IllegalStateException("Only a list column has items");
        }
        return items;
    }
}
