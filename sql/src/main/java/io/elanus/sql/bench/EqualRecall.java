package io.elanus.sql.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/// Compares sides at equal recall: each is measured with the least value of its search parameter that reaches the
/// recall and with the one before it, in turn with the others, and its speed at the recall itself lies between.
final class EqualRecall {
    private static final int[] EFFORTS = {
        1, 2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384,
        448, 512, 640, 768, 1024, 1536, 2048, 3072, 4096
    };
    /// Time of a search that only has its recall taken.
    private static final double GLANCE = 0.02;

    /// One of those compared; the first of a list is what the others are compared with.
    interface Side {
        String name();

        Partner.Measured search(int effort, int threads, double seconds)
                throws IOException, InterruptedException, ExecutionException;
    }

    /// The values of a side's parameter around a recall.
    ///
    /// @param below the last that does not reach it; 0: even the first does
    private record Efforts(int below, int reaching) {}

    private final List<Side> sides;
    private final int rounds;
    private final double seconds;
    private final Consumer<String> out;
    private final Map<Side, Map<Integer, Double>> recalls = new HashMap<>();

    /// @param rounds turns of every side
    /// @param seconds of a measurement
    EqualRecall(List<Side> sides, int rounds, double seconds, Consumer<String> out) {
        this.sides = sides;
        this.rounds = rounds;
        this.seconds = seconds;
        this.out = out;
    }

    void printHeader() {
        out.accept("%-7s %7s %-12s %6s %8s %9s %8s %6s"
                .formatted("recall", "threads", "who", "param", "reached", "qps", "cpu_us", "ratio"));
    }

    /// Prints a line for every number of threads and every side.
    void compare(double recall, List<Integer> threads) throws IOException, InterruptedException, ExecutionException {
        List<Optional<Efforts>> efforts = new ArrayList<>();
        for (Side side : sides) {
            efforts.add(around(side, recall));
        }
        for (int count : threads) {
            inTurn(efforts, recall, count);
        }
    }

    private Optional<Efforts> around(Side side, double recall)
            throws IOException, InterruptedException, ExecutionException {
        int below = 0;
        double last = -1;
        for (int effort : EFFORTS) {
            double reached = recall(side, effort);
            if (reached >= recall) {
                return Optional.of(new Efforts(below, effort));
            }
            // Below k a graph's beam is as wide as k: what makes no difference is no lower neighbour.
            below = reached > last ? effort : below;
            last = reached;
        }
        return Optional.empty();
    }

    /// A slow partner takes seconds to answer all queries, so no effort is tried twice.
    private double recall(Side side, int effort) throws IOException, InterruptedException, ExecutionException {
        Map<Integer, Double> known = recalls.computeIfAbsent(side, _ -> new HashMap<>());
        Double recall = known.get(effort);
        if (recall == null) {
            recall = side.search(effort, 1, GLANCE).recall();
            known.put(effort, recall);
        }
        return recall;
    }

    private void inTurn(List<Optional<Efforts>> efforts, double recall, int threads)
            throws IOException, InterruptedException, ExecutionException {
        List<List<Partner.Measured>> runs = new ArrayList<>();
        sides.forEach(_ -> runs.add(new ArrayList<>()));
        for (int round = 0; round < rounds; round++) {
            for (int side = 0; side < sides.size(); side++) {
                Optional<Efforts> own = efforts.get(side);
                if (own.isPresent()) {
                    runs.get(side).add(at(recall, sides.get(side), own.get(), threads));
                }
            }
        }
        for (int side = 0; side < sides.size(); side++) {
            print(recall, threads, side, efforts.get(side), runs);
        }
    }

    /// The speed at exactly this recall: its logarithm is taken as a line between two measurements.
    private Partner.Measured at(double recall, Side side, Efforts efforts, int threads)
            throws IOException, InterruptedException, ExecutionException {
        Partner.Measured reaching = side.search(efforts.reaching, threads, seconds);
        if (efforts.below == 0) {
            return reaching;
        }
        Partner.Measured below = side.search(efforts.below, threads, seconds);
        double share = (recall - below.recall()) / (reaching.recall() - below.recall());
        if (!(share >= 0 && share <= 1)) {
            return reaching;
        }
        return new Partner.Measured(
                recall,
                between(below.qps(), reaching.qps(), share),
                between(below.cpuMicros(), reaching.cpuMicros(), share));
    }

    private static double between(double from, double to, double share) {
        return from * Math.pow(to / from, share);
    }

    private void print(
            double recall, int threads, int side, Optional<Efforts> efforts, List<List<Partner.Measured>> runs) {
        List<Partner.Measured> own = runs.get(side);
        String name = sides.get(side).name();
        if (own.isEmpty() || efforts.isEmpty()) {
            out.accept("%-7.3f %7d %-12s not reached".formatted(recall, threads, name));
            return;
        }
        double qps = median(own.stream().mapToDouble(Partner.Measured::qps).toArray());
        double[] first =
                runs.getFirst().stream().mapToDouble(Partner.Measured::qps).toArray();
        String ratio = side == 0 || first.length == 0 ? "" : "%.2f".formatted(median(first) / qps);
        out.accept("%-7.3f %7d %-12s %6d %8.4f %9.0f %8.1f %6s"
                .formatted(
                        recall,
                        threads,
                        name,
                        efforts.get().reaching,
                        own.getFirst().recall(),
                        qps,
                        median(own.stream()
                                .mapToDouble(Partner.Measured::cpuMicros)
                                .toArray()),
                        ratio));
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
