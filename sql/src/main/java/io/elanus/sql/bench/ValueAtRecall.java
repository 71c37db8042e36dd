package io.elanus.sql.bench;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/// What measured points say of a search at a recall that none of them has exactly: between two points by straight
/// lines over the logarithm, below the first as the first (the cheapest setting is already that right).
final class ValueAtRecall {
    /// @param value that is compared, such as queries a second
    record Point(double recall, double value) {}

    private ValueAtRecall() {}

    /// Empty when no point is that right.
    static OptionalDouble at(double recall, List<Point> measured) {
        List<Point> points = measured.stream()
                .sorted(Comparator.comparingDouble(Point::recall))
                .toList();
        for (int i = 0; i < points.size(); i++) {
            Point above = points.get(i);
            if (above.recall() >= recall) {
                return OptionalDouble.of(i == 0 ? above.value() : between(points.get(i - 1), above, recall));
            }
        }
        return OptionalDouble.empty();
    }

    private static double between(Point below, Point above, double recall) {
        double share = (recall - below.recall()) / (above.recall() - below.recall());
        return Math.exp(Math.log(below.value()) * (1 - share) + Math.log(above.value()) * share);
    }
}
