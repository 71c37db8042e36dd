package io.elanus.sql.copy;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.util.function.IntToLongFunction;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;

/// Looks at the buffers of batches that came from outside before anything reads them: are they long enough for
/// their rows, do offsets rise, and do they end where the data ends? After this a reader may go by offsets and
/// addresses.
public final class ArrowBounds {
    private ArrowBounds() {}

    public static void check(VectorSchemaRoot batch) {
        for (FieldVector vector : batch.getFieldVectors()) {
            if (vector.getValueCount() != batch.getRowCount()) {
                throw broken(vector);
            }
            check(vector);
        }
    }

    private static void check(FieldVector vector) {
        int rows = vector.getValueCount();
        if (rows == 0 || vector instanceof NullVector) {
            return;
        }
        require(rows > 0 && vector.getValidityBuffer().capacity() >= bits(rows), vector);
        switch (vector) {
            case BitVector flags -> require(flags.getDataBuffer().capacity() >= bits(rows), vector);
            case BaseFixedWidthVector fixed ->
                require(fixed.getDataBuffer().capacity() >= (long) rows * fixed.getTypeWidth(), vector);
            case BaseVariableWidthVector text ->
                offsets(vector, rows, text.getDataBuffer().capacity());
            case BaseLargeVariableWidthVector text ->
                longOffsets(vector, rows, text.getDataBuffer().capacity());
            case MapVector _ -> throw unknown(vector);
            case ListVector list -> {
                offsets(vector, rows, list.getDataVector().getValueCount());
                check(list.getDataVector());
            }
            case LargeListVector list -> {
                longOffsets(vector, rows, list.getDataVector().getValueCount());
                check(list.getDataVector());
            }
            case FixedSizeListVector list -> {
                require(list.getDataVector().getValueCount() >= (long) rows * list.getListSize(), vector);
                check(list.getDataVector());
            }
            default -> throw unknown(vector);
        }
    }

    private static long bits(int rows) {
        return (rows + 7L) / 8;
    }

    private static void offsets(FieldVector vector, int rows, long limit) {
        ArrowBuf offsets = vector.getOffsetBuffer();
        require(offsets.capacity() >= (rows + 1L) * Integer.BYTES, vector);
        rising(vector, rows, limit, row -> offsets.getInt((long) row * Integer.BYTES));
    }

    private static void longOffsets(FieldVector vector, int rows, long limit) {
        ArrowBuf offsets = vector.getOffsetBuffer();
        require(offsets.capacity() >= (rows + 1L) * Long.BYTES, vector);
        rising(vector, rows, limit, row -> offsets.getLong((long) row * Long.BYTES));
    }

    private static void rising(FieldVector vector, int rows, long limit, IntToLongFunction offset) {
        long last = offset.applyAsLong(0);
        boolean rising = last >= 0;
        for (int row = 1; row <= rows; row++) {
            long next = offset.applyAsLong(row);
            rising &= next >= last;
            last = next;
        }
        require(rising && last <= limit, vector);
    }

    private static void require(boolean holds, FieldVector vector) {
        if (!holds) {
            throw broken(vector);
        }
    }

    private static QueryException broken(FieldVector vector) {
        return new QueryException(
                ErrorCode.BAD_COPY_FILE,
                "Column [%s] of a batch is not valid Arrow: its buffers do not fit its rows."
                        .formatted(vector.getName()));
    }

    private static QueryException unknown(FieldVector vector) {
        return new QueryException(
                ErrorCode.DATATYPE_MISMATCH,
                "Column [%s] has the Arrow type [%s], which converts to no column type."
                        .formatted(vector.getName(), vector.getField().getType()),
                "Send the type that a query of the column answers with.");
    }
}
