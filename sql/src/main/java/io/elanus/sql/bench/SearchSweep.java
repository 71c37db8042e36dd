package io.elanus.sql.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/// The searches of one database over the same questions: every effort by every number of clients.
final class SearchSweep {
    /// More effort cannot make it better.
    private static final double ENOUGH = 0.9985;

    /// What to measure.
    ///
    /// @param filter share of the rows that pass
    record Wanted(String metric, int k, double filter, List<Integer> efforts, List<Integer> clients, double seconds) {}

    record Point(int effort, int clients, ClientRun run) {}

    private final SearchTarget target;
    private final Wanted wanted;
    private final ClientRun.Questions questions;
    private final List<Point> points = new ArrayList<>();

    SearchSweep(SearchTarget target, Wanted wanted, float[][] asked, Truth neighbors) {
        this.target = target;
        this.wanted = wanted;
        Object[] parameters = Arrays.stream(asked).map(target::parameter).toArray();
        questions = new ClientRun.Questions(
                target.search(wanted.metric(), wanted.k(), wanted.filter()), parameters, neighbors, wanted.k());
    }

    SearchTarget target() {
        return target;
    }

    List<Point> points() {
        return points;
    }

    /// A compiler that works beside the first queries is no part of what a running server does.
    void warmUp(double seconds) throws SQLException, InterruptedException, ExecutionException {
        if (seconds > 0) {
            measure(wanted.efforts().getLast(), 1, seconds / 2, seconds / 2);
            measure(wanted.efforts().getFirst(), 1, seconds / 4, seconds / 4);
        }
    }

    void round(Consumer<Point> report) throws SQLException, InterruptedException, ExecutionException {
        for (int effort : wanted.efforts()) {
            double recall = 0;
            for (int count : wanted.clients()) {
                var point = new Point(effort, count, measure(effort, count, wanted.seconds() / 2, wanted.seconds()));
                recall = point.run().recall();
                points.add(point);
                report.accept(point);
            }
            if (recall >= ENOUGH) {
                break;
            }
        }
    }

    private ClientRun measure(int effort, int count, double before, double seconds)
            throws SQLException, InterruptedException, ExecutionException {
        List<Connection> connections = target.clients(count, effort, wanted.filter() < 1);
        try {
            return ClientRun.measure(target, connections, questions, before, seconds);
        } finally {
            for (Connection connection : connections) {
                connection.close();
            }
        }
    }
}
