package io.elanus.cluster.querynode.fragment;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.LiteralOrder;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.segment.ColumnStatistics;
import io.elanus.storage.segment.SegmentStatistics;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Can a filter be TRUE for any row that has these statistics? Says yes whenever it does not know. Pure.
final class StatisticsPruner {
    private final List<Column> inputs;
    private final SegmentStatistics statistics;

    private StatisticsPruner(List<Column> inputs, SegmentStatistics statistics) {
        this.inputs = inputs;
        this.statistics = statistics;
    }

    static boolean mayPass(Expr filter, List<Column> inputs, SegmentStatistics statistics) {
        return new StatisticsPruner(inputs, statistics).mayPass(filter);
    }

    private boolean mayPass(Expr filter) {
        return switch (filter) {
            case Expr.Constant(Literal value, var _) -> !value.getNull() && (!value.hasBool() || value.getBool());
            case Expr.Call call -> mayPass(call);
            case Expr.Input _, Expr.Parameter _ -> true;
        };
    }

    private boolean mayPass(Expr.Call call) {
        List<Expr> arguments = call.arguments();
        return switch (call.operator()) {
            case AND -> arguments.stream().allMatch(this::mayPass);
            case OR -> arguments.stream().anyMatch(this::mayPass);
            case IS_NULL ->
                column(arguments.getFirst()).map(column -> column.nulls() > 0).orElse(true);
            case IS_NOT_NULL ->
                column(arguments.getFirst())
                        .map(column -> column.nulls() < statistics.rows())
                        .orElse(true);
            case IN ->
                arguments.stream().skip(1).anyMatch(value -> mayCompare(Operator.EQ, arguments.getFirst(), value));
            case EQ, LT, LE, GT, GE ->
                arguments.getFirst() instanceof Expr.Constant
                        ? mayCompare(call.operator().mirrored(), arguments.get(1), arguments.getFirst())
                        : mayCompare(call.operator(), arguments.getFirst(), arguments.get(1));
            default -> true;
        };
    }

    private boolean mayCompare(Operator operator, Expr left, Expr right) {
        Optional<ColumnStatistics> found = column(left);
        if (found.isEmpty() || !(right instanceof Expr.Constant(Literal value, ColumnType type))) {
            return true;
        }
        if (value.getNull()) {
            return false;
        }
        ColumnStatistics column = found.get();
        if (column.nulls() >= statistics.rows()) {
            return false;
        }
        OptionalInt toMin =
                column.min().map(min -> LiteralOrder.compare(value, min, type)).orElse(OptionalInt.empty());
        OptionalInt toMax =
                column.max().map(max -> LiteralOrder.compare(value, max, type)).orElse(OptionalInt.empty());
        boolean belowMin = toMin.isPresent() && toMin.getAsInt() < 0;
        boolean atOrBelowMin = toMin.isPresent() && toMin.getAsInt() <= 0;
        boolean aboveMax = toMax.isPresent() && toMax.getAsInt() > 0;
        boolean atOrAboveMax = toMax.isPresent() && toMax.getAsInt() >= 0;
        return switch (operator) {
            case EQ -> !belowMin && !aboveMax;
            case LT -> !atOrBelowMin;
            case LE -> !belowMin;
            case GT -> !atOrAboveMax;
            case GE -> !aboveMax;
            default -> true;
        };
    }

    private Optional<ColumnStatistics> column(Expr expr) {
        return expr instanceof Expr.Input(int ordinal, var _) && ordinal < inputs.size()
                ? statistics.find(inputs.get(ordinal).id())
                : Optional.empty();
    }
}
