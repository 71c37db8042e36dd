package io.elanus.storage.filter;

import io.elanus.storage.filter.Lane.Bools;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `value IN (constants)`. With a NULL among the constants a miss is NULL.
final class Membership extends Step.Strict<Bools> {
    /// Bits of a set of numbers that lie close together; 128 KB.
    private static final long MAX_SPAN = 1 << 20;

    private final Set set;
    private final boolean missIsNull;

    /// The constants in the form that their lane is searched in.
    private sealed interface Set {
        @SuppressWarnings("ArrayRecordComponent")
        record Longs(long[] sorted) implements Set {}

        /// Numbers that lie close together: bit i says whether `least + i` is there.
        @SuppressWarnings("ArrayRecordComponent")
        record Bits(long least, long span, long[] words) implements Set {}

        record Bytes(ByteTable table) implements Set {}

        record Cells(java.util.Set<Object> cells) implements Set {}
    }

    private Membership(Step value, Set set, boolean missIsNull) {
        super(List.of(value), new Bools());
        this.set = set;
        this.missIsNull = missIsNull;
    }

    /// @param constants cells of the value's type
    static Step of(Step value, Lane kind, List<@Nullable Object> constants) {
        var present = new ArrayList<Object>();
        for (Object constant : constants) {
            if (constant != null) {
                present.add(constant);
            }
        }
        Set set = switch (kind) {
            case Lane.Longs _ ->
                ofNumbers(
                        present.stream().mapToLong(cell -> (Long) cell).sorted().toArray());
            case Lane.Bytes _ -> new Set.Bytes(ByteTable.of(present));
            case Bools _, Lane.Doubles _, Lane.Decimals _, Lane.Objects _, Lane.Vectors _ -> {
                var cells = new HashSet<Object>();
                present.forEach(cell -> cells.add(identity(cell)));
                yield new Set.Cells(cells);
            }
        };
        return new Membership(value, set, present.size() < constants.size());
    }

    private static Set ofNumbers(long[] sorted) {
        long span = sorted.length == 0 ? 0 : sorted[sorted.length - 1] - sorted[0];
        if (sorted.length == 0 || span < 0 || span >= MAX_SPAN) {
            return new Set.Longs(sorted);
        }
        long[] words = new long[(int) (span >>> 6) + 1];
        for (long value : sorted) {
            int bit = (int) (value - sorted[0]);
            words[bit >>> 6] |= 1L << bit;
        }
        return new Set.Bits(sorted[0], span, words);
    }

    @Override
    void compute(Lane[] in, long[] live, Frame frame) {
        if (set instanceof Set.Bits(long least, long span, long[] bits)) {
            look(((Lane.Longs) in[0]).values, least, span, bits, frame.words());
            finish(live, frame);
            return;
        }
        for (int w = 0; w < frame.words(); w++) {
            long result = 0;
            for (long word = live[w]; word != 0; word &= word - 1) {
                int bit = Long.numberOfTrailingZeros(word);
                int row = (w << 6) + bit;
                boolean found = switch (set) {
                    case Set.Bits _ -> throw new IllegalStateException("Bits are looked up in a loop of their own");
                    case Set.Longs(long[] sorted) -> Arrays.binarySearch(sorted, ((Lane.Longs) in[0]).values[row]) >= 0;
                    case Set.Bytes(ByteTable table) -> {
                        var bytes = (Lane.Bytes) in[0];
                        yield table.contains(bytes.heap, bytes.starts[row], bytes.lengths[row]);
                    }
                    case Set.Cells(java.util.Set<Object> cells) -> cells.contains(identity(in[0].cell(row)));
                };
                result |= (found ? 1L : 0L) << bit;
            }
            out.bits[w] = result;
        }
        finish(live, frame);
    }

    /// Over every slot; those that are not live are settled afterwards.
    private void look(long[] values, long least, long span, long[] bits, int words) {
        for (int w = 0; w < words; w++) {
            long result = 0;
            for (int i = 0; i < 64; i++) {
                long at = values[(w << 6) + i] - least;
                boolean within = Long.compareUnsigned(at, span) <= 0;
                int bit = within ? (int) at : 0;
                result |= (within ? bits[bit >>> 6] >>> bit & 1 : 0) << i;
            }
            out.bits[w] = result;
        }
    }

    private void finish(long[] live, Frame frame) {
        for (int w = 0; w < frame.words(); w++) {
            out.bits[w] &= live[w];
            if (missIsNull) {
                out.nulls[w] |= live[w] & ~out.bits[w];
            }
        }
    }

    /// A form whose equals is SQL's.
    private static Object identity(Object cell) {
        return switch (cell) {
            case Double number -> number == 0 ? (Double) 0.0 : number;
            case BigDecimal decimal -> decimal.stripTrailingZeros();
            case float[] elements -> {
                var list = new ArrayList<Float>();
                for (float element : elements) {
                    list.add(element == 0 ? 0f : element);
                }
                yield list;
            }
            case byte[] bytes -> java.nio.ByteBuffer.wrap(bytes);
            default -> cell;
        };
    }

    /// A hash table of byte strings.
    @SuppressWarnings("ArrayRecordComponent")
    private record ByteTable(byte[] @Nullable [] slots) {
        static ByteTable of(List<Object> cells) {
            int size = Integer.highestOneBit(Math.max(4, cells.size() * 4 - 1));
            var table = new ByteTable(new byte[size][]);
            for (Object cell : cells) {
                byte[] bytes = cell instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : (byte[]) cell;
                if (!table.contains(bytes, 0, bytes.length)) {
                    int slot = hash(bytes, 0, bytes.length) & size - 1;
                    while (table.slots[slot] != null) {
                        slot = slot + 1 & size - 1;
                    }
                    table.slots[slot] = bytes;
                }
            }
            return table;
        }

        boolean contains(byte[] heap, int start, int length) {
            int slot = hash(heap, start, length) & slots.length - 1;
            while (true) {
                byte[] candidate = slots[slot];
                if (candidate == null) {
                    return false;
                }
                if (candidate.length == length && Arrays.equals(candidate, 0, length, heap, start, start + length)) {
                    return true;
                }
                slot = slot + 1 & slots.length - 1;
            }
        }

        private static int hash(byte[] heap, int start, int length) {
            int hash = length;
            for (int i = start; i < start + length; i++) {
                hash = 31 * hash + heap[i];
            }
            return hash ^ hash >>> 15;
        }
    }
}
