package io.elanus.storage.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.VectorIndex.Searcher;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// What every [NearestIterator] promises, checked against a search that compares every row.
///
/// @param tolerance of a distance, per unit of it
public record IteratorChecks(Searcher searcher, Searcher oracle, float tolerance) {
    /// Of its recall so many rows count.
    private static final int HEAD = 100;

    /// What a check has measured.
    ///
    /// @param recall share of the nearest [#HEAD] rows among the first of them that came
    /// @param astray how far a row comes from its place, in the mean, as a share of all rows
    public record Measured(double recall, double astray) {}

    /// Takes everything, `batch` rows at a time.
    public Measured check(Query query, RowFilter filter, int batch) {
        Hits truth = new Hits(filter.cardinality());
        oracle.search(query, SearchParameters.nearest(filter.cardinality()), filter, truth);
        Map<Integer, Float> distances = new HashMap<>();
        for (int i = 0; i < truth.count; i++) {
            distances.put(truth.rows[i], truth.distances[i]);
        }
        int head = Math.min(HEAD, truth.count);
        float farthest = head == 0 ? 0 : truth.distances[head - 1] + room(truth.distances[head - 1]);
        Set<Integer> seen = new HashSet<>();
        Hits hits = new Hits(batch);
        int near = 0;
        long astray = 0;
        try (NearestIterator rows = searcher.iterate(query, SearchParameters.nearest(1), filter)) {
            int count;
            do {
                count = rows.next(batch, hits);
                assertThat(hits.count).isEqualTo(count).isLessThanOrEqualTo(batch);
                for (int i = 0; i < count; i++) {
                    assertThat(seen.add(hits.rows[i])).as("a row comes once").isTrue();
                    assertThat(distances).as("rows that qualify").containsKey(hits.rows[i]);
                    float distance = distances.getOrDefault(hits.rows[i], Float.NaN);
                    assertThat(hits.distances[i]).isCloseTo(distance, offset(room(distance)));
                    near += seen.size() <= head && distance <= farthest ? 1 : 0;
                    astray += astray(seen.size() - 1, distance, truth);
                }
                assertOrdered(hits);
                assertThat(rows.heldBytes()).isNotNegative();
            } while (count == batch);
            assertThat(seen).as("every row that qualifies").hasSize(truth.count);
            assertThat(rows.next(batch, hits)).as("nothing behind the last").isZero();
        }
        return new Measured(
                head == 0 ? 1 : (double) near / head,
                truth.count == 0 ? 0 : (double) astray / truth.count / truth.count);
    }

    /// Places between this one and the nearest at which a row of that distance belongs.
    private int astray(int place, float distance, Hits truth) {
        int from = 0;
        while (from < truth.count && truth.distances[from] < distance - room(distance)) {
            from++;
        }
        int to = from;
        while (to < truth.count && truth.distances[to] <= distance + room(distance)) {
            to++;
        }
        return place < from ? from - place : Math.max(0, place - to + 1);
    }

    private static void assertOrdered(Hits hits) {
        for (int i = 1; i < hits.count; i++) {
            assertThat(Float.compare(hits.distances[i - 1], hits.distances[i])).isLessThanOrEqualTo(0);
            if (hits.distances[i - 1] == hits.distances[i]) {
                assertThat(hits.rows[i - 1]).as("ties come in row order").isLessThan(hits.rows[i]);
            }
        }
    }

    /// Takes what lies within a distance; it must be what a search within it finds, up to what an index misses.
    public void checkWithin(Query query, RowFilter filter, float maxDistance, double recall) {
        Hits truth = new Hits(filter.cardinality());
        var within = new SearchParameters(filter.cardinality(), 0, maxDistance);
        oracle.search(query, within, filter, truth);
        Hits hits = new Hits(7);
        int total = 0;
        try (NearestIterator rows = searcher.iterate(query, within, filter)) {
            for (int count = rows.next(7, hits); count > 0; count = rows.next(7, hits)) {
                total += count;
                assertThat(hits.distances[count - 1]).isLessThanOrEqualTo(maxDistance);
            }
            assertThat(rows.next(7, hits)).isZero();
        }
        assertThat((double) total).as("rows within the distance").isBetween(recall * truth.count, (double) truth.count);
    }

    private float room(float distance) {
        return Float.isInfinite(distance) ? 0 : tolerance * Math.max(1, Math.abs(distance));
    }
}
