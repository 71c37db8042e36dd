package io.elanus.cluster.querynode.fragment;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What a segment keeps of filters, against filters that are computed each time.
class FilterCacheTest {
    private static final long SEED = 3;
    private static final int WORDS = 5;
    private static final List<Column> COLUMNS =
            List.of(Column.of(1, "a", ColumnType.Simple.BIGINT), Column.of(2, "b", ColumnType.Simple.BIGINT));

    private final FilterCache cache = new FilterCache();

    @Test
    void answersAsIfComputedOrNotAtAll() {
        var random = new SplittableRandom(SEED);
        long[][] passing = new long[20][];
        for (int i = 0; i < passing.length; i++) {
            passing[i] = random.longs(WORDS).toArray();
        }
        int hits = 0;
        for (int i = 0; i < 5_000; i++) {
            // Some filters come much more often than others, some reads see fewer rows than others.
            int asked = random.nextInt(1 + random.nextInt(passing.length));
            long[] visible = visible(random);
            long[] expected = and(visible, passing[asked]);
            FilterCache.Key key = key(0, asked);
            long[] known = cache.find(key, visible);
            if (known == null) {
                cache.computed(key, visible, expected);
            } else {
                hits++;
                assertThat(known).as("answer " + i).isEqualTo(expected);
            }
        }
        assertThat(hits).isBetween(1_000, 4_900);
        assertThat(cache.memoryBytes()).isBetween(1L, 16L * 2 * WORDS * Long.BYTES);
    }

    @Test
    void keepsWhatIsAskedTwice() {
        long[] rows = {-1L};
        cache.computed(key(0, 7), rows, new long[] {5});
        assertThat(cache.find(key(0, 7), rows)).as("asked once").isNull();
        assertThat(cache.memoryBytes()).isZero();
        cache.computed(key(0, 7), rows, new long[] {5});
        assertThat(cache.find(key(0, 7), rows)).containsExactly(5);
        assertThat(cache.find(key(1, 7), rows)).as("of another column").isNull();
        assertThat(cache.find(key(0, 8), rows)).as("another constant").isNull();
    }

    @Test
    void ofMoreThanSixteenTheOneNotAskedForLongestIsDropped() {
        long[] rows = {-1L};
        for (int value = 0; value < 16; value++) {
            cache.computed(key(0, value), rows, rows);
            cache.computed(key(0, value), rows, rows);
        }
        assertThat(cache.find(key(0, 0), rows)).isNotNull();
        cache.computed(key(0, 16), rows, rows);
        assertThat(cache.find(key(0, 0), rows)).as("asked for since").isNotNull();
        assertThat(cache.find(key(0, 1), rows)).as("not asked for longest").isNull();
        assertThat(cache.find(key(0, 2), rows)).isNotNull();
    }

    @Test
    void aReadThatSeesMoreHasToCompute() {
        cache.computed(key(0, 7), new long[] {0b0111}, new long[] {0b0101});
        cache.computed(key(0, 7), new long[] {0b0111}, new long[] {0b0101});
        assertThat(cache.find(key(0, 7), new long[] {0b1111})).isNull();
        assertThat(cache.find(key(0, 7), new long[] {0b0110})).containsExactly(0b0100);
    }

    @Test
    void aFilterIsKnownByItsColumnsNotByTheirPlaceInTheStatement() {
        Expr alone = equal(new Expr.Input(0, ColumnType.Simple.BIGINT), 7);
        assertThat(FilterCache.Key.of(alone, COLUMNS.subList(1, 2))).contains(key(1, 7));
    }

    @Test
    void neitherKeepsWhatVariesNorLongLists() {
        var uuid = new Expr.Call(Operator.RANDOM_UUID, List.of(), ColumnType.Simple.UUID);
        Expr varying = new Expr.Call(Operator.EQ, List.of(uuid, uuid), ColumnType.Simple.BOOLEAN);
        assertThat(FilterCache.Key.of(varying, COLUMNS)).isEmpty();
        Literal text = Literal.newBuilder().setText("x".repeat(5_000)).build();
        Expr constant = new Expr.Constant(text, new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED));
        Expr big = new Expr.Call(Operator.EQ, List.of(constant, constant), ColumnType.Simple.BOOLEAN);
        assertThat(FilterCache.Key.of(big, COLUMNS)).isEmpty();
    }

    private static FilterCache.Key key(int input, long value) {
        return FilterCache.Key.of(equal(new Expr.Input(input, ColumnType.Simple.BIGINT), value), COLUMNS)
                .orElseThrow();
    }

    private static Expr equal(Expr left, long value) {
        Literal literal = Literal.newBuilder().setInt64(value).build();
        return new Expr.Call(
                Operator.EQ,
                List.of(left, new Expr.Constant(literal, ColumnType.Simple.BIGINT)),
                ColumnType.Simple.BOOLEAN);
    }

    private static long[] visible(SplittableRandom random) {
        long[] words = new long[WORDS];
        Arrays.fill(words, -1L);
        if (random.nextInt(3) == 0) {
            words[random.nextInt(WORDS)] &= random.nextLong();
        }
        return words;
    }

    private static long[] and(long[] a, long[] b) {
        long[] both = a.clone();
        for (int i = 0; i < both.length; i++) {
            both[i] &= b[i];
        }
        return both;
    }
}
