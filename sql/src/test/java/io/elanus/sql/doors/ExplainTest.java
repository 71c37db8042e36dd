package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What EXPLAIN ANALYZE tells of searches in a server: what the shards did, and how good the answers were.
class ExplainTest {
    private static final long SEED = 11;
    private static final int DIMENSION = 16;
    /// Enough for codes while the segment grows, and for an index that measures itself.
    private static final int ROWS = 6_000;
    private static final int BATCH = 1_000;
    private static final int K = 10;
    private static final Pattern RECALL =
            Pattern.compile("recall@(\\d+) of public\\.(\\w+) \\(v l2\\): ([0-9.]+), (\\d+) of (\\d+) rows;"
                    + " search [0-9.]+ ms, distances (\\d+); exact [0-9.]+ ms, distances (\\d+)");
    private static final Pattern DISTANCES = Pattern.compile("distances (\\d+)");

    @TempDir
    private Path data;

    private final SplittableRandom random = new SplittableRandom(SEED);

    @Test
    void tellsHowASearchIsDoneWhileRowsGrowAndOnceTheyHaveAnIndex() throws Exception {
        try (RealServer server = RealServer.start(data, Map.of());
                Connection connection = server.connect()) {
            RealServer.run(
                    connection,
                    "CREATE TABLE doc (id BIGINT PRIMARY KEY, v VECTOR(%d))".formatted(DIMENSION),
                    "CREATE INDEX doc_v ON doc USING ivf_flat (v vector_l2_ops) WITH (nlist = 24)");
            fill(connection, "doc");
            String near = "SELECT id FROM doc ORDER BY v <-> '" + vector() + "' LIMIT " + K;
            var seen = new ArrayList<String>();
            RealServer.retry(() -> {
                seen.clear();
                seen.addAll(shards(connection, near));
                return seen.getFirst().contains("interim codes");
            });
            assertThat(seen)
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("interim codes")
                    .contains("segments 1 searched");

            RealServer.run(connection, "FLUSH doc");
            RealServer.await(
                    connection,
                    "SELECT indexed_rows FROM system.indexes WHERE table_name = 'doc'",
                    String.valueOf(ROWS));
            RealServer.retry(() -> shards(connection, near).getFirst().contains("ivf_flat,"));
            assertThat(shards(connection, near)).hasSize(1).first().asString().contains("ivf_flat, ");
            checkRecall(connection);
            checkAccuracy(connection);
        }
    }

    /// The recall is that of the rows that both ways give.
    private void checkRecall(Connection connection) throws SQLException {
        double sum = 0;
        RealServer.run(connection, "SET nprobe = 1");
        for (int i = 0; i < 5; i++) {
            String order = "SELECT id FROM doc ORDER BY v <-> '" + vector() + "' ";
            var both = new HashSet<>(RealServer.rows(connection, order + "LIMIT " + K));
            both.retainAll(RealServer.rows(connection, order + "FETCH EXACT FIRST " + K + " ROWS ONLY"));
            Matcher told = recall(connection, order + "LIMIT " + K).getFirst();
            assertThat(told.group(1)).isEqualTo(String.valueOf(K));
            assertThat(told.group(4)).isEqualTo(String.valueOf(both.size()));
            assertThat(told.group(5)).isEqualTo(String.valueOf(K));
            assertThat(Double.parseDouble(told.group(3))).isEqualTo((double) both.size() / K);
            assertThat(Integer.parseInt(told.group(6))).isLessThan(ROWS);
            assertThat(told.group(7)).isEqualTo(String.valueOf(ROWS));
            sum += both.size();
        }
        assertThat(sum).as("one list of many finds some rows only").isLessThan(5 * K);
        RealServer.run(connection, "SET nprobe = 65536");
        List<Matcher> told = recall(
                connection,
                ("(SELECT id FROM doc ORDER BY v <-> '%s' LIMIT 3 OFFSET 1)"
                                + " UNION ALL (SELECT id FROM doc WHERE id < 100 ORDER BY v <-> '%s' LIMIT 200)")
                        .formatted(vector(), vector()));
        assertThat(told).hasSize(2).allSatisfy(each -> assertThat(each.group(3)).isEqualTo("1.0000"));
        assertThat(told.get(0).group(1)).isEqualTo("4");
        assertThat(told.get(1).group(1)).isEqualTo("200");
        assertThat(told.get(1).group(5)).isEqualTo("100");
        String bySubquery = "SELECT id FROM doc ORDER BY v <-> (SELECT v FROM doc WHERE id = 77) LIMIT 5";
        assertThat(recall(connection, bySubquery)).singleElement().satisfies(each -> {
            assertThat(each.group(4)).isEqualTo("5");
            assertThat(each.group(3)).isEqualTo("1.0000");
        });
        RealServer.run(connection, "RESET nprobe");
        try (PreparedStatement bound = connection.prepareStatement(
                "EXPLAIN (ANALYZE, RECALL) SELECT id FROM doc WHERE id >= ? ORDER BY v <-> ? LIMIT ?")) {
            bound.setLong(1, 5);
            bound.setString(2, vector());
            bound.setInt(3, 7);
            assertThat(RealServer.rows(bound.executeQuery()))
                    .anyMatch(line -> line.startsWith("recall@7 of public.doc"));
        }
    }

    private void checkAccuracy(Connection connection) throws SQLException {
        String query = "SELECT id FROM doc ORDER BY v <-> '" + vector() + "' FETCH APPROX FIRST " + K
                + " ROWS ONLY WITH TARGET ACCURACY ";
        assertThat(distances(connection, query + 30))
                .as("a higher accuracy takes more lists")
                .isLessThan(distances(connection, query + 90));
        assertThat(distances(connection, query + 90)).isLessThan(distances(connection, query + 99));
    }

    @Test
    void everyShardIsToldOfAlsoWhenALimitEndsTheStatement() throws Exception {
        try (RealServer server = RealServer.start(data, Map.of());
                Connection connection = server.connect()) {
            RealServer.run(
                    connection,
                    "CREATE TABLE two (id BIGINT PRIMARY KEY, v VECTOR(%d)) WITH (shards = 2)".formatted(DIMENSION));
            fill(connection, "two");
            String order = " ORDER BY v <-> '" + vector() + "' LIMIT 3";
            List<String> nearest = shards(connection, "SELECT id FROM two" + order);
            assertThat(nearest).hasSize(2).allMatch(line -> line.contains("no index, "));
            assertThat(nearest.stream().mapToInt(ExplainTest::distances).sum()).isEqualTo(ROWS);
            assertThat(shards(connection, "SELECT id FROM two ORDER BY id DESC LIMIT 2"))
                    .hasSize(2)
                    .noneMatch(line -> line.contains("early"));
            List<String> left = shards(connection, "SELECT id FROM (SELECT id, v FROM two) AS t LIMIT 1");
            assertThat(left).hasSize(2).anyMatch(line -> line.contains("segments 1 searched"));
            assertThat(recall(connection, "SELECT id FROM two" + order)
                            .getFirst()
                            .group(3))
                    .isEqualTo("1.0000");
        }
    }

    @Test
    void aFilterThatCameBeforeIsNotComputedAgainAndSeesEveryWrite() throws Exception {
        try (RealServer server = RealServer.start(data, Map.of());
                Connection connection = server.connect()) {
            RealServer.run(connection, "CREATE TABLE doc (id BIGINT PRIMARY KEY, v VECTOR(%d))".formatted(DIMENSION));
            fill(connection, "doc");
            RealServer.run(connection, "FLUSH doc");
            String order = " WHERE mod(id, 1000) = 7 ORDER BY v <-> '" + vector() + "' LIMIT " + K;
            String near = "SELECT id FROM doc" + order;
            RealServer.retry(() -> shards(connection, near).getFirst().contains("filter cached"));
            List<String> all = List.of("7", "1007", "2007", "3007", "4007", "5007");
            assertThat(RealServer.rows(connection, near)).containsExactlyInAnyOrderElementsOf(all);
            String before = RealServer.rows(connection, "SELECT CAST(LOCALTIMESTAMP AS VARCHAR)")
                    .getFirst();

            RealServer.run(
                    connection,
                    "DELETE FROM doc WHERE id IN (7, 8, 2007)",
                    "INSERT INTO doc VALUES (10007, '%s'), (10008, '%s')".formatted(vector(), vector()));
            assertThat(shards(connection, near).getFirst()).contains("filter cached");
            assertThat(RealServer.rows(connection, near))
                    .containsExactlyInAnyOrder("1007", "3007", "4007", "5007", "10007");
            String asOf = "SELECT id FROM doc FOR SYSTEM_TIME AS OF TIMESTAMP '" + before + "'";
            assertThat(RealServer.rows(connection, asOf + order)).containsExactlyInAnyOrderElementsOf(all);
            assertThat(RealServer.rows(connection, near.replace("= 7", "= 8")))
                    .containsExactlyInAnyOrder("1008", "2008", "3008", "4008", "5008", "10008");
        }
    }

    private void fill(Connection connection, String table) throws SQLException {
        for (int from = 0; from < ROWS; from += BATCH) {
            RealServer.run(
                    connection,
                    "INSERT INTO " + table + " VALUES "
                            + IntStream.range(from, from + BATCH)
                                    .mapToObj(id -> "(%d, '%s')".formatted(id, vector()))
                                    .collect(Collectors.joining(", ")));
        }
    }

    private String vector() {
        return IntStream.range(0, DIMENSION)
                .mapToObj(_ -> String.valueOf((float) random.nextDouble()))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static List<String> shards(Connection connection, String query) throws SQLException {
        return RealServer.rows(connection, "EXPLAIN ANALYZE " + query).stream()
                .filter(line -> line.strip().startsWith("shard: "))
                .toList();
    }

    private static List<Matcher> recall(Connection connection, String query) throws SQLException {
        List<String> plan = RealServer.rows(connection, "EXPLAIN (ANALYZE, RECALL) " + query);
        List<Matcher> lines = plan.stream()
                .filter(line -> line.startsWith("recall@"))
                .map(RECALL::matcher)
                .toList();
        assertThat(lines).as("%s", plan).isNotEmpty().allMatch(Matcher::matches);
        return lines;
    }

    private static int distances(Connection connection, String query) throws SQLException {
        return distances(shards(connection, query).getFirst());
    }

    private static int distances(String shard) {
        Matcher found = DISTANCES.matcher(shard);
        assertThat(found.find()).as(shard).isTrue();
        return Integer.parseInt(found.group(1));
    }
}
