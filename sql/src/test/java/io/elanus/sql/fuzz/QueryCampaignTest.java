package io.elanus.sql.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.doors.RealServer;
import java.nio.file.Path;
import java.sql.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A short campaign; longer ones: `./elanus test --fuzz-sql N --seed S`.
@Timeout(300)
class QueryCampaignTest {
    private static final long SEED = 20_261_122;
    private static final long QUERIES = 2_000;

    @Test
    void queriesThatMeanTheSameAgree(@TempDir Path data) throws Exception {
        try (RealServer server = RealServer.start(data);
                Connection connection = server.connect()) {
            QueryCampaign.Outcome outcome = new QueryCampaign(connection, SEED).run(QUERIES);
            assertThat(outcome.differences()).as("seed [%d]", SEED).isEmpty();
            assertThat(outcome.refused()).isLessThan(QUERIES / 4);
        }
    }
}
