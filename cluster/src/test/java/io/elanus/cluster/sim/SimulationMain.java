package io.elanus.cluster.sim;

/// Runs many seeds: `--simulate N --seed S`.
public final class SimulationMain {
    private SimulationMain() {}

    public static void main(String[] arguments) {
        int count = 1_000;
        long first = 1;
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            switch (arguments[i]) {
                case "--simulate" -> count = Integer.parseInt(arguments[i + 1]);
                case "--seed" -> first = Long.parseLong(arguments[i + 1]);
                default -> throw new IllegalArgumentException("Unknown option " + arguments[i]);
            }
        }
        long events = 0;
        long acknowledged = 0;
        long late = 0;
        long reads = 0;
        long started = System.nanoTime();
        for (long seed = first; seed < first + count; seed++) {
            Simulation.Result result = new Simulation(seed, SimClusters.shapeOf(seed), SimPlants.NONE).run();
            reads += result.reads();
            events += result.events();
            acknowledged += result.acknowledged();
            late += result.late();
        }
        System.out.printf(
                "%d passed, 0 failed%n%d seeds from %d, %d events, %d acknowledged writes, %d reads, %d late messages, %d ms%n",
                count, count, first, events, acknowledged, reads, late, (System.nanoTime() - started) / 1_000_000);
    }
}
