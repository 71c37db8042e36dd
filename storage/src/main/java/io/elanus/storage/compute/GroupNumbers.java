package io.elanus.storage.compute;

import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.ColumnType;
import java.util.List;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;

/// The groups of rows by their keys, where NULL is a value like another: numbered from 0 in the order they first come.
/// A single whole number or text has a table of its own; whatever else is grouped as bytes. Belongs to one thread.
abstract sealed class GroupNumbers {
    static GroupNumbers of(List<Expr> keys, HeapAccount account) {
        if (!keys.isEmpty() && KeyNumbers.whole(keys)) {
            return new Whole(account);
        }
        return keys.size() == 1 && keys.getFirst().type() instanceof ColumnType.Varchar
                ? new Text(account)
                : new Encoded(account);
    }

    abstract int count();

    /// Fills in the group of each row. Returns how many rows began a new one; those are filled into `fresh`.
    ///
    /// @param encoder of these columns
    abstract int number(RowKeys encoder, List<FieldVector> columns, int[] rows, int[] groups, int[] fresh);

    /// Groups of one column: those of its values, and among them that of NULL.
    private abstract static sealed class Single extends GroupNumbers {
        /// How many values came before the first NULL.
        private int nullGroup = Integer.MAX_VALUE;

        final boolean beginsNull() {
            boolean begins = nullGroup == Integer.MAX_VALUE;
            if (begins) {
                nullGroup = values();
            }
            return begins;
        }

        abstract int values();

        final int nullGroup() {
            return nullGroup;
        }

        final int group(int value) {
            return value < nullGroup ? value : value + 1;
        }

        @Override
        final int count() {
            return values() + (nullGroup == Integer.MAX_VALUE ? 0 : 1);
        }
    }

    private static final class Whole extends Single {
        private final LongTable table;

        Whole(HeapAccount account) {
            this.table = new LongTable(account);
        }

        @Override
        int values() {
            return table.count();
        }

        @Override
        int number(RowKeys encoder, List<FieldVector> columns, int[] rows, int[] groups, int[] fresh) {
            WholeColumn column = WholeColumn.of(columns.getFirst());
            if (column == null) {
                throw new IllegalStateException("No whole numbers in [%s]".formatted(columns.getFirst()));
            }
            int freshCount = 0;
            for (int i = 0; i < rows.length; i++) {
                int row = rows[i];
                if (column.isNull(row)) {
                    if (beginsNull()) {
                        fresh[freshCount++] = row;
                    }
                    groups[i] = nullGroup();
                    continue;
                }
                int before = table.count();
                int value = table.add(column.get(row));
                if (value == before) {
                    fresh[freshCount++] = row;
                }
                groups[i] = group(value);
            }
            return freshCount;
        }
    }

    private static final class Text extends Single {
        private final TextTable table;

        Text(HeapAccount account) {
            this.table = new TextTable(account);
        }

        @Override
        int values() {
            return table.count();
        }

        @Override
        int number(RowKeys encoder, List<FieldVector> columns, int[] rows, int[] groups, int[] fresh) {
            var column = (BaseVariableWidthVector) columns.getFirst();
            long data = column.getDataBuffer().memoryAddress();
            long offsets = column.getOffsetBuffer().memoryAddress();
            boolean nulls = column.getNullCount() > 0;
            int freshCount = 0;
            for (int i = 0; i < rows.length; i++) {
                int row = rows[i];
                if (nulls && column.isNull(row)) {
                    if (beginsNull()) {
                        fresh[freshCount++] = row;
                    }
                    groups[i] = nullGroup();
                    continue;
                }
                int start = org.apache.arrow.memory.util.MemoryUtil.getInt(offsets + 4L * row);
                int end = org.apache.arrow.memory.util.MemoryUtil.getInt(offsets + 4L * row + 4);
                int before = table.count();
                int value = table.add(data + start, end - start);
                if (value == before) {
                    fresh[freshCount++] = row;
                }
                groups[i] = group(value);
            }
            return freshCount;
        }
    }

    private static final class Encoded extends GroupNumbers {
        private final GroupTable table;
        private final KeyBytes encoded = new KeyBytes();

        Encoded(HeapAccount account) {
            this.table = new GroupTable(account);
        }

        @Override
        int count() {
            return table.count();
        }

        @Override
        int number(RowKeys encoder, List<FieldVector> columns, int[] rows, int[] groups, int[] fresh) {
            encoder.encode(columns, rows, encoded);
            int freshCount = 0;
            for (int i = 0; i < rows.length; i++) {
                int before = table.count();
                groups[i] = table.add(encoded, i);
                if (groups[i] == before) {
                    fresh[freshCount++] = rows[i];
                }
            }
            return freshCount;
        }
    }
}
