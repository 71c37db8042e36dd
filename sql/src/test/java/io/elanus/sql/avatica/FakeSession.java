package io.elanus.sql.avatica;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.PreparedQuery;
import io.elanus.sql.session.Running;
import io.elanus.sql.session.Session;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.VectorElement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Answers a handful of statements that the tests of the door need: `rows N`, `wait`, `linger`, `insert` (with `?`),
/// `fail`,
/// `echo ?`, and `information_schema` queries.
final class FakeSession implements Session {
    static final int DIMENSION = 3;
    static final ColumnType TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);
    static final ColumnType VECTOR = new ColumnType.Vector(DIMENSION, VectorElement.FLOAT32);
    private static final int BATCH = 1000;

    /// What all sessions of a test share.
    static final class World {
        final BufferAllocator memory;
        final AtomicInteger inserts = new AtomicInteger();
        final AtomicInteger cancels = new AtomicInteger();
        final AtomicInteger open = new AtomicInteger();
        /// Falls when `wait` or `linger` runs.
        final CountDownLatch waiting = new CountDownLatch(1);
        /// Lets `linger` answer with its row.
        final CountDownLatch released = new CountDownLatch(1);
        final List<@Nullable Object> bound = new ArrayList<>();

        World(BufferAllocator memory) {
            this.memory = memory;
        }
    }

    private final World world;
    private final Map<String, String> settings = new LinkedHashMap<>(Map.of("schema", "public", "ef_search", "64"));

    FakeSession(World world) {
        this.world = world;
        world.open.incrementAndGet();
    }

    @Override
    public String id() {
        return "fake";
    }

    @Override
    public Map<String, String> settings() {
        return Map.copyOf(settings);
    }

    @Override
    public void set(String name, String value) {
        settings.put(name, value);
    }

    @Override
    public long sessionTimestamp() {
        return 0;
    }

    @Override
    public void advanceSessionTimestamp(long timestamp) {}

    @Override
    public void close() {
        world.open.decrementAndGet();
    }

    @Override
    public PreparedQuery prepare(String sql, PreparedQuery.RunOptions options) {
        String[] words = sql.strip().split("\\s+");
        return switch (words[0]) {
            case "rows" -> new Fake(Kind.ROWS, Integer.parseInt(words[1]), columns());
            case "wait" -> new Fake(Kind.WAIT, 0, List.of(column("n", ColumnType.Simple.BIGINT)));
            case "linger" -> new Fake(Kind.LINGER, 1, columns());
            case "insert" -> new Fake(Kind.INSERT, 0, List.of());
            case "SELECT" -> new Fake(Kind.TABLES, sql.contains("schemata") ? 1 : 3, tableColumns(sql));
            default ->
                throw new QueryException(
                        ErrorCode.SYNTAX_ERROR,
                        "There is no statement [%s].".formatted(words[0]),
                        1,
                        "Try rows 10.",
                        null);
        };
    }

    private static List<PreparedQuery.ResultColumn> tableColumns(String sql) {
        return sql.contains("schemata")
                ? List.of(column("schema_name", TEXT))
                : List.of(column("table_schema", TEXT), column("table_name", TEXT), column("table_type", TEXT));
    }

    static PreparedQuery.ResultColumn column(String name, ColumnType type) {
        return new PreparedQuery.ResultColumn(name, type, true, List.of("public", "t", name));
    }

    static List<PreparedQuery.ResultColumn> columns() {
        return List.of(
                column("id", ColumnType.Simple.BIGINT),
                column("name", TEXT),
                column("v", VECTOR),
                column("ok", ColumnType.Simple.BOOLEAN),
                column("price", new ColumnType.Decimal(10, 2)),
                column("ratio", ColumnType.Simple.DOUBLE),
                column("at", ColumnType.Simple.TIMESTAMP),
                column("raw", ColumnType.Simple.VARBINARY),
                column("tags", new ColumnType.Array(TEXT)));
    }

    private enum Kind {
        ROWS,
        WAIT,
        LINGER,
        INSERT,
        TABLES
    }

    private final class Fake implements PreparedQuery {
        private final FakeSession.Kind kind;
        private final int count;
        private final List<ResultColumn> columns;

        Fake(FakeSession.Kind kind, int count, List<ResultColumn> columns) {
            this.kind = kind;
            this.count = count;
            this.columns = columns;
        }

        @Override
        public PreparedQuery.Kind kind() {
            return kind == FakeSession.Kind.INSERT ? PreparedQuery.Kind.DML : PreparedQuery.Kind.QUERY;
        }

        @Override
        public List<ResultColumn> columns() {
            return columns;
        }

        @Override
        public List<ColumnType> parameters() {
            return kind == FakeSession.Kind.INSERT ? List.of(ColumnType.Simple.BIGINT, VECTOR, TEXT) : List.of();
        }

        @Override
        public Running run(List<? extends @Nullable Object> parameters, RunOptions options) {
            if (kind == FakeSession.Kind.INSERT) {
                insert(parameters);
            }
            long limit = options.maxRows() == 0 ? count : Math.min(count, options.maxRows());
            return new FakeRunning(kind, columns, (int) limit);
        }

        private void insert(List<? extends @Nullable Object> values) {
            world.inserts.incrementAndGet();
            world.bound.addAll(values);
        }

        @Override
        public long[] runBatch(
                List<? extends List<? extends @Nullable Object>> rows,
                RunOptions options,
                Consumer<VectorSchemaRoot> returned) {
            rows.forEach(this::insert);
            long[] counts = new long[rows.size()];
            java.util.Arrays.fill(counts, 1);
            return counts;
        }

        @Override
        public void close() {}
    }

    private final class FakeRunning implements Running {
        private final FakeSession.Kind kind;
        private final List<PreparedQuery.ResultColumn> columns;
        private final int count;
        private final CountDownLatch cancelled = new CountDownLatch(1);
        private int sent;

        FakeRunning(FakeSession.Kind kind, List<PreparedQuery.ResultColumn> columns, int count) {
            this.kind = kind;
            this.columns = columns;
            this.count = count;
        }

        @Override
        public String queryId() {
            return "q";
        }

        private void linger() {
            world.waiting.countDown();
            try {
                world.released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public @Nullable VectorSchemaRoot next() {
            if (kind == FakeSession.Kind.WAIT) {
                world.waiting.countDown();
                try {
                    cancelled.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                throw new QueryException(ErrorCode.CANCELLED, "The statement was cancelled");
            }
            if (kind == FakeSession.Kind.LINGER && sent == 0) {
                linger();
            }
            if (sent == count || kind == FakeSession.Kind.INSERT) {
                return null;
            }
            int rows = Math.min(BATCH, count - sent);
            VectorSchemaRoot batch = kind == FakeSession.Kind.TABLES ? tables(rows) : numbers(sent, rows);
            sent += rows;
            return batch;
        }

        @Override
        public long updateCount() {
            return kind == FakeSession.Kind.INSERT ? 1 : -1;
        }

        @Override
        public void cancel() {
            world.cancels.incrementAndGet();
            cancelled.countDown();
        }

        @Override
        public Progress progress() {
            return new Progress(7, 9);
        }

        @Override
        public void close() {}

        private VectorSchemaRoot tables(int rows) {
            VectorSchemaRoot root = root(columns);
            String[][] tables = {
                {"public", "words", "BASE TABLE"}, {"public", "other", "BASE TABLE"}, {"system", "nodes", "VIEW"}
            };
            for (int row = 0; row < rows; row++) {
                for (int i = 0; i < columns.size(); i++) {
                    ((VarCharVector) root.getVector(i)).setSafe(row, tables[row][i].getBytes(StandardCharsets.UTF_8));
                }
            }
            root.setRowCount(rows);
            return root;
        }
    }

    private VectorSchemaRoot root(List<PreparedQuery.ResultColumn> columns) {
        return VectorSchemaRoot.create(
                new Schema(columns.stream()
                        .map(column -> ArrowTypes.field(column.name(), column.type()))
                        .toList()),
                world.memory);
    }

    /// Row i: i, `name i` or NULL when i % 10 = 9, [i, i + 0.5, -i], i even, i.25, i / 3, i seconds and 5 µs, {i},
    /// {"t", NULL}.
    private VectorSchemaRoot numbers(int from, int rows) {
        VectorSchemaRoot root = root(columns());
        var floats = (FixedSizeListVector) root.getVector("v");
        var elements = (Float4Vector) floats.getDataVector();
        var tags = (ListVector) root.getVector("tags");
        for (int i = 0; i < rows; i++) {
            int value = from + i;
            ((BigIntVector) root.getVector("id")).setSafe(i, value);
            if (value % 10 != 9) {
                ((VarCharVector) root.getVector("name")).setSafe(i, ("name " + value).getBytes(StandardCharsets.UTF_8));
            }
            floats.setNotNull(i);
            elements.setSafe(i * DIMENSION, value);
            elements.setSafe(i * DIMENSION + 1, value + 0.5f);
            elements.setSafe(i * DIMENSION + 2, -value);
            ((BitVector) root.getVector("ok")).setSafe(i, value % 2 == 0 ? 1 : 0);
            ((DecimalVector) root.getVector("price")).setSafe(i, new java.math.BigDecimal(value + ".25"));
            ((Float8Vector) root.getVector("ratio")).setSafe(i, value / 3.0);
            ((TimeStampMicroVector) root.getVector("at")).setSafe(i, value * 1_000_000L + 5);
            ((VarBinaryVector) root.getVector("raw")).setSafe(i, new byte[] {(byte) value});
            tags.startNewValue(i);
            var items = (VarCharVector) tags.getDataVector();
            int item = tags.getOffsetBuffer().getInt((long) i * 4);
            items.setSafe(item, "t".getBytes(StandardCharsets.UTF_8));
            items.setNull(item + 1);
            tags.endValue(i, 2);
        }
        root.setRowCount(rows);
        return root;
    }
}
