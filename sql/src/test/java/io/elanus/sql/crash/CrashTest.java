package io.elanus.sql.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashTest {
    private static final int ROUNDS = 5;
    private static final long SEED = 20_261_122;
    /// A machine that builds and tests at the same time is no place to measure; the command line has the real
    /// limits.
    private static final CrashCampaign.Limits PATIENT =
            new CrashCampaign.Limits(Duration.ofSeconds(60), Duration.ofSeconds(60));

    @TempDir
    private Path folder;

    @Test
    void noAcknowledgedWriteIsLostDoubledOrResurrected() throws Exception {
        var outcome = new CrashCampaign(folder.resolve("data"), PATIENT, SEED, System.out).run(ROUNDS);
        assertThat(outcome.wrong()).isEmpty();
        assertThat(outcome.statements()).isGreaterThan(ROUNDS * 15L);
    }
}
