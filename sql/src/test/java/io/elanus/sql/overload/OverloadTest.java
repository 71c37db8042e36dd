package io.elanus.sql.overload;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.bench.ServerProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A short run; the long one: `./elanus test --overload 100 --heap 2g`.
@Timeout(300)
class OverloadTest {
    @Test
    void theServerServesOnWhateverItIsAsked(@TempDir Path data) throws Exception {
        ServerProcess server = WorstQueries.start(data, "512m");
        try {
            var worst = new WorstQueries(server, 2);
            worst.setUp();
            assertThat(worst.run(30).wrong()).isEmpty();
        } finally {
            server.kill();
        }
    }
}
