package io.elanus.sql.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.elanus.cluster.exchange.BatchStream;
import io.elanus.cluster.proxy.TableAccess;
import io.elanus.proto.grpc.Aggregate;
import io.elanus.proto.grpc.Fragment;
import io.elanus.proto.grpc.Scan;
import io.elanus.sql.catalog.TableStatistics;
import io.elanus.storage.compute.AggregateCall;
import io.elanus.storage.compute.AggregateFunction;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.ExprProtos;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableSchema;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToDoubleFunction;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Statistics by asking the shards when a statement is planned: the number of rows is exact, and costs next to
/// nothing; values and shares come from the first rows of every shard. Kept for a minute. A table that does not
/// answer in time looks like one that nothing is known of.
///
/// Thread rule: thread safe; every method may block, as long as [#PATIENCE].
final class SampledStatistics implements TableStatistics {
    private static final int SAMPLE = 4_096;
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration FRESH = Duration.ofMinutes(1);
    private static final int MOST_TABLES = 10_000;

    private final TableAccess tables;
    private final Cache<Key, Known> known = Caffeine.newBuilder()
            .maximumSize(MOST_TABLES)
            .expireAfterWrite(FRESH)
            .build();

    private record Key(long tableId, int version) {
        static Key of(TableSchema table) {
            return new Key(table.tableId(), table.version());
        }
    }

    /// @param distinct by column id
    private record Known(double rows, Map<Integer, Double> distinct) {}

    SampledStatistics(TableAccess tables) {
        this.tables = tables;
    }

    @Override
    public double rows(TableSchema table) {
        return known(table).rows();
    }

    @Override
    public void forget(TableSchema table) {
        known.invalidate(Key.of(table));
    }

    private Known known(TableSchema table) {
        return known.get(Key.of(table), _ -> new Known(count(table), new ConcurrentHashMap<>()));
    }

    private double count(TableSchema table) {
        var call = new AggregateCall(
                AggregateFunction.COUNT, List.of(), Optional.empty(), false, ColumnType.Simple.BIGINT);
        Fragment fragment = fragment(table, List.of())
                .setAggregate(Aggregate.newBuilder().addCalls(call.toProto()))
                .build();
        return read(table, fragment, batch -> {
                    double rows = 0;
                    for (int i = 0; i < batch.getRowCount(); i++) {
                        rows += ((BigIntVector) batch.getVector(0)).get(i);
                    }
                    return rows;
                })
                .orElse(UNKNOWN.rows(table));
    }

    @Override
    public double distinct(TableSchema table, Column column) {
        Known facts = known(table);
        if (column.id() == table.keyColumn().id()) {
            return Math.max(1, facts.rows());
        }
        return facts.distinct().computeIfAbsent(column.id(), _ -> sampledDistinct(table, column, facts.rows()));
    }

    /// Values that fill the sample are taken to go on coming; few are taken to be all there are.
    private double sampledDistinct(TableSchema table, Column column, double rows) {
        Fragment fragment =
                sample(table, List.of(column), new Expr.Input(0, column.type())).build();
        var values = new HashSet<Integer>();
        Optional<Double> seen = read(table, fragment, batch -> {
            FieldVector vector = batch.getVector(0);
            for (int i = 0; i < batch.getRowCount(); i++) {
                values.add(vector.hashCode(i));
            }
            return batch.getRowCount();
        });
        if (seen.isEmpty() || seen.get() == 0) {
            return UNKNOWN.distinct(table, column);
        }
        boolean many = values.size() > seen.get() / 10;
        return many ? Math.max(1, rows * values.size() / seen.get()) : values.size();
    }

    @Override
    public double share(TableSchema table, List<Column> columns, Expr filter) {
        Fragment fragment = sample(table, columns, filter).build();
        double[] passed = new double[1];
        Optional<Double> seen = read(table, fragment, batch -> {
            var kept = (BitVector) batch.getVector(0);
            for (int i = 0; i < batch.getRowCount(); i++) {
                passed[0] += kept.isNull(i) ? 0 : kept.get(i);
            }
            return batch.getRowCount();
        });
        if (seen.isEmpty() || seen.get() == 0) {
            return UNKNOWN.share(table, columns, filter);
        }
        return Math.max(passed[0], 0.5) / seen.get();
    }

    private static Fragment.Builder sample(TableSchema table, List<Column> columns, Expr value) {
        return fragment(table, columns)
                .setScan(Scan.newBuilder().setLimit(SAMPLE))
                .addProjection(ExprProtos.toProto(value));
    }

    private static Fragment.Builder fragment(TableSchema table, List<Column> columns) {
        var fragment = Fragment.newBuilder()
                .setQueryId("statistics")
                .setTableId(table.tableId())
                .setSchemaVersion(table.version())
                .setDeadlineMillis(PATIENCE.toMillis());
        columns.forEach(column -> fragment.addInputColumnIds(column.id()));
        return fragment;
    }

    /// The sum of what every batch is worth; empty when the shards did not answer.
    private Optional<Double> read(TableSchema table, Fragment fragment, ToDoubleFunction<VectorSchemaRoot> worth) {
        try {
            double sum = 0;
            for (BatchStream shard : tables.read(table, fragment).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                try (shard) {
                    for (VectorSchemaRoot batch = shard.next(); batch != null; batch = shard.next()) {
                        try (VectorSchemaRoot rows = batch) {
                            sum += worth.applyAsDouble(rows);
                        }
                    }
                }
            }
            return Optional.of(sum);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            // Whatever it is, the statement itself will meet it when it runs.
            return Optional.empty();
        }
    }
}
