package io.elanus.sql.server;

import io.elanus.cluster.proxy.Catalog;
import io.elanus.proto.grpc.IndexSchema;
import io.elanus.proto.grpc.IndexTask;
import io.elanus.proto.grpc.IndexTaskState;
import io.elanus.proto.grpc.ListLoadedFilesRequest;
import io.elanus.proto.grpc.LoadedFile;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.sql.catalog.SystemTable;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.sql.plan.RowSupplier;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The `system.*` tables that show what is stored; [ClusterTables] has those that show the cluster. Each read asks
/// the coordinator that knows.
final class SystemTables {
    private static final ColumnType TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);
    private static final ColumnType NUMBER = ColumnType.Simple.BIGINT;

    private final CoordinatorCalls coordinators;
    private final Supplier<Catalog> catalog;

    SystemTables(CoordinatorCalls coordinators, Supplier<Catalog> catalog) {
        this.coordinators = coordinators;
        this.catalog = catalog;
    }

    List<SystemTable> all() {
        return List.of(
                table(
                        "loaded_files",
                        this::loadedRows,
                        text("schema_name"),
                        text("table_name"),
                        text("job"),
                        text("file"),
                        number("row_count"),
                        number("bytes")),
                table(
                        "segments",
                        this::segmentRows,
                        text("table_name"),
                        number("segment_id"),
                        text("vchannel"),
                        text("level"),
                        text("state"),
                        number("row_count"),
                        number("bytes"),
                        text("manifest")),
                table(
                        "indexes",
                        this::indexRows,
                        text("schema_name"),
                        text("table_name"),
                        text("index_name"),
                        text("column_name"),
                        text("type"),
                        text("metric"),
                        text("parameters"),
                        number("flushed_rows"),
                        number("indexed_rows")),
                table(
                        "tasks",
                        this::taskRows,
                        number("task_id"),
                        text("kind"),
                        text("table_name"),
                        number("segment_id"),
                        text("state"),
                        text("node"),
                        new PlanColumn("progress", ColumnType.Simple.DOUBLE),
                        text("failure")));
    }

    static SystemTable table(String name, RowSupplier rows, PlanColumn... columns) {
        return new SystemTable(SystemTable.SYSTEM, name, List.of(columns), rows);
    }

    static PlanColumn text(String name) {
        return new PlanColumn(name, TEXT);
    }

    static PlanColumn number(String name) {
        return new PlanColumn(name, NUMBER);
    }

    static List<@Nullable Object> row(@Nullable Object... values) {
        return Arrays.asList(values);
    }

    private String tableName(long tableId) {
        return tableName(catalog.get(), tableId);
    }

    static String tableName(Catalog catalog, long tableId) {
        return find(catalog, tableId).map(table -> table.name().toString()).orElse("dropped " + tableId);
    }

    private static Optional<TableSchema> find(Catalog catalog, long tableId) {
        return catalog.tables().values().stream()
                .filter(table -> table.tableId() == tableId)
                .findFirst();
    }

    /// What jobs have loaded whole, by COPY … WITH (job = 'name').
    private List<List<@Nullable Object>> loadedRows() {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (LoadedFile file : coordinators
                .loadedFiles(ListLoadedFilesRequest.getDefaultInstance())
                .join()
                .getFilesList()) {
            find(catalog.get(), file.getTableId())
                    .ifPresent(table -> rows.add(row(
                            table.name().schema(),
                            table.name().table(),
                            file.getJob(),
                            file.getPlace(),
                            file.getRows(),
                            file.getBytes())));
        }
        return rows;
    }

    private List<List<@Nullable Object>> segmentRows() {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (SegmentInfo segment : coordinators.segments().join().getSegmentsList()) {
            rows.add(row(
                    tableName(segment.getTableId()),
                    segment.getSegmentId(),
                    segment.getVchannel(),
                    segment.getLevel().name(),
                    segment.getState().name().toLowerCase(Locale.ROOT),
                    segment.getRows(),
                    segment.getBytes(),
                    segment.getManifest().isEmpty() ? null : segment.getManifest()));
        }
        return rows;
    }

    /// An index covers the rows of flushed segments; it is complete when `indexed_rows` has reached `flushed_rows`.
    private List<List<@Nullable Object>> indexRows() {
        var rows = new ArrayList<List<@Nullable Object>>();
        List<SegmentInfo> flushed = coordinators.segments().join().getSegmentsList().stream()
                .filter(segment -> segment.getLevel() == SegmentLevel.L1 && segment.getState() == SegmentState.FLUSHED)
                .toList();
        var tasks = new HashMap<Long, List<IndexTask>>();
        for (var index : catalog.get().indexes()) {
            List<IndexTask> builds = tasks.computeIfAbsent(index.getTableId(), this::tasks);
            find(catalog.get(), index.getTableId())
                    .ifPresent(table -> rows.add(row(
                            table.name().schema(),
                            table.name().table(),
                            index.getName(),
                            table.column(index.getColumnId()).name(),
                            index.getType(),
                            index.getMetric(),
                            index.getParametersMap().toString(),
                            flushed.stream()
                                    .filter(segment -> segment.getTableId() == table.tableId())
                                    .mapToLong(SegmentInfo::getRows)
                                    .sum(),
                            indexedRows(index, builds, flushed))));
        }
        return rows;
    }

    private List<IndexTask> tasks(long tableId) {
        return coordinators.indexes(tableId).join().getTasksList();
    }

    private static long indexedRows(IndexSchema index, List<IndexTask> builds, List<SegmentInfo> flushed) {
        Set<Long> built = builds.stream()
                .filter(task -> task.getIndexId() == index.getIndexId()
                        && task.getState() == IndexTaskState.FINISHED
                        && !task.getRecycled())
                .map(IndexTask::getSegmentId)
                .collect(Collectors.toSet());
        return flushed.stream()
                .filter(segment -> built.contains(segment.getSegmentId()))
                .mapToLong(SegmentInfo::getRows)
                .sum();
    }

    private List<List<@Nullable Object>> taskRows() {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (TableSchema table : catalog.get().tables().values()) {
            for (IndexTask task : tasks(table.tableId())) {
                rows.add(row(
                        task.getBuildId(),
                        "index build",
                        table.name().toString(),
                        task.getSegmentId(),
                        task.getState().name().toLowerCase(Locale.ROOT).replace("index_task_", ""),
                        task.getNode().isEmpty() ? null : task.getNode(),
                        task.getProgress(),
                        task.getFailure().isEmpty() ? null : task.getFailure()));
            }
        }
        return rows;
    }
}
