package io.elanus.storage.compute;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.ExprProtos;
import java.util.List;

/// One key of an order. SQL's defaults: ascending, NULLS LAST; descending, NULLS FIRST.
public record SortKey(Expr expr, boolean descending, boolean nullsFirst) {
    public static SortKey ascending(Expr expr) {
        return new SortKey(expr, false, false);
    }

    public static SortKey descending(Expr expr) {
        return new SortKey(expr, true, true);
    }

    public SortKey bind(List<Literal> parameters) {
        return new SortKey(expr.bind(parameters), descending, nullsFirst);
    }

    public io.elanus.proto.grpc.SortKey toProto() {
        return io.elanus.proto.grpc.SortKey.newBuilder()
                .setExpr(ExprProtos.toProto(expr))
                .setDescending(descending)
                .setNullsFirst(nullsFirst)
                .build();
    }

    public static SortKey fromProto(io.elanus.proto.grpc.SortKey proto) {
        return new SortKey(ExprProtos.fromProto(proto.getExpr()), proto.getDescending(), proto.getNullsFirst());
    }
}
