package io.elanus.cluster.querynode;

import com.google.protobuf.ByteString;
import io.elanus.cluster.exchange.BatchStream;
import io.elanus.proto.grpc.Aggregate;
import io.elanus.proto.grpc.Fragment;
import io.elanus.proto.grpc.Literal;
import io.elanus.proto.grpc.Scan;
import io.elanus.proto.grpc.SortLimit;
import io.elanus.proto.grpc.TopK;
import io.elanus.storage.compute.AggregateCall;
import io.elanus.storage.compute.AggregateFunction;
import io.elanus.storage.compute.SortKey;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.ExprProtos;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.visibility.Keys;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Fragments over the test table (inputs: id, v, vec) and what they answer.
final class Fragments {
    static final Expr ID = new Expr.Input(0, ColumnType.Simple.BIGINT);
    static final Expr VALUE = new Expr.Input(1, ColumnType.Simple.INTEGER);

    private Fragments() {}

    static Fragment.Builder at(long readTs) {
        return Fragment.newBuilder()
                .setQueryId("q")
                .setTableId(1)
                .setVchannel(ShardWorld.VCHANNEL)
                .setSchemaVersion(1)
                .setReadTs(readTs)
                .setGuaranteeTs(readTs)
                .setDeadlineMillis(1_000)
                .addAllInputColumnIds(List.of(1, 2, 3));
    }

    static Fragment.Builder scan(long readTs) {
        return at(readTs).setScan(Scan.getDefaultInstance()).addProjection(ExprProtos.toProto(ID));
    }

    /// Values that are computed, so that they take memory of their own.
    static Fragment.Builder sums(long readTs) {
        return at(readTs)
                .setScan(Scan.getDefaultInstance())
                .addProjection(
                        ExprProtos.toProto(new Expr.Call(Operator.ADD, List.of(ID, ID), ColumnType.Simple.BIGINT)));
    }

    static Fragment.Builder lookUp(long readTs, long... keys) {
        Fragment.Builder fragment = scan(readTs);
        for (long key : keys) {
            fragment.addKeys(ByteString.copyFrom(Keys.ofLong(key)));
        }
        return fragment;
    }

    static Fragment.Builder count(long readTs) {
        return at(readTs)
                .setAggregate(Aggregate.newBuilder()
                        .addCalls(AggregateCall.of(AggregateFunction.COUNT).toProto()));
    }

    static Fragment.Builder nearest(long readTs, float[] query, int k) {
        ByteBuffer packed = ByteBuffer.allocate(query.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        packed.asFloatBuffer().put(query);
        return at(readTs)
                .setTopK(TopK.newBuilder()
                        .setColumnId(3)
                        .setMetric("l2")
                        .setQueryVectors(ByteString.copyFrom(packed))
                        .setQueryCount(1)
                        .setK(k)
                        .setMaxDistance(Double.POSITIVE_INFINITY))
                .addProjection(ExprProtos.toProto(ID));
    }

    /// The first rows by value, descending, then by key.
    static Fragment.Builder greatest(long readTs, int limit) {
        return at(readTs)
                .setSort(SortLimit.newBuilder()
                        .addKeys(SortKey.descending(VALUE).toProto())
                        .addKeys(SortKey.ascending(ID).toProto())
                        .setLimit(limit))
                .addProjection(ExprProtos.toProto(ID));
    }

    static io.elanus.proto.grpc.Expr below(int bound) {
        return ExprProtos.toProto(new Expr.Call(
                Operator.LT,
                List.of(
                        VALUE,
                        new Expr.Constant(Literal.newBuilder().setInt64(bound).build(), ColumnType.Simple.INTEGER)),
                ColumnType.Simple.BOOLEAN));
    }

    /// The first column, BIGINT, of all rows; the stream is closed.
    static List<Long> longs(BatchStream stream) {
        List<Long> values = new ArrayList<>();
        try (stream) {
            for (VectorSchemaRoot next = stream.next(); next != null; next = stream.next()) {
                try (VectorSchemaRoot batch = next) {
                    var vector = (BigIntVector) batch.getVector(0);
                    for (int i = 0; i < batch.getRowCount(); i++) {
                        values.add(vector.get(i));
                    }
                }
            }
        }
        return values;
    }

    static long sum(BatchStream stream) {
        return longs(stream).stream().mapToLong(Long::longValue).sum();
    }
}
