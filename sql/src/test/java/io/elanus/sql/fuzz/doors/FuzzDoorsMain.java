package io.elanus.sql.fuzz.doors;

import io.elanus.sql.doors.RealServer;
import io.elanus.sql.testing.Folders;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The campaign as a command: `./elanus test --fuzz-doors N --seed S`.
@Command(
        name = "test --fuzz-doors",
        mixinStandardHelpOptions = true,
        description = "Sends the doors of a server what no honest client sends.")
public final class FuzzDoorsMain implements Callable<Integer> {
    private static final long ROUND = 50_000;
    private static final long ALLOWED_GROWTH = 64L << 20;

    @Option(names = "--fuzz-doors", paramLabel = "N", required = true, description = "how many inputs")
    private long count;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "of the random choices (${DEFAULT-VALUE})")
    private long seed;

    public static void main(String[] args) {
        System.exit(new CommandLine(new FuzzDoorsMain()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        long started = System.nanoTime();
        Path data = Files.createTempDirectory("elanus-fuzz-doors");
        try (RealServer server = RealServer.start(data, DoorCampaign.SETTINGS);
                var campaign = new DoorCampaign(server, seed)) {
            long asked = 0;
            long heapBefore = 0;
            long heap = 0;
            while (asked < count && campaign.findings().isEmpty()) {
                long round = Math.min(ROUND, count - asked);
                campaign.round(round, finding -> System.out.println("FOUND: " + finding));
                asked += round;
                heap = usedHeap();
                // What classes, caches and code take is there after the first rounds.
                heapBefore = asked <= 2 * ROUND ? heap : heapBefore;
                System.err.printf(
                        "%d inputs, %d found, heap %d MB, %d threads%n",
                        asked,
                        campaign.findings().size(),
                        heap >> 20,
                        ManagementFactory.getThreadMXBean().getThreadCount());
            }
            boolean grown = heap - heapBefore > ALLOWED_GROWTH;
            System.out.printf(
                    "%d inputs, %d found, heap %s by %d MB (seed %d, %.0f inputs a second)%n",
                    asked,
                    campaign.findings().size(),
                    grown ? "GREW" : "changed",
                    (heap - heapBefore) >> 20,
                    seed,
                    asked * 1e9 / (System.nanoTime() - started));
            return campaign.findings().isEmpty() && !grown ? 0 : 1;
        } finally {
            Folders.delete(data);
        }
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
