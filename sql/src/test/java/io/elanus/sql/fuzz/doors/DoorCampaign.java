package io.elanus.sql.fuzz.doors;

import io.elanus.sql.doors.RealServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// Sends inputs to all doors of a server. The same seed sends the same ones to each.
final class DoorCampaign implements AutoCloseable {
    /// Settings of the server under test.
    static final java.util.Map<String, String> SETTINGS =
            java.util.Map.of("jdbc.max-connections", "500", "memory.query", "64 MB");

    private static final int MOST_FINDINGS = 20;
    private static final long SETTLE_NANOS = 100_000_000L;
    private static final int SETTLE_ROUNDS = 200;
    /// For rows that were inserted. What a statement keeps is found when the server closes, to the byte.
    private static final long ROOM_BYTES = 4L << 20;

    private final RealServer server;
    private final List<Share> shares;
    private final List<String> findings = new ArrayList<>();
    private long memoryBefore;

    /// @param part of a thousand inputs
    private record Share(int part, Target target) {}

    DoorCampaign(RealServer server, long seed) throws SQLException {
        this.server = server;
        try (Connection connection = server.connect()) {
            RealServer.run(connection, Statements.SET_UP.toArray(String[]::new));
        }
        var random = new SplittableRandom(seed);
        String http = server.address();
        shares = List.of(
                new Share(600, new ParserTarget(random.split())),
                new Share(110, new AvaticaTarget(http, random.split(), false)),
                new Share(110, new AvaticaTarget(http, random.split(), true)),
                new Share(110, new ConsoleTarget(http, random.split())),
                new Share(60, new FlightTarget(server.flightAddress(), random.split())),
                new Share(10, new BytesTarget(http, server.flightAddress(), random.split())));
    }

    /// Sends about so many inputs, and waits until nothing is held for them any more.
    ///
    /// @param found told of each finding
    void round(long inputs, Consumer<String> found) throws InterruptedException, IOException {
        if (memoryBefore == 0) {
            memoryBefore = server.memory();
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(shares.size())) {
            var done = new ArrayList<Future<?>>();
            for (Share share : shares) {
                done.add(threads.submit(() -> ask(share.target(), inputs * share.part() / 1_000, found)));
            }
            for (Future<?> one : done) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("A target failed", e);
        }
        if (Trap.isSprung()) {
            add("A class was loaded that inputs only name", found);
        }
        long settled = settle();
        if (settled > memoryBefore + ROOM_BYTES) {
            add("Off-heap memory went from %d to %d bytes".formatted(memoryBefore, settled), found);
        }
    }

    private void ask(Target target, long inputs, Consumer<String> found) {
        for (long i = 0; i < inputs && findings().size() < MOST_FINDINGS; i++) {
            try {
                target.ask();
            } catch (Target.Finding e) {
                add(String.valueOf(e.getMessage()), found);
            }
        }
        target.rest();
    }

    private synchronized void add(String finding, Consumer<String> found) {
        findings.add(finding);
        found.accept(finding);
    }

    synchronized List<String> findings() {
        return List.copyOf(findings);
    }

    /// Off-heap memory when what the server does for clients that have gone is done.
    private long settle() throws IOException {
        long memory = server.memory();
        for (int i = 0; i < SETTLE_ROUNDS && memory > memoryBefore + ROOM_BYTES; i++) {
            LockSupport.parkNanos(SETTLE_NANOS);
            memory = server.memory();
        }
        return memory;
    }

    @Override
    public void close() {
        shares.forEach(share -> share.target().rest());
    }
}
