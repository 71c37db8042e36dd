package io.elanus.storage.compute;

import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.ColumnType;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/// The groups of rows by their keys, where NULL is a value like another: numbered from 0 in the order they first come.
/// A single whole number has a table of its own, keys of few bytes are packed, whatever else is grouped as bytes.
/// Belongs to one thread.
abstract sealed class GroupNumbers {
    /// Each group's hash, which depends on its key alone; of those that are given any.
    private static final int PART_SHIFT = 40;

    static GroupNumbers of(List<Expr> keys, RowKeys encoder, HeapAccount account) {
        if (!keys.isEmpty() && KeyNumbers.whole(keys)) {
            return new Whole(account);
        }
        PackedKeys packed = keys.isEmpty() ? null : PackedKeys.of(keys);
        boolean text = keys.size() == 1 && keys.getFirst().type() instanceof ColumnType.Varchar;
        return packed == null
                ? new Encoded(encoder, account)
                : new Packed(packed, text ? new TextTable(account) : null, encoder, account);
    }

    abstract int count();

    /// Fills in the group of the first `count` of these rows. Returns how many of them began a new one; those are
    /// filled into `fresh`.
    abstract int number(List<FieldVector> columns, int[] rows, int count, int[] groups, int[] fresh);

    /// Which of `parts` the group belongs to, by its key.
    abstract int part(int group, int parts);

    static int part(long hash, int parts) {
        return (int) ((hash >>> PART_SHIFT) * parts >>> Long.SIZE - PART_SHIFT);
    }

    private static final class Whole extends GroupNumbers {
        private final LongTable table;
        /// How many values came before the first NULL.
        private int nullGroup = Integer.MAX_VALUE;

        Whole(HeapAccount account) {
            this.table = new LongTable(account);
        }

        @Override
        int count() {
            return table.count() + (nullGroup == Integer.MAX_VALUE ? 0 : 1);
        }

        @Override
        int number(List<FieldVector> columns, int[] rows, int count, int[] groups, int[] fresh) {
            WholeColumn column = WholeColumn.of(columns.getFirst());
            if (column == null) {
                throw new IllegalStateException("No whole numbers in [%s]".formatted(columns.getFirst()));
            }
            int freshCount = 0;
            for (int i = 0; i < count; i++) {
                int row = rows[i];
                if (column.isNull(row)) {
                    if (nullGroup == Integer.MAX_VALUE) {
                        nullGroup = table.count();
                        fresh[freshCount++] = row;
                    }
                    groups[i] = nullGroup;
                    continue;
                }
                int before = table.count();
                int value = table.add(column.get(row));
                if (value == before) {
                    fresh[freshCount++] = row;
                }
                groups[i] = value < nullGroup ? value : value + 1;
            }
            return freshCount;
        }

        @Override
        int part(int group, int parts) {
            if (group == nullGroup) {
                return 0;
            }
            long key = table.key(group < nullGroup ? group : group - 1);
            return part(WideTable.hash(key, 0), parts);
        }
    }

    /// Hashes by group, for tables that know only keys.
    private abstract static sealed class Hashed extends GroupNumbers {
        private final HeapAccount account;
        private long[] hashes = new long[64];
        private int count;

        Hashed(HeapAccount account) {
            this.account = account;
            account.add(64L * 8);
        }

        final void begin(long hash) {
            if (count == hashes.length) {
                account.add(8L * count);
                hashes = Arrays.copyOf(hashes, 2 * count);
            }
            hashes[count++] = hash;
        }

        @Override
        final int count() {
            return count;
        }

        @Override
        final int part(int group, int parts) {
            return part(hashes[group], parts);
        }
    }

    private static final class Packed extends Hashed {
        private final PackedKeys keys;
        private final WideTable table;
        /// Of longer texts, when the key is one text; of other keys that do not fit, else.
        private final @Nullable TextTable texts;
        private final GroupTable others;
        /// The groups of the entries of that table.
        private int[] otherGroups = new int[16];
        private final RowKeys encoder;
        private final KeyBytes encoded = new KeyBytes();
        private int[] otherRows = new int[0];

        Packed(PackedKeys keys, @Nullable TextTable texts, RowKeys encoder, HeapAccount account) {
            super(account);
            this.keys = keys;
            this.table = new WideTable(account);
            this.texts = texts;
            this.others = new GroupTable(account);
            this.encoder = encoder;
        }

        @Override
        int number(List<FieldVector> columns, int[] rows, int count, int[] groups, int[] fresh) {
            keys.pack(columns, rows, count);
            if (texts == null) {
                encodeOthers(columns, rows, count);
            }
            long[] low = keys.low;
            long[] high = keys.high;
            int other = 0;
            int freshCount = 0;
            int next = count();
            for (int i = 0; i < count; i++) {
                int group;
                if (keys.fits[i]) {
                    group = table.add(low[i], high[i], next);
                    if (group == next) {
                        begin(WideTable.hash(low[i], high[i]));
                    }
                } else {
                    group = texts == null
                            ? other(other++, next)
                            : text(texts, (BaseVariableWidthVector) columns.getFirst(), rows[i], next);
                }
                groups[i] = group;
                if (group == next) {
                    fresh[freshCount++] = rows[i];
                    next++;
                }
            }
            return freshCount;
        }

        private void encodeOthers(List<FieldVector> columns, int[] rows, int count) {
            if (otherRows.length < count) {
                otherRows = new int[rows.length];
            }
            int others = 0;
            for (int i = 0; i < count; i++) {
                otherRows[others] = rows[i];
                others += keys.fits[i] ? 0 : 1;
            }
            if (others > 0) {
                encoder.encode(columns, otherRows, others, encoded);
            }
        }

        private int other(int row, int next) {
            int entries = others.count();
            int entry = others.add(encoded, row);
            return entry < entries ? otherGroups[entry] : begin(entry, next, encoded.hash(row));
        }

        private int text(TextTable table, BaseVariableWidthVector column, int row, int next) {
            long offset = column.getOffsetBuffer().memoryAddress() + 4L * row;
            int start = MemoryUtil.getInt(offset);
            int entries = table.count();
            int entry =
                    table.add(column.getDataBuffer().memoryAddress() + start, MemoryUtil.getInt(offset + 4) - start);
            return entry < entries ? otherGroups[entry] : begin(entry, next, table.hash(entry));
        }

        private int begin(int entry, int group, long hash) {
            otherGroups = Growth.ints(otherGroups, entry + 1);
            otherGroups[entry] = group;
            begin(hash);
            return group;
        }
    }

    private static final class Encoded extends Hashed {
        private final GroupTable table;
        private final RowKeys encoder;
        private final KeyBytes encoded = new KeyBytes();

        Encoded(RowKeys encoder, HeapAccount account) {
            super(account);
            this.encoder = encoder;
            this.table = new GroupTable(account);
        }

        @Override
        int number(List<FieldVector> columns, int[] rows, int count, int[] groups, int[] fresh) {
            encoder.encode(columns, rows, count, encoded);
            int freshCount = 0;
            for (int i = 0; i < count; i++) {
                int before = table.count();
                groups[i] = table.add(encoded, i);
                if (groups[i] == before) {
                    begin(encoded.hash(i));
                    fresh[freshCount++] = rows[i];
                }
            }
            return freshCount;
        }
    }
}
