package io.elanus.storage.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.filter.Batches;
import io.elanus.storage.filter.Cells;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Rows of every type survive copying, and their key bytes order as their values do.
class RowCopyTest {
    private static final List<ColumnType> TYPES = RandomRows.TYPES;

    @Test
    void copiesChosenRowsOfEveryTypeInOrder() {
        List<List<@Nullable Object>> rows = new RandomRows(7).rows(TYPES, 500);
        var random = new Random(7);
        try (BufferAllocator allocator = new RootAllocator();
                VectorSchemaRoot batch = Batches.of(allocator, TYPES, rows);
                var appender = new RowAppender(batch.getSchema(), allocator)) {
            var expected = new ArrayList<List<@Nullable Object>>();
            for (int round = 0; round < 20; round++) {
                int[] chosen = random.ints(random.nextInt(60), 0, rows.size()).toArray();
                appender.append(batch, chosen, 0, chosen.length);
                for (int row : chosen) {
                    expected.add(rows.get(row));
                }
            }
            try (VectorSchemaRoot copy = appender.take()) {
                assertThat(Batches.literals(copy, TYPES)).isEqualTo(literals(expected));
            }
            assertThat(appender.rows()).isZero();
        }
    }

    private static List<List<Literal>> literals(List<List<@Nullable Object>> rows) {
        var literals = new ArrayList<List<Literal>>();
        for (List<@Nullable Object> row : rows) {
            var values = new ArrayList<Literal>();
            for (int c = 0; c < TYPES.size(); c++) {
                values.add(Literals.of(row.get(c), TYPES.get(c)));
            }
            literals.add(values);
        }
        return literals;
    }

    @Test
    void selectsByBitmapAndSlices() {
        List<List<@Nullable Object>> rows = new RandomRows(8).rows(TYPES, 200);
        try (BufferAllocator allocator = new RootAllocator();
                VectorSchemaRoot batch = Batches.of(allocator, TYPES, rows)) {
            long[] bitmap = new long[4];
            int offset = 13;
            var expected = new ArrayList<List<@Nullable Object>>();
            for (int i = 0; i < 200; i += 3) {
                bitmap[(i + offset) >>> 6] |= 1L << (i + offset);
                expected.add(rows.get(i));
            }
            try (VectorSchemaRoot kept = RowAppender.select(batch, bitmap, offset, allocator);
                    VectorSchemaRoot slice = RowAppender.slice(batch, 17, 50, allocator)) {
                assertThat(Batches.literals(kept, TYPES)).isEqualTo(literals(expected));
                assertThat(Batches.literals(slice, TYPES)).isEqualTo(literals(rows.subList(17, 67)));
            }
        }
    }

    @Test
    void ordersKeysAsTheirValues() {
        for (ColumnType type : TYPES) {
            for (boolean descending : new boolean[] {false, true}) {
                checkOrder(type, descending);
            }
        }
    }

    private static void checkOrder(ColumnType type, boolean descending) {
        List<List<@Nullable Object>> rows = new RandomRows(9).rows(List.of(type), 60);
        var key = new SortKey(Batches.input(0, type), descending, false);
        try (BufferAllocator allocator = new RootAllocator();
                VectorSchemaRoot batch = Batches.of(allocator, List.of(type), rows)) {
            var keys = new RowKeys(List.of(key));
            var bytes = new KeyBytes();
            keys.encode(batch.getFieldVectors(), Selections.all(60), bytes);
            for (int i = 0; i < 60; i++) {
                for (int j = 0; j < 60; j++) {
                    Object a = Cells.read(batch.getVector(0), i, type);
                    Object b = Cells.read(batch.getVector(0), j, type);
                    int order;
                    if (a == null || b == null) {
                        order = Boolean.compare(a == null, b == null);
                    } else {
                        order = Cells.compare(a, b) * (descending ? -1 : 1);
                    }
                    assertThat(Integer.signum(KeyBytes.compare(bytes, i, bytes, j)))
                            .as("%s %s: %s, %s", type.sql(), descending, rows.get(i), rows.get(j))
                            .isEqualTo(Integer.signum(order));
                }
            }
        }
    }
}
