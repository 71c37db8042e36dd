package io.elanus.cluster.whole;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.fixture.InProcessCluster;
import io.elanus.cluster.proxy.Mutation;
import io.elanus.cluster.proxy.TableAccess.WriteReceipt;
import io.elanus.proto.grpc.DataCoordGrpc;
import io.elanus.proto.grpc.DdlRequest;
import io.elanus.proto.grpc.DropTable;
import io.elanus.proto.grpc.FlushRequest;
import io.elanus.proto.grpc.ListSegmentsRequest;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.visibility.Keys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// Everything below SQL with real threads and stores, within a process and over sockets.
@ParameterizedClass
@ValueSource(booleans = {false, true})
class WholeClusterTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @Parameter
    private boolean network;

    @TempDir
    private Path folder;

    private static SortedMap<Long, Long> numbers(long from, long to, long factor) {
        var numbers = new TreeMap<Long, Long>();
        for (long i = from; i < to; i++) {
            numbers.put(i, i * factor);
        }
        return numbers;
    }

    private InProcessCluster start() throws Exception {
        return InProcessCluster.start(folder, InProcessCluster.Settings.defaults(), network);
    }

    private static int flush(InProcessCluster cluster, TableSchema table) throws Exception {
        var request = FlushRequest.newBuilder()
                .setTableId(table.tableId())
                .setWait(true)
                .build();
        return Rows.await(cluster.rpc()
                        .call(RoleNames.DATA_COORD, DataCoordGrpc.getFlushMethod(), request, Duration.ofSeconds(60)))
                .getSegments();
    }

    @Test
    void readsWhatWasWrittenBeforeAndAfterFlushAndRestart() throws Exception {
        SortedMap<Long, Long> expected = numbers(0, 500, 3);
        try (InProcessCluster cluster = start()) {
            TableSchema table = Rows.createTable(cluster, "t", 2);
            Rows.upsert(cluster, table, expected);
            assertThat(Rows.read(cluster, table)).isEqualTo(expected);

            assertThat(flush(cluster, table)).isPositive();
            var listed = Rows.await(cluster.rpc()
                    .call(
                            RoleNames.DATA_COORD,
                            DataCoordGrpc.getListSegmentsMethod(),
                            ListSegmentsRequest.newBuilder()
                                    .setTableId(table.tableId())
                                    .build(),
                            SOON));
            assertThat(listed.getSegmentsList())
                    .isNotEmpty()
                    .allSatisfy(segment -> assertThat(segment.getState()).isEqualTo(SegmentState.FLUSHED));
            assertThat(Rows.read(cluster, table)).isEqualTo(expected);

            SortedMap<Long, Long> later = numbers(400, 600, 7);
            Rows.upsert(cluster, table, later);
            expected.putAll(later);
            assertThat(Rows.read(cluster, table)).isEqualTo(expected);
        }
        try (InProcessCluster cluster = start()) {
            assertThat(Rows.read(cluster, Rows.table(cluster, "t"))).isEqualTo(expected);
        }
    }

    @Test
    void losesNothingInACrash() throws Exception {
        SortedMap<Long, Long> expected = numbers(0, 100, 5);
        InProcessCluster first = start();
        TableSchema table = Rows.createTable(first, "t", 1);
        Rows.upsert(first, table, expected);
        first.crash();
        try (InProcessCluster cluster = start()) {
            assertThat(Rows.read(cluster, Rows.table(cluster, "t"))).isEqualTo(expected);
        }
    }

    @Test
    void changesRowsByKeyAndReadsThePast() throws Exception {
        try (InProcessCluster cluster = start()) {
            TableSchema table = Rows.createTable(cluster, "t", 2);
            Rows.upsert(cluster, table, numbers(0, 20, 1));
            long before = Rows.await(cluster.proxy().now());
            WriteReceipt doubled = change(cluster, table, List.of(3L, 4L, 99L), seen -> {
                seen.replaceAll((_, value) -> value * 2);
                return new Decision(seen, List.of());
            });
            assertThat(doubled.rowsWritten()).isEqualTo(2);
            change(cluster, table, List.of(5L), _ -> new Decision(Map.of(), List.of(5L)));

            SortedMap<Long, Long> expected = numbers(0, 20, 1);
            assertThat(Rows.read(cluster, table, before, before)).isEqualTo(expected);
            expected.put(3L, 6L);
            expected.put(4L, 8L);
            expected.remove(5L);
            assertThat(Rows.read(cluster, table)).isEqualTo(expected);
        }
    }

    @Test
    void changesOfOneKeyDoNotOverlap() throws Exception {
        try (InProcessCluster cluster = start()) {
            TableSchema table = Rows.createTable(cluster, "t", 1);
            Rows.upsert(cluster, table, Map.of(1L, 0L));
            CompletableFuture<?>[] increments = new CompletableFuture<?>[20];
            for (int i = 0; i < increments.length; i++) {
                increments[i] = started(cluster, table, List.of(1L), seen -> {
                    seen.replaceAll((_, value) -> value + 1);
                    return new Decision(seen, List.of());
                });
            }
            Rows.await(CompletableFuture.allOf(increments));
            assertThat(Rows.read(cluster, table)).isEqualTo(Map.of(1L, 20L));
        }
    }

    @Test
    void givesUpAChangeThatThrows() throws Exception {
        try (InProcessCluster cluster = start()) {
            TableSchema table = Rows.createTable(cluster, "t", 1);
            Rows.upsert(cluster, table, Map.of(1L, 1L));
            assertThatThrownBy(() -> change(cluster, table, List.of(1L), _ -> {
                        throw new ClusterException(ErrorCode.UNIQUE_VIOLATION, "Key [1] exists.");
                    }))
                    .hasRootCauseInstanceOf(ClusterException.class)
                    .hasStackTraceContaining("Key [1] exists.");
            change(cluster, table, List.of(1L), _ -> new Decision(Map.of(1L, 2L), List.of()));
            assertThat(Rows.read(cluster, table)).isEqualTo(Map.of(1L, 2L));
        }
    }

    @Test
    void dropsATableAndItsName() throws Exception {
        try (InProcessCluster cluster = start()) {
            TableSchema table = Rows.createTable(cluster, "t", 1);
            Rows.upsert(cluster, table, Map.of(1L, 1L));
            assertThat(Rows.read(cluster, table)).hasSize(1);
            var drop = DropTable.newBuilder().setSchemaName("public").setName("t");
            Rows.await(cluster.proxy()
                    .execute(DdlRequest.newBuilder().setDropTable(drop).build()));
            TableSchema again = Rows.createTable(cluster, "t", 1);
            assertThat(again.tableId()).isNotEqualTo(table.tableId());
            assertThat(Rows.read(cluster, again)).isEmpty();
        }
    }

    /// What a change writes: rows by key, and keys to delete.
    private record Decision(Map<Long, Long> rows, List<Long> deletes) {}

    private interface Decide {
        Decision on(SortedMap<Long, Long> seen);
    }

    private static WriteReceipt change(InProcessCluster cluster, TableSchema table, List<Long> keys, Decide decide)
            throws Exception {
        return Rows.await(started(cluster, table, keys, decide));
    }

    private static CompletableFuture<WriteReceipt> started(
            InProcessCluster cluster, TableSchema table, List<Long> keys, Decide decide) {
        return cluster.proxy()
                .change(
                        table,
                        keys.stream().map(Keys::ofLong).toList(),
                        existing -> {
                            var seen = new TreeMap<Long, Long>();
                            existing.forEach(rows -> Rows.add(rows, seen));
                            Decision decision = decide.on(seen);
                            return new Mutation(
                                    Rows.batch(table, decision.rows, cluster.memory()),
                                    decision.deletes.stream().map(Keys::ofLong).toList());
                        },
                        SOON);
    }
}
