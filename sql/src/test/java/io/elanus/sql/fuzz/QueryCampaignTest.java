package io.elanus.sql.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.doors.RealServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A short campaign; longer ones: `./elanus test --fuzz-sql N --seed S`.
@Timeout(300)
class QueryCampaignTest {
    private static final long SEED = 20_261_122;
    private static final long QUERIES = 2_000;
    private static final long STEP = 50;

    @Test
    void queriesThatMeanTheSameAgreeAndPlantedFaultsAreFound(@TempDir Path data) throws Exception {
        try (RealServer server = RealServer.start(data);
                Connection connection = server.connect()) {
            var campaign = new QueryCampaign(connection, SEED);
            campaign.load();
            QueryCampaign.Outcome outcome = campaign.run(QUERIES);
            assertThat(outcome.differences()).as("seed [%d]", SEED).isEmpty();
            assertThat(outcome.refused()).isLessThan(QUERIES / 4);
            for (UnaryOperator<String> fault : FAULTS) {
                assertThat(found(new QueryCampaign(connection, SEED, fault))).isTrue();
            }
        }
    }

    private static boolean found(QueryCampaign campaign) throws SQLException {
        for (long asked = STEP; asked <= QUERIES; asked += STEP) {
            if (!campaign.run(asked).differences().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private static final List<UnaryOperator<String>> FAULTS = List.of(
            sql -> chain(sql, " AND "),
            sql -> chain(sql, " OR "),
            sql -> sql.replace("IS NOT FALSE", "IS TRUE"),
            sql -> sql.replace("COALESCE(", "NULLIF("),
            sql -> sql.replace("LEFT JOIN", "JOIN"),
            sql -> sql.replace(" INTERSECT ", " INTERSECT ALL ").replace("UNION ALL", "UNION"),
            sql -> sql.contains("ORDER BY t.v") ? sql.replace("LIMIT", "OFFSET 1 LIMIT") : sql);

    /// A filter's chain without the terms past the third.
    private static String chain(String sql, String by) {
        int start = sql.indexOf(" WHERE (");
        if (start < 0) {
            return sql;
        }
        int from = start + " WHERE (".length();
        var terms = new ArrayList<String>();
        int end = terms(sql, from, by, terms);
        return terms.size() <= 3
                ? sql
                : sql.substring(0, from) + String.join(by, terms.subList(0, 3)) + sql.substring(end);
    }

    private static final Pattern HALF = Pattern.compile(".*BETWEEN (?!.* AND ).*", Pattern.DOTALL);

    /// Fills in the terms of a chain and returns where the parenthesis around it closes.
    private static int terms(String sql, int from, String by, List<String> into) {
        int depth = 0;
        int begin = from;
        for (int i = from; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (c == '(') {
                depth++;
            } else if (c == ')' && depth-- == 0) {
                into.add(sql.substring(begin, i));
                return i;
            } else if (depth == 0
                    && sql.startsWith(by, i)
                    && !HALF.matcher(sql.substring(begin, i)).matches()) {
                into.add(sql.substring(begin, i));
                begin = i + by.length();
            }
        }
        return sql.length();
    }
}
