package io.elanus.storage.index.scalar;

import static io.elanus.storage.filter.Batches.call;
import static io.elanus.storage.filter.Batches.constant;
import static io.elanus.storage.filter.Batches.input;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Batches;
import io.elanus.storage.filter.Evaluator;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.index.IndexFiles;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Filters answered through indexes keep the rows that the evaluator keeps, for every type, kind of index and shape
/// of condition.
class ScalarIndexTest {
    private static final int ROWS = 1500;
    private static final int CHUNK = 512;
    private static final long SEED = 20_261_122;

    private final BufferAllocator allocator = new RootAllocator();
    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
        allocator.close();
    }

    private ScalarIndex index(ScalarFormat format, ScalarSource source) {
        return ScalarFormat.open("test", IndexFiles.mapped(file(format, source), arena), source.type(), source.rows());
    }

    private static byte[] file(ScalarFormat format, ScalarSource source) {
        return IndexFiles.bytes(format.build(source, BuildMonitor.NONE));
    }

    @ParameterizedTest
    @EnumSource
    void anIndexedFilterKeepsTheRowsThatTheEvaluatorKeeps(ScalarFormat format) {
        long seed = SEED;
        var random = new Random(seed);
        var conditions = new RandomConditions(random);
        var rows = IntStream.range(0, ROWS).mapToObj(_ -> conditions.row()).toList();
        try (VectorSchemaRoot batch = Batches.of(allocator, RandomConditions.TYPES, rows)) {
            Map<Integer, ScalarIndex> indexes = new HashMap<>();
            for (int c = 0; c < RandomConditions.TYPES.size(); c++) {
                ColumnType type = RandomConditions.TYPES.get(c);
                if (format.supports(type)) {
                    indexes.put(c, index(format, new ChunkedColumn(batch.getVector(c), type, CHUNK, allocator)));
                }
            }
            int used = 0;
            for (int i = 0; i < 2000; i++) {
                Expr filter = conditions.condition(2);
                Optional<IndexedFilter> indexed = IndexedFilter.of(filter, indexes::get, ROWS);
                used += indexed.isPresent() ? 1 : 0;
                long[] found = all();
                indexed.ifPresent(narrowed -> narrowed.retain(found));
                indexed.map(IndexedFilter::rest)
                        .orElse(Optional.of(filter))
                        .ifPresent(rest -> select(batch, rest, found));
                long[] expected = all();
                select(batch, filter, expected);
                assertThat(found).as("seed %d, filter %s", seed, filter).isEqualTo(expected);
                indexed.ifPresent(narrowed -> assertThat(narrowed.atMost())
                        .as("seed %d, filter %s", seed, filter)
                        .isGreaterThanOrEqualTo(
                                Arrays.stream(expected).map(Long::bitCount).sum()));
            }
            assertThat(used).as("filters that used an index, seed %d", seed).isGreaterThan(300);
        }
    }

    private static long[] all() {
        long[] words = new long[(ROWS + 63) / 64];
        Arrays.fill(words, -1L);
        words[words.length - 1] = (1L << (ROWS & 63)) - 1;
        return words;
    }

    private static void select(VectorSchemaRoot batch, Expr filter, long[] words) {
        Evaluator.compile(filter).select(batch, words, 0);
    }

    @Test
    void twoBoundsOfAColumnAreOneRange() {
        var rows = IntStream.range(0, ROWS).mapToObj(i -> Batches.row((long) i)).toList();
        try (VectorSchemaRoot batch = Batches.of(allocator, List.of(Simple.BIGINT), rows)) {
            ScalarIndex index =
                    index(ScalarFormat.SORTED, new ChunkedColumn(batch.getVector(0), Simple.BIGINT, CHUNK, allocator));
            Expr id = input(0, Simple.BIGINT);
            Expr filter = call(
                    Operator.AND,
                    Simple.BOOLEAN,
                    call(Operator.GE, Simple.BOOLEAN, id, constant(700L, Simple.BIGINT)),
                    call(Operator.LT, Simple.BOOLEAN, id, constant(710L, Simple.BIGINT)));
            IndexedFilter indexed = IndexedFilter.of(filter, _ -> index, ROWS).orElseThrow();
            assertThat(indexed.atMost()).isEqualTo(10);
            assertThat(indexed.rest()).isEmpty();
            Expr unselective = call(Operator.LT, Simple.BOOLEAN, id, constant(1000L, Simple.BIGINT));
            assertThat(IndexedFilter.of(unselective, _ -> index, ROWS)).isEmpty();
        }
    }

    @Test
    void aCastThatKeepsTheOrderNeedsNoOtherIndex() {
        var rows = IntStream.range(0, ROWS).mapToObj(i -> Batches.row((long) i)).toList();
        try (VectorSchemaRoot batch = Batches.of(allocator, List.of(Simple.INTEGER), rows)) {
            ScalarIndex index =
                    index(ScalarFormat.SORTED, new ChunkedColumn(batch.getVector(0), Simple.INTEGER, CHUNK, allocator));
            var money = new ColumnType.Decimal(14, 2);
            Expr filter = call(
                    Operator.LT,
                    Simple.BOOLEAN,
                    call(Operator.CAST, money, input(0, Simple.INTEGER)),
                    constant("10.50", money));
            assertThat(IndexedFilter.of(filter, _ -> index, ROWS).orElseThrow().atMost())
                    .isEqualTo(11);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEmptySegmentAndOneOfNullsHaveIndexes(ScalarFormat format) {
        for (int count : new int[] {0, 7}) {
            List<List<@Nullable Object>> rows = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                rows.add(Batches.row(new @Nullable Object[] {null}));
            }
            try (VectorSchemaRoot batch = Batches.of(allocator, List.of(RandomConditions.TEXT), rows)) {
                ScalarIndex index =
                        index(format, new ChunkedColumn(batch.getVector(0), RandomConditions.TEXT, CHUNK, allocator));
                index.verify();
                assertThat(index.nullCount()).isEqualTo(count);
                assertThat(index.count(index.find(new KeySet.Prefix("")))).isZero();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyByteOfAFileIsChecked(ScalarFormat format) {
        var conditions = new RandomConditions(new Random(1));
        var rows = IntStream.range(0, 200).mapToObj(_ -> conditions.row()).toList();
        try (VectorSchemaRoot batch = Batches.of(allocator, RandomConditions.TYPES, rows)) {
            int column = RandomConditions.TYPES.indexOf(RandomConditions.TEXT);
            var source = new ChunkedColumn(batch.getVector(column), RandomConditions.TEXT, CHUNK, allocator);
            byte[] whole = file(format, source);
            for (int i = 0; i < whole.length; i++) {
                byte[] changed = whole.clone();
                changed[i] ^= 0x10;
                assertRefused(changed, source);
            }
            for (int length = 0; length < whole.length; length += 13) {
                assertRefused(Arrays.copyOf(whole, length), source);
            }
        }
    }

    private static void assertRefused(byte[] file, ScalarSource source) {
        try (Arena mapped = Arena.ofConfined()) {
            assertThatThrownBy(() -> ScalarFormat.open(
                                    "some/file", IndexFiles.mapped(file, mapped), source.type(), source.rows())
                            .verify())
                    .isInstanceOfSatisfying(StorageException.class, error -> {
                        assertThat(error.code()).isIn(ErrorCode.CORRUPT, ErrorCode.FORMAT_TOO_NEW);
                        assertThat(error).hasMessageContaining("some/file");
                    });
        }
    }

    /// A file may also be spoilt after it was checked: it must never lead outside.
    @ParameterizedTest
    @EnumSource
    void aFileThatIsSpoiltLaterGivesAnErrorAndNoRowOutside(ScalarFormat format) {
        for (long seed = 15; seed < 26; seed++) { // some of which break what reads a bitmap, not only what opens it
            spoil(format, seed);
        }
    }

    private void spoil(ScalarFormat format, long seed) {
        var random = new Random(seed);
        var rows = IntStream.range(0, 300)
                .mapToObj(_ -> Batches.row("value " + random.nextInt(40)))
                .toList();
        try (VectorSchemaRoot batch = Batches.of(allocator, List.of(RandomConditions.TEXT), rows)) {
            var source = new ChunkedColumn(batch.getVector(0), RandomConditions.TEXT, CHUNK, allocator);
            byte[] whole = file(format, source);
            for (int i = 0; i < 500; i++) {
                try (Arena mapped = Arena.ofConfined()) {
                    var file = IndexFiles.mapped(whole, mapped);
                    ScalarIndex index = ScalarFormat.open("some/file", file, source.type(), source.rows());
                    for (int change = 0; change < 20; change++) {
                        file.set(java.lang.foreign.ValueLayout.JAVA_BYTE, random.nextInt(200, whole.length), (byte)
                                random.nextInt());
                    }
                    long[] words = new long[5];
                    try {
                        index.mark(index.find(new KeySet.Prefix("value 1")), words);
                        index.mark(index.find(new KeySet.Range("value 2", false, null, false)), words);
                        index.markNulls(words);
                    } catch (StorageException error) {
                        assertThat(error.code()).as("seed %d", seed).isEqualTo(ErrorCode.CORRUPT);
                    }
                    assertThat(words[4] >>> 44).as("seed %d", seed).isZero();
                }
            }
        }
    }

    @Test
    void aTypeWithoutAnOrderIsRefusedByName() {
        assertThatThrownBy(() -> ScalarFormat.SORTED.check(Simple.JSON, Map.of()))
                .hasMessageContaining("[JSON]");
        assertThatThrownBy(() -> ScalarFormat.SORTED.check(new ColumnType.Array(Simple.BIGINT), Map.of()))
                .hasMessageContaining("[inverted]");
    }
}
