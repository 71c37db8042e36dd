package io.elanus.storage.compute;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Cells;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/// SUM, SUM0 and AVG: exact for integers and DECIMAL (128-bit sums), compensated for floating point, element by
/// element for vectors. The count tells a group without values from a sum of 0.
abstract sealed class Sums implements Accumulator permits ExactSums, FloatingSums, VectorSums {
    enum Kind {
        SUM,
        SUM0,
        AVG
    }

    final Kind kind;
    final ColumnType argument;
    final ColumnType result;
    final GroupCounts counts;

    Sums(Kind kind, ColumnType argument, ColumnType result, GroupRows rows) {
        this.counts = new GroupCounts(rows);
        this.kind = kind;
        this.argument = argument;
        this.result = result;
    }

    static Sums of(ColumnType argument, ColumnType result, Kind kind, GroupRows rows) {
        return switch (argument) {
            case Simple.TINYINT, Simple.SMALLINT, Simple.INTEGER, Simple.BIGINT ->
                new ExactSums(kind, argument, result, 0, rows);
            case ColumnType.Decimal(int _, int scale) -> new ExactSums(kind, argument, result, scale, rows);
            case Simple.REAL, Simple.DOUBLE -> new FloatingSums(kind, argument, result, rows);
            case ColumnType.Vector vector when !vector.sparse() -> new VectorSums(kind, vector, result, rows);
            case Simple _, ColumnType.Varchar _, ColumnType.Array _, ColumnType.Vector _ ->
                throw new StorageException(
                        ErrorCode.UNDEFINED_FUNCTION,
                        "Aggregate [%s] does not take the type [%s]. Cast the argument to a number."
                                .formatted(kind, argument.sql()));
        };
    }

    @Override
    public void grow(int count) {
        counts.grow(count);
    }

    /// The partial states' counts: only AVG and vectors carry them; another sum that is there counts as one.
    final void mergeCounts(List<FieldVector> states, int[] groups, int count) {
        FieldVector sums = states.getFirst();
        boolean nulls = sums.getNullCount() > 0;
        long values = states.size() > 1 ? ((BigIntVector) states.get(1)).getDataBufferAddress() : 0;
        for (int i = 0; i < count; i++) {
            if (!nulls || !sums.isNull(i)) {
                counts.add(groups[i], values == 0 ? 1 : MemoryUtil.getLong(values + 8L * i));
            }
        }
    }

    final void writeCounts(int from, int count, List<FieldVector> columns) {
        if (columns.size() > 1) {
            counts.write(from, count, (BigIntVector) columns.get(1));
        }
    }

    @Override
    public final void writeResult(int from, int count, FieldVector column) {
        if (writeNumbers(from, count, column)) {
            return;
        }
        for (int i = 0; i < count; i++) {
            Cells.write(result(from + i), result, column, i);
        }
    }

    /// Writes results of a primitive type at once; false if it cannot.
    boolean writeNumbers(int from, int count, FieldVector column) {
        return false;
    }

    /// The cell of the final result.
    abstract @Nullable Object result(int group);

    final Object convert(BigDecimal value) {
        return switch (result) {
            case ColumnType.Decimal(int precision, int scale) -> {
                BigDecimal rounded = value.setScale(scale, RoundingMode.HALF_UP);
                if (rounded.precision() > precision) {
                    throw outOfRange();
                }
                yield rounded;
            }
            case Simple.REAL, Simple.DOUBLE -> value.doubleValue();
            case Simple _ -> {
                BigInteger whole = value.setScale(0, RoundingMode.HALF_UP).unscaledValue();
                if (whole.bitLength() > 63) {
                    throw outOfRange();
                }
                yield whole.longValue();
            }
            case ColumnType.Varchar _, ColumnType.Array _, ColumnType.Vector _ ->
                throw new IllegalStateException("A sum is no " + result.sql());
        };
    }

    final StorageException outOfRange() {
        return new StorageException(
                ErrorCode.NUMBER_OUT_OF_RANGE,
                "A sum is out of the range of [%s]. Cast the argument to DECIMAL or DOUBLE.".formatted(result.sql()));
    }
}
