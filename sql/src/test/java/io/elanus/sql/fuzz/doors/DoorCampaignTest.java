package io.elanus.sql.fuzz.doors;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.doors.RealServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A short campaign; longer ones: `./elanus test --fuzz-doors N --seed S`.
@Timeout(300)
class DoorCampaignTest {
    private static final long SEED = 20_261_122;

    @Test
    void noInputBreaksADoor(@TempDir Path data) throws Exception {
        try (RealServer server = RealServer.start(data, DoorCampaign.SETTINGS);
                var campaign = new DoorCampaign(server, SEED)) {
            campaign.round(3_000, _ -> {});
            assertThat(campaign.findings()).as("seed [%d]", SEED).isEmpty();
        }
    }
}
