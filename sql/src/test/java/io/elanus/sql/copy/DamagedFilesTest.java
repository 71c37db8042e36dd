package io.elanus.sql.copy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A little of [DamagedFilesCampaign], always the same.
@Timeout(120)
class DamagedFilesTest {
    @Test
    void aDamagedFileIsRefusedWithItsPlaceOrLoadedWhole(@TempDir Path folder) throws Exception {
        try (var campaign = new DamagedFilesCampaign(folder, 20_261_122L)) {
            campaign.run(40);
        }
    }
}
