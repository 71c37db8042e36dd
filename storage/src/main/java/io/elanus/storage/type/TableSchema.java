package io.elanus.storage.type;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A table at one version of its columns.
///
/// @param tableId  never used again
/// @param name     schema and table name
/// @param version  rises with every change of the columns
/// @param keyColumnId the column whose values are unique; every table has one (hidden if none was declared)
/// @param layout   where its rows go
public record TableSchema(
        long tableId,
        TableName name,
        int version,
        List<Column> columns,
        int keyColumnId,
        Layout layout,
        Map<String, String> options) {

    public TableSchema {
        columns = List.copyOf(columns);
        options = Map.copyOf(options);
        var ids = new HashSet<Integer>();
        var names = new HashSet<String>();
        for (Column column : columns) {
            if (!ids.add(column.id()) || !names.add(column.name())) {
                throw new IllegalArgumentException(
                        "Column [%s] occurs twice in table [%s]".formatted(column.name(), name));
            }
        }
        if (!ids.contains(keyColumnId)) {
            throw new IllegalArgumentException("Table [%s] has no key column [%d]".formatted(name, keyColumnId));
        }
    }

    /// Without partitions.
    public TableSchema(
            long tableId,
            TableName name,
            int version,
            List<Column> columns,
            int keyColumnId,
            List<Shard> shards,
            Map<String, String> options) {
        this(tableId, name, version, columns, keyColumnId, Layout.of(shards), options);
    }

    /// The same table with these options instead of its own.
    public TableSchema withOptions(Map<String, String> changed) {
        return new TableSchema(tableId, name, version, columns, keyColumnId, layout, changed);
    }

    public List<Shard> shards() {
        return layout.shards();
    }

    public Optional<Partitioning> partitioning() {
        return layout.partitioning();
    }

    /// Do rows of this partition belong to the table? They do not any more once it was dropped.
    public boolean hasPartition(long partitionId) {
        return partitioning()
                .map(partitioning -> partitioning.has(partitionId))
                .orElse(partitionId == Partitioning.NONE);
    }

    public Column keyColumn() {
        return column(keyColumnId);
    }

    public Column column(int id) {
        return columns.stream()
                .filter(column -> column.id() == id)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Table [%s] has no column [%d]".formatted(name, id)));
    }

    public Optional<Column> findColumn(String columnName) {
        return columns.stream()
                .filter(column -> column.name().equals(columnName))
                .findFirst();
    }

    /// Ordinal of the column within [#columns].
    public int ordinal(int columnId) {
        return columns.indexOf(column(columnId));
    }
}
