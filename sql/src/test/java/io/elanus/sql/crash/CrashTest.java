package io.elanus.sql.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashTest {
    private static final int ROUNDS = 5;
    private static final long SEED = 20_261_122;

    @TempDir
    private Path folder;

    @Test
    void noAcknowledgedWriteIsLostDoubledOrResurrected() throws Exception {
        var outcome = new CrashCampaign(folder.resolve("data"), SEED, System.out).run(ROUNDS);
        assertThat(outcome.wrong()).isEmpty();
        assertThat(outcome.statements()).isPositive();
    }
}
