package io.elanus.cluster.querynode.fragment;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.segment.ColumnStatistics;
import io.elanus.storage.segment.SegmentStatistics;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
                        ? mayCompare(flip(call.operator()), arguments.get(1), arguments.getFirst())
                        : mayCompare(call.operator(), arguments.getFirst(), arguments.get(1));
            default -> true;
        };
    }

    private static Operator flip(Operator operator) {
        return switch (operator) {
            case LT -> Operator.GT;
            case LE -> Operator.GE;
            case GT -> Operator.LT;
            case GE -> Operator.LE;
            default -> operator;
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
        OptionalInt toMin = column.min().map(min -> compare(value, min, type)).orElse(OptionalInt.empty());
        OptionalInt toMax = column.max().map(max -> compare(value, max, type)).orElse(OptionalInt.empty());
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

    /// Empty when the two cannot be compared here.
    private static OptionalInt compare(Literal left, Literal right, ColumnType type) {
        if (left.getValueCase() != right.getValueCase()) {
            return OptionalInt.empty();
        }
        return switch (left.getValueCase()) {
            case BOOL -> OptionalInt.of(Boolean.compare(left.getBool(), right.getBool()));
            case INT64 -> OptionalInt.of(Long.compare(left.getInt64(), right.getInt64()));
            case FLOAT64 ->
                Double.isNaN(left.getFloat64()) || Double.isNaN(right.getFloat64())
                        ? OptionalInt.empty()
                        : OptionalInt.of(
                                left.getFloat64() < right.getFloat64()
                                        ? -1
                                        : left.getFloat64() > right.getFloat64() ? 1 : 0);
            case TEXT -> compareText(left.getText(), right.getText(), type);
            case BINARY ->
                OptionalInt.of(Arrays.compareUnsigned(
                        left.getBinary().toByteArray(), right.getBinary().toByteArray()));
            case NULL, LIST, VALUE_NOT_SET -> OptionalInt.empty();
        };
    }

    private static OptionalInt compareText(String left, String right, ColumnType type) {
        return switch (type) {
            case ColumnType.Varchar _ ->
                OptionalInt.of(Arrays.compareUnsigned(
                        left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8)));
            case ColumnType.Decimal _ -> OptionalInt.of(new BigDecimal(left).compareTo(new BigDecimal(right)));
            case ColumnType.Simple _, ColumnType.Array _, ColumnType.Vector _ -> OptionalInt.empty();
        };
    }
}
