package io.elanus.storage.compute;

import io.elanus.storage.filter.Cells;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.jspecify.annotations.Nullable;

/// A HyperLogLog per group: register j holds the highest rank (leading zeros + 1) of the hashes that fall on
/// it.
final class DistinctSketches implements Accumulator {
    private static final int BITS = 12;
    private static final int REGISTERS = 1 << BITS;
    private final RowKeys keys;
    private final KeyBytes encoded = new KeyBytes();
    private byte[] @Nullable [] registers = new byte[0][];
    private long bytes;

    DistinctSketches(List<Expr> arguments) {
        this.keys = RowKeys.ofEquality(arguments);
    }

    @Override
    public void grow(int count) {
        if (registers.length < count) {
            registers = Arrays.copyOf(registers, Growth.size(registers.length, count));
        }
    }

    @Override
    public void add(Arguments arguments, int[] rows, int[] groups, int count) {
        keys.encode(arguments.columns, rows, count, encoded);
        for (int i = 0; i < count; i++) {
            if (Slots.present(arguments.columns, rows[i])) {
                long hash = encoded.hash(i);
                int register = (int) (hash >>> (64 - BITS));
                byte rank = (byte) (Long.numberOfLeadingZeros(hash << BITS | 1L << (BITS - 1)) + 1);
                byte[] own = registers(groups[i]);
                own[register] = (byte) Math.max(own[register], rank);
            }
        }
    }

    private byte[] registers(int group) {
        byte[] own = registers[group];
        if (own == null) {
            own = new byte[REGISTERS];
            registers[group] = own;
            bytes += REGISTERS;
        }
        return own;
    }

    @Override
    public void merge(List<FieldVector> states, int[] groups, int count) {
        var sketches = (VarBinaryVector) states.getFirst();
        for (int i = 0; i < count; i++) {
            if (!sketches.isNull(i)) {
                merge(registers(groups[i]), sketches.get(i));
            }
        }
    }

    private static void merge(byte[] own, byte[] other) {
        for (int j = 0; j < REGISTERS; j++) {
            own[j] = (byte) Math.max(own[j], other[j]);
        }
    }

    @Override
    public void absorb(Accumulator other, int[] theirs, int[] groups, int count) {
        for (int i = 0; i < count; i++) {
            byte[] sketch = ((DistinctSketches) other).registers[theirs[i]];
            if (sketch != null) {
                merge(registers(groups[i]), sketch);
            }
        }
    }

    @Override
    public void writeState(int from, int count, List<FieldVector> columns) {
        for (int i = 0; i < count; i++) {
            Cells.write(registers[from + i], Simple.VARBINARY, columns.getFirst(), i);
        }
    }

    @Override
    public void writeResult(int from, int count, FieldVector column) {
        for (int i = 0; i < count; i++) {
            byte[] own = registers[from + i];
            Cells.write(own == null ? 0L : estimate(own), Simple.BIGINT, column, i);
        }
    }

    private static long estimate(byte[] registers) {
        double sum = 0;
        int zeros = 0;
        for (byte register : registers) {
            sum += Math.scalb(1.0, -register);
            zeros += register == 0 ? 1 : 0;
        }
        double raw = 0.7213 / (1 + 1.079 / REGISTERS) * REGISTERS * REGISTERS / sum;
        boolean small = raw <= 2.5 * REGISTERS && zeros > 0;
        return Math.round(small ? REGISTERS * Math.log((double) REGISTERS / zeros) : raw);
    }

    @Override
    public long heapBytes() {
        return 8L * registers.length + bytes;
    }
}
