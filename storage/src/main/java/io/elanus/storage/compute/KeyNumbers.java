package io.elanus.storage.compute;

import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Finds the number of every row's key: a single integer or time in a [LongTable], anything else as bytes in a
/// [GroupTable]. Belongs to one thread; tables may be shared by a filling and a finding one.
final class KeyNumbers {
    private final RowKeys keys;
    private final BufferAllocator allocator;
    private final boolean whole;
    private final KeyBytes encoded = new KeyBytes();
    private int[] numbers = new int[0];

    /// Of which one is used.
    record Tables(LongTable longs, GroupTable bytes) {}

    KeyNumbers(List<Expr> keys, BufferAllocator allocator) {
        this.keys = RowKeys.ofEquality(keys);
        this.allocator = allocator;
        this.whole = whole(keys);
    }

    /// Do keys of these types go by the [LongTable]?
    static boolean whole(List<Expr> keys) {
        ColumnType type = keys.getFirst().type();
        return keys.size() == 1
                && (type == Simple.BIGINT
                        || type == Simple.INTEGER
                        || type == Simple.DATE
                        || type == Simple.TIMESTAMP
                        || type == Simple.TIMESTAMP_TZ);
    }

    /// The numbers of the rows' keys, added if they are new; -1 for a row with a NULL. Valid until the next call.
    int[] add(VectorSchemaRoot batch, Tables tables) {
        return number(batch, tables, true);
    }

    /// The numbers of the rows' keys, -1 where there is none. Valid until the next call.
    int[] find(VectorSchemaRoot batch, Tables tables) {
        return number(batch, tables, false);
    }

    private int[] number(VectorSchemaRoot batch, Tables tables, boolean adds) {
        int rows = batch.getRowCount();
        if (numbers.length < rows) {
            numbers = new int[rows];
        }
        try (VectorSchemaRoot columns = keys.project(batch, null, 0, allocator)) {
            WholeColumn column = whole ? WholeColumn.of(columns.getVector(0)) : null;
            if (column != null) {
                number(column, rows, tables.longs(), adds);
                return numbers;
            }
            long[] nulls = RowKeys.nullRows(columns);
            keys.encode(columns.getFieldVectors(), Selections.all(rows), encoded);
            for (int row = 0; row < rows; row++) {
                if ((nulls[row >>> 6] & 1L << row) != 0) {
                    numbers[row] = -1;
                } else {
                    numbers[row] = adds
                            ? tables.bytes().add(encoded, row)
                            : tables.bytes().find(encoded, row);
                }
            }
        }
        return numbers;
    }

    private void number(WholeColumn column, int rows, LongTable table, boolean adds) {
        for (int row = 0; row < rows; row++) {
            if (column.isNull(row)) {
                numbers[row] = -1;
            } else {
                numbers[row] = adds ? table.add(column.get(row)) : table.find(column.get(row));
            }
        }
    }
}
