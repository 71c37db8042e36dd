package io.elanus.storage.filter;

import io.elanus.proto.grpc.Call;
import io.elanus.storage.type.SchemaProtos;

/// Between [Expr] and its protobuf form.
public final class ExprProtos {
    private ExprProtos() {}

    public static io.elanus.proto.grpc.Expr toProto(Expr expr) {
        var proto = io.elanus.proto.grpc.Expr.newBuilder().setType(SchemaProtos.toProto(expr.type()));
        switch (expr) {
            case Expr.Input input -> proto.setInput(input.ordinal());
            case Expr.Constant constant -> proto.setLiteral(constant.value());
            case Expr.Parameter parameter ->
                throw new IllegalStateException("Parameter [%d] was not bound".formatted(parameter.index()));
            case Expr.Call call -> {
                var node = Call.newBuilder().setOperator(call.operator().name());
                call.arguments().forEach(argument -> node.addArguments(toProto(argument)));
                proto.setCall(node);
            }
        }
        return proto.build();
    }

    public static Expr fromProto(io.elanus.proto.grpc.Expr proto) {
        var type = SchemaProtos.fromProto(proto.getType());
        return switch (proto.getNodeCase()) {
            case INPUT -> new Expr.Input(proto.getInput(), type);
            case LITERAL -> new Expr.Constant(proto.getLiteral(), type);
            case CALL ->
                new Expr.Call(
                        Operator.valueOf(proto.getCall().getOperator()),
                        proto.getCall().getArgumentsList().stream()
                                .map(ExprProtos::fromProto)
                                .toList(),
                        type);
            case NODE_NOT_SET -> throw new IllegalArgumentException("An expression without a node");
        };
    }
}
