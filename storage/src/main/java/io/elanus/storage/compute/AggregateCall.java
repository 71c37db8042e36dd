package io.elanus.storage.compute;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.ExprProtos;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.SchemaProtos;
import java.util.List;
import java.util.Optional;

/// One aggregate of a grouping.
///
/// @param arguments none for COUNT(*)
/// @param filter    only rows for which it is TRUE count
/// @param distinct  equal arguments count once; only where rows are not grouped in parts
/// @param type      of the final result, see [AggregateFunction#resultType]
public record AggregateCall(
        AggregateFunction function, List<Expr> arguments, Optional<Expr> filter, boolean distinct, ColumnType type) {
    public AggregateCall {
        arguments = List.copyOf(arguments);
    }

    public static AggregateCall of(AggregateFunction function, Expr... arguments) {
        return new AggregateCall(
                function,
                List.of(arguments),
                Optional.empty(),
                false,
                function.resultType(List.of(arguments).stream().map(Expr::type).toList()));
    }

    public List<ColumnType> argumentTypes() {
        return arguments.stream().map(Expr::type).toList();
    }

    public AggregateCall bind(List<Literal> parameters) {
        return new AggregateCall(
                function,
                arguments.stream().map(argument -> argument.bind(parameters)).toList(),
                filter.map(expr -> expr.bind(parameters)),
                distinct,
                type);
    }

    public io.elanus.proto.grpc.AggregateCall toProto() {
        var proto = io.elanus.proto.grpc.AggregateCall.newBuilder()
                .setFunction(function.name())
                .setDistinct(distinct)
                .setType(SchemaProtos.toProto(type));
        arguments.forEach(argument -> proto.addArguments(ExprProtos.toProto(argument)));
        filter.ifPresent(expr -> proto.setFilter(ExprProtos.toProto(expr)));
        return proto.build();
    }

    public static AggregateCall fromProto(io.elanus.proto.grpc.AggregateCall proto) {
        return new AggregateCall(
                AggregateFunction.valueOf(proto.getFunction()),
                proto.getArgumentsList().stream().map(ExprProtos::fromProto).toList(),
                proto.hasFilter() ? Optional.of(ExprProtos.fromProto(proto.getFilter())) : Optional.empty(),
                proto.getDistinct(),
                SchemaProtos.fromProto(proto.getType()));
    }
}
