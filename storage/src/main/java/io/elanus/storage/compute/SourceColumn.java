package io.elanus.storage.compute;

import java.util.List;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;

/// A column to be copied from, in one piece or in several of equal size: row r is slot `r & mask` of piece
/// `r >>> shift`. Reads no slot beyond its vectors; valid as long as they are.
final class SourceColumn {
    /// Row numbers of a column in one piece.
    private static final int WHOLE = Integer.SIZE - 1;

    final FieldVector[] pieces;
    final int shift;
    final int mask;
    /// Of each piece; for lists of fixed size those of the items.
    final long[] data;
    private final long[] validity;
    /// Where the offsets of texts lie; 0 for other columns.
    private final long[] offsets;
    private final boolean nulls;

    private SourceColumn(FieldVector[] pieces, int shift) {
        this.pieces = pieces;
        this.shift = shift;
        this.mask = (1 << shift) - 1;
        this.data = new long[pieces.length];
        this.validity = new long[pieces.length];
        this.offsets = new long[pieces.length];
        boolean any = false;
        for (int i = 0; i < pieces.length; i++) {
            FieldVector piece = pieces[i];
            any |= piece.getNullCount() > 0;
            switch (piece) {
                case BaseFixedWidthVector fixed ->
                    data[i] = fixed.getDataBuffer().memoryAddress();
                case BaseVariableWidthVector variable -> {
                    data[i] = variable.getDataBuffer().memoryAddress();
                    offsets[i] = variable.getOffsetBuffer().memoryAddress();
                }
                case FixedSizeListVector list ->
                    data[i] = list.getDataVector().getDataBuffer().memoryAddress();
                default -> {}
            }
            validity[i] = piece.getValidityBuffer().memoryAddress();
        }
        this.nulls = any;
    }

    static SourceColumn of(FieldVector column) {
        return new SourceColumn(new FieldVector[] {column}, WHOLE);
    }

    /// One column of many batches, all but the last of `1 << shift` rows.
    static SourceColumn of(List<VectorSchemaRoot> batches, int column, int shift) {
        return new SourceColumn(
                batches.stream().map(batch -> batch.getVector(column)).toArray(FieldVector[]::new), shift);
    }

    boolean hasNulls() {
        return nulls;
    }

    boolean isPresent(int row) {
        int slot = row & mask;
        return !nulls || (MemoryUtil.getByte(validity[row >>> shift] + (slot >>> 3)) & 1 << (slot & 7)) != 0;
    }

    /// Of a column of bits.
    boolean bit(int row) {
        int slot = row & mask;
        return (MemoryUtil.getByte(data[row >>> shift] + (slot >>> 3)) & 1 << (slot & 7)) != 0;
    }

    /// Where the value of this row lies, for values of so many bytes.
    long fixed(int row, int width) {
        return data[row >>> shift] + (long) (row & mask) * width;
    }

    /// Where the text of this row begins among those of its piece.
    int start(int row) {
        return MemoryUtil.getInt(offsets[row >>> shift] + 4L * (row & mask));
    }

    int end(int row) {
        return MemoryUtil.getInt(offsets[row >>> shift] + 4L * (row & mask) + 4);
    }

    /// Do these rows follow one another in one piece?
    boolean isRun(int[] rows, int from, int count) {
        int first = rows[from];
        if (first < 0
                || rows[from + count - 1] - first != count - 1
                || first >>> shift != first + count - 1 >>> shift) {
            return false;
        }
        int apart = 0;
        for (int i = 0; i < count; i++) {
            apart |= rows[from + i] - first - i;
        }
        return apart == 0;
    }
}
