package io.elanus.sql.bench;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.filter.Evaluator;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.index.VectorIndexFormat.BuiltIndex;
import io.elanus.storage.index.scalar.IndexedFilter;
import io.elanus.storage.index.scalar.ScalarFormat;
import io.elanus.storage.index.scalar.ScalarIndex;
import io.elanus.storage.index.scalar.ScalarSource;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.util.TransferPair;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Filters of one segment through its scalar indexes and without: the time until the rows that pass are known.
@Command(
        name = "filter",
        description = "Measure filters of a segment with and without scalar indexes.",
        mixinStandardHelpOptions = true)
public final class FilterBench implements Callable<Integer> {
    private static final int CHUNK = 1 << 16;
    private static final long SEED = 1;
    private static final ColumnType TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);
    private static final int SHARE_VALUES = 100;

    @Option(names = "--rows", defaultValue = "1000000", description = "Rows. Default: ${DEFAULT-VALUE}.")
    private int rows;

    @Option(names = "--seconds", defaultValue = "1", description = "Time per measurement. Default: ${DEFAULT-VALUE}.")
    private double seconds;

    @Spec
    private @Nullable CommandSpec command;

    /// A condition, and the column that it is about.
    private record Filter(String sql, int column, Expr condition) {}

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(command).commandLine().getOut();
        try (BufferAllocator memory = new RootAllocator();
                Arena arena = Arena.ofShared();
                BigIntVector ids = numbers("id", rows, memory);
                BigIntVector groups = numbers("year", SHARE_VALUES, memory);
                VarCharVector titles = texts(memory)) {
            List<Column> columns = List.of(
                    new Column(ids, Simple.BIGINT, CHUNK),
                    new Column(groups, Simple.BIGINT, CHUNK),
                    new Column(titles, TEXT, CHUNK));
            out.printf("%-28s %-9s %10s %10s %10s %8s%n", "filter", "index", "rows", "without", "with", "ratio");
            for (Filter filter : filters()) {
                Column column = columns.get(filter.column());
                Result scan = measure(column, filter.condition(), null);
                for (ScalarFormat format : ScalarFormat.values()) {
                    Result indexed = measure(column, filter.condition(), index(column, format, arena));
                    out.printf(
                            "%-28s %-9s %10d %7.1f µs %7.1f µs %7.1f%n",
                            filter.sql(),
                            format.sql(),
                            indexed.passed(),
                            scan.micros(),
                            indexed.micros(),
                            scan.micros() / indexed.micros());
                    if (indexed.passed() != scan.passed()) {
                        throw new IllegalStateException(
                                "The index passes %d rows, the column %d".formatted(indexed.passed(), scan.passed()));
                    }
                }
                out.flush();
            }
        }
        return 0;
    }

    private List<Filter> filters() {
        return List.of(
                new Filter("id = …", 0, compare(Operator.EQ, Simple.BIGINT, (long) rows / 3)),
                new Filter("year = … (1 %)", 1, compare(Operator.EQ, Simple.BIGINT, 7L)),
                new Filter("year < … (10 %)", 1, compare(Operator.LT, Simple.BIGINT, 10L)),
                new Filter("title = …", 2, compare(Operator.EQ, TEXT, "title " + rows / 3)),
                new Filter("title LIKE 'title 77%'", 2, compare(Operator.LIKE, TEXT, "title 77%")));
    }

    private static Expr compare(Operator operator, ColumnType type, Object value) {
        Literal literal = Literals.of(value, type);
        return new Expr.Call(
                operator, List.of(new Expr.Input(0, type), new Expr.Constant(literal, type)), Simple.BOOLEAN);
    }

    /// Every number below `values`, as often as the others, in a random order.
    private BigIntVector numbers(String name, int values, BufferAllocator memory) {
        var random = new SplittableRandom(SEED);
        long[] shuffled = new long[rows];
        Arrays.setAll(shuffled, i -> i % values);
        for (int i = rows - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            long moved = shuffled[i];
            shuffled[i] = shuffled[other];
            shuffled[other] = moved;
        }
        var vector = (BigIntVector) ArrowTypes.field(name, Simple.BIGINT).createVector(memory);
        vector.allocateNew(rows);
        for (int i = 0; i < rows; i++) {
            vector.set(i, shuffled[i]);
        }
        vector.setValueCount(rows);
        return vector;
    }

    private VarCharVector texts(BufferAllocator memory) {
        var vector = (VarCharVector) ArrowTypes.field("title", TEXT).createVector(memory);
        for (int i = 0; i < rows; i++) {
            vector.setSafe(i, ("title " + i).getBytes(StandardCharsets.UTF_8));
        }
        vector.setValueCount(rows);
        return vector;
    }

    private static ScalarIndex index(Column column, ScalarFormat format, Arena arena) {
        try (BuiltIndex built = format.build(column, BuildMonitor.NONE)) {
            MemorySegment file = arena.allocate(built.bytes(), 64);
            long at = 0;
            for (ByteBuffer part : built.parts()) {
                MemorySegment from = MemorySegment.ofBuffer(part);
                MemorySegment.copy(from, 0, file, at, from.byteSize());
                at += from.byteSize();
            }
            return ScalarFormat.open("bench", file, column.type(), column.rows());
        }
    }

    private record Result(double micros, long passed) {}

    /// The best of many runs.
    private Result measure(Column column, Expr condition, @Nullable ScalarIndex index) {
        var evaluator = Evaluator.compile(condition);
        List<VectorSchemaRoot> chunks = new ArrayList<>();
        for (int i = 0; i < column.chunks(); i++) {
            chunks.add(column.chunk(i));
        }
        try {
            long best = Long.MAX_VALUE;
            long passed = 0;
            long end = System.nanoTime() + (long) (seconds * 1e9);
            while (System.nanoTime() < end) {
                long start = System.nanoTime();
                long[] words = new long[(rows + 63) >>> 6];
                Arrays.fill(words, -1L);
                words[words.length - 1] = -1L >>> (-rows & 63);
                Optional<IndexedFilter> indexed = IndexedFilter.of(condition, _ -> index, rows);
                indexed.ifPresent(filter -> filter.retain(words));
                if (indexed.isEmpty() || indexed.get().rest().isPresent()) {
                    for (int i = 0; i < chunks.size(); i++) {
                        evaluator.select(chunks.get(i), words, column.firstRow(i));
                    }
                }
                passed = Arrays.stream(words).map(Long::bitCount).sum();
                best = Math.min(best, System.nanoTime() - start);
            }
            return new Result(best / 1e3, passed);
        } finally {
            chunks.forEach(VectorSchemaRoot::close);
        }
    }

    /// A vector, cut in chunks.
    private record Column(FieldVector vector, ColumnType type, int chunkRows) implements ScalarSource {
        @Override
        public int rows() {
            return vector.getValueCount();
        }

        @Override
        public int chunks() {
            return (rows() + chunkRows - 1) / chunkRows;
        }

        @Override
        public int firstRow(int chunk) {
            return chunk * chunkRows;
        }

        @Override
        public VectorSchemaRoot chunk(int chunk) {
            int count = Math.min(chunkRows, rows() - firstRow(chunk));
            TransferPair transfer = vector.getTransferPair(vector.getAllocator());
            transfer.splitAndTransfer(firstRow(chunk), count);
            var part = (FieldVector) transfer.getTo();
            return new VectorSchemaRoot(List.of(part.getField()), List.of(part), count);
        }
    }
}
