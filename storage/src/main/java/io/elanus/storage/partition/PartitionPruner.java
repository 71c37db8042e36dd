package io.elanus.storage.partition;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.LiteralOrder;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Partitioning;
import io.elanus.storage.type.Partitioning.Partition;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/// For which partitions can a condition be TRUE? Says all of them where it does not know. See the package.
public final class PartitionPruner {
    private final Partitioning partitioning;
    private final ColumnType type;
    private final int ordinal;
    private final PartitionRouter router;
    private final int count;

    /// @param type of the column that decides
    /// @param ordinal of that column as expressions name it; negative: they do not
    public PartitionPruner(Partitioning partitioning, ColumnType type, int ordinal) {
        this.partitioning = partitioning;
        this.type = type;
        this.ordinal = ordinal;
        this.router = new PartitionRouter(partitioning, type);
        this.count = partitioning.partitions().size();
    }

    /// By number within the list.
    public BitSet survivors(Expr condition) {
        return switch (condition) {
            case Expr.Constant(Literal value, var _)
            when value.getNull() || (value.hasBool() && !value.getBool()) -> new BitSet();
            case Expr.Call call -> survivors(call);
            case Expr.Constant _, Expr.Input _, Expr.Parameter _ -> all();
        };
    }

    private BitSet survivors(Expr.Call call) {
        List<Expr> arguments = call.arguments();
        return switch (call.operator()) {
            case AND -> {
                BitSet left = all();
                arguments.forEach(argument -> left.and(survivors(argument)));
                yield left;
            }
            case OR -> {
                var any = new BitSet();
                arguments.forEach(argument -> any.or(survivors(argument)));
                yield any;
            }
            case IS_NULL -> isColumn(arguments.getFirst()) ? only(router.route(Literals.NULL)) : all();
            case IN -> {
                var any = new BitSet();
                arguments.stream()
                        .skip(1)
                        .forEach(value -> any.or(comparison(Operator.EQ, arguments.getFirst(), value)));
                yield any;
            }
            case EQ, LT, LE, GT, GE ->
                isColumn(arguments.getFirst())
                        ? comparison(call.operator(), arguments.getFirst(), arguments.get(1))
                        : comparison(call.operator().mirrored(), arguments.get(1), arguments.getFirst());
            default -> all();
        };
    }

    private boolean isColumn(Expr expr) {
        return expr instanceof Expr.Input(int input, var _) && input == ordinal;
    }

    private BitSet all() {
        var all = new BitSet();
        all.set(0, count);
        return all;
    }

    private static BitSet only(int number) {
        var one = new BitSet();
        if (number != PartitionRouter.NOWHERE) {
            one.set(number);
        }
        return one;
    }

    private BitSet comparison(Operator operator, Expr left, Expr right) {
        if (!isColumn(left) || !(right instanceof Expr.Constant(Literal value, ColumnType given))) {
            return all();
        }
        if (value.getNull()) {
            return new BitSet();
        }
        if (operator == Operator.EQ && sameForm(given)) {
            return only(router.route(value));
        }
        return switch (partitioning.method()) {
            case LIST -> matching(number -> listMay(number, operator, value));
            case RANGE -> matching(number -> rangeMay(number, operator, value));
            case HASH -> all();
        };
    }

    /// Has a constant of the other type the form of an equal one of the column's? DECIMALs carry their scale.
    private boolean sameForm(ColumnType other) {
        return type.equals(other) || type instanceof ColumnType.Varchar && other instanceof ColumnType.Varchar;
    }

    private BitSet matching(IntPredicate may) {
        var matching = new BitSet();
        for (int number = 0; number < count; number++) {
            if (may.test(number)) {
                matching.set(number);
            }
        }
        return matching;
    }

    private boolean listMay(int number, Operator operator, Literal value) {
        Partition partition = partitioning.partitions().get(number);
        return partition.takesRest()
                || partition.values().stream()
                        .filter(listed -> !listed.getNull())
                        .anyMatch(listed -> may(LiteralOrder.compare(listed, value, type), operator));
    }

    private static boolean may(OptionalInt order, Operator operator) {
        if (order.isEmpty()) {
            return true;
        }
        int sign = order.getAsInt();
        return switch (operator) {
            case EQ -> sign == 0;
            case LT -> sign < 0;
            case LE -> sign <= 0;
            case GT -> sign > 0;
            case GE -> sign >= 0;
            default -> true;
        };
    }

    /// Values of the partition are at or above the bound below, and below its own.
    private boolean rangeMay(int number, Operator operator, Literal value) {
        List<Partition> partitions = partitioning.partitions();
        boolean bounded = !partitions.get(number).takesRest();
        OptionalInt low = number == 0
                ? OptionalInt.empty()
                : LiteralOrder.compare(partitions.get(number - 1).values().getFirst(), value, type);
        OptionalInt high = bounded
                ? LiteralOrder.compare(partitions.get(number).values().getFirst(), value, type)
                : OptionalInt.empty();
        boolean aboveLow = low.isEmpty() || low.getAsInt() <= 0;
        boolean belowHigh = high.isEmpty() || high.getAsInt() > 0;
        return switch (operator) {
            case EQ -> aboveLow && belowHigh;
            case LT -> low.isEmpty() || low.getAsInt() < 0;
            case LE -> aboveLow;
            case GT, GE -> belowHigh;
            default -> true;
        };
    }
}
