package io.elanus.sql.catalog;

import io.elanus.proto.grpc.DdlRequest;
import io.elanus.proto.grpc.IndexSchema;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.error.Suggestions;
import io.elanus.sql.parser.tree.ColumnDefinition;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.visibility.TimeToLive;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.sql.SqlIdentifier;

/// ALTER TABLE as a new version of the table. Data stays where it is: rows that were written before a column was
/// added have its default, and the values of a dropped column are not read any more. A column's id is never given
/// to another, or those values would come back.
public final class TableAlterations {
    /// Table option with the id of the next column, once a column was dropped or added.
    private static final String NEXT_COLUMN = "next_column_id";

    private final SchemaView view;
    private final String defaultSchema;
    private final DdlRequests requests;

    public TableAlterations(SchemaView view, String defaultSchema, DdlRequests requests) {
        this.view = view;
        this.defaultSchema = defaultSchema;
        this.requests = requests;
    }

    /// Empty: there is nothing to do.
    public Optional<DdlRequest> of(Statement.AlterTable alter) {
        int position = requests.position(alter.table());
        TableName name = SchemaView.tableName(alter.table().names, defaultSchema, position);
        if (alter.ifExists() && !view.catalog().tables().containsKey(name)) {
            return Optional.empty();
        }
        TableSchema table = view.table(alter.table().names, defaultSchema, position);
        Optional<TableSchema> after = switch (alter.change()) {
            case Statement.AddColumn(ColumnDefinition column, var checks, boolean ifNotExists) ->
                add(table, column, ifNotExists).map(wider -> requests.checked(wider, checks));
            case Statement.AddCheck(Statement.Check check) -> Optional.of(requests.checked(table, List.of(check)));
            case Statement.DropConstraint(SqlIdentifier constraint, boolean ifExists) ->
                dropConstraint(table, constraint, ifExists);
            case Statement.DropColumn(SqlIdentifier column, boolean ifExists, boolean cascade) ->
                drop(table, column, ifExists, cascade);
            case Statement.RenameColumn(SqlIdentifier from, SqlIdentifier to) -> Optional.of(rename(table, from, to));
            case Statement.CommentColumn(SqlIdentifier column, String text) ->
                Optional.of(Comments.with(table, visible(table, column), text));
            case Statement.OwnerTo _, Statement.RowSecurity _ ->
                throw new IllegalStateException("The table stays as it is: " + alter);
            case Statement.RenameTable(SqlIdentifier to) -> {
                requests.views().refuseReaders(table.tableId(), name, alter.table());
                yield Optional.of(with(table, new TableName(name.schema(), to.getSimple()), table.columns()));
            }
            case Statement.AddPartition(Statement.Partition partition) ->
                Optional.of(requests.partitions().add(table, partition));
            case Statement.DropPartition(SqlIdentifier partition, boolean ifExists) ->
                requests.partitions().drop(table, partition, ifExists);
            case Statement.SetOptions(var options) -> set(table, TableOptions.changeable(options));
        };
        boolean cascade = alter.change() instanceof Statement.DropColumn drop && drop.cascade();
        return after.map(changed -> requests.of(table, changed, cascade));
    }

    private static Optional<TableSchema> set(TableSchema table, Map<String, String> changed) {
        Map<String, String> options = TimeToLiveOptions.merged(table.options(), changed, table.columns());
        return options.equals(table.options()) ? Optional.empty() : Optional.of(table.withOptions(options));
    }

    private static TableSchema with(TableSchema table, TableName name, List<Column> columns) {
        Map<String, String> options = new HashMap<>(table.options());
        options.put(NEXT_COLUMN, Integer.toString(nextColumn(table)));
        return new TableSchema(
                table.tableId(), name, table.version(), columns, table.keyColumnId(), table.layout(), options);
    }

    private static int nextColumn(TableSchema table) {
        int known = Integer.parseInt(table.options().getOrDefault(NEXT_COLUMN, "0"));
        return Math.max(
                known, table.columns().stream().mapToInt(Column::id).max().orElse(0) + 1);
    }

    private Optional<TableSchema> add(TableSchema table, ColumnDefinition definition, boolean ifNotExists) {
        String name = definition.name().getSimple();
        if (table.findColumn(name).isPresent()) {
            if (ifNotExists) {
                return Optional.empty();
            }
            throw duplicate(table, definition.name());
        }
        if (definition.primaryKey() || definition.generated()) {
            throw new QueryException(
                    ErrorCode.INVALID_TABLE_DEFINITION,
                    "The key of table [%s] cannot change.".formatted(table.name()),
                    requests.position(definition.name()),
                    "Create a table with the new key and INSERT INTO it from this one.",
                    null);
        }
        int id = nextColumn(table);
        Column column = requests.definitions().column(definition, id, Optional.empty());
        if (!column.nullable() && column.defaultValue().isEmpty()) {
            throw new QueryException(
                    ErrorCode.NOT_NULL_VIOLATION,
                    "Rows that are there would have no value in column [%s].".formatted(name),
                    requests.position(definition.name()),
                    "Give it a DEFAULT, or leave NOT NULL out.",
                    null);
        }
        var columns = new ArrayList<>(table.columns());
        columns.add(column);
        return Optional.of(with(table, table.name(), columns));
    }

    private QueryException duplicate(TableSchema table, SqlIdentifier name) {
        return new QueryException(
                ErrorCode.DUPLICATE_COLUMN,
                "Table [%s] has a column [%s] already.".formatted(table.name(), name.getSimple()),
                requests.position(name),
                null,
                null);
    }

    private Optional<TableSchema> drop(TableSchema table, SqlIdentifier name, boolean ifExists, boolean cascade) {
        Optional<Column> found = table.findColumn(name.getSimple()).filter(column -> !column.hidden());
        if (found.isEmpty() && ifExists) {
            return Optional.empty();
        }
        Column column = found.orElseThrow(() -> undefined(table, name));
        if (column.id() == table.keyColumnId()) {
            throw new QueryException(
                    ErrorCode.INVALID_TABLE_DEFINITION,
                    "Column [%s] is the key of table [%s].".formatted(column.name(), table.name()),
                    requests.position(name),
                    null,
                    null);
        }
        if (table.partitioning().filter(by -> by.columnId() == column.id()).isPresent()) {
            throw new QueryException(
                    ErrorCode.DEPENDENT_OBJECTS,
                    "Column [%s] decides which partition of table [%s] a row is in."
                            .formatted(column.name(), table.name()),
                    requests.position(name),
                    null,
                    null);
        }
        if (TimeToLive.of(table)
                .filter(lives -> lives.column().id() == column.id())
                .isPresent()) {
            throw new QueryException(
                    ErrorCode.DEPENDENT_OBJECTS,
                    "Column [%s] says how long rows of table [%s] live.".formatted(column.name(), table.name()),
                    requests.position(name),
                    "ALTER TABLE … SET (ttl = 'none') first.",
                    null);
        }
        for (IndexSchema index : view.catalog().indexesOf(table.tableId())) {
            if (index.getColumnId() == column.id()) {
                throw new QueryException(
                        ErrorCode.DEPENDENT_OBJECTS,
                        "Index [%s] is on column [%s].".formatted(index.getName(), column.name()),
                        requests.position(name),
                        "DROP INDEX %s first.".formatted(index.getName()),
                        null);
            }
        }
        if (!cascade) {
            requests.views().refuseReaders(table.tableId(), column, name);
        }
        List<Column> columns = table.columns().stream()
                .filter(other -> other.id() != column.id())
                .toList();
        TableSchema left = CheckConstraints.withoutColumn(with(table, table.name(), columns), column);
        return Optional.of(Comments.with(left, column, ""));
    }

    private Optional<TableSchema> dropConstraint(TableSchema table, SqlIdentifier constraint, boolean ifExists) {
        String name = constraint.getSimple();
        Set<String> known = CheckConstraints.of(table).keySet();
        if (known.contains(name)) {
            return Optional.of(CheckConstraints.dropped(table, name));
        }
        if (name.equals(InformationSchema.keyName(table))) {
            throw new QueryException(
                    ErrorCode.INVALID_TABLE_DEFINITION,
                    "The key of table [%s] cannot change.".formatted(table.name()),
                    requests.position(constraint),
                    "Create a table with the new key and INSERT INTO it from this one.",
                    null);
        }
        if (ifExists) {
            return Optional.empty();
        }
        throw new QueryException(
                ErrorCode.UNDEFINED_OBJECT,
                "Table [%s] has no constraint [%s].".formatted(table.name(), name),
                requests.position(constraint),
                Suggestions.didYouMean(name, known).orElse(null),
                null);
    }

    private QueryException undefined(TableSchema table, SqlIdentifier name) {
        return new QueryException(
                ErrorCode.UNDEFINED_COLUMN,
                "Column [%s] does not exist in table [%s].".formatted(name.getSimple(), table.name()),
                requests.position(name),
                null,
                null);
    }

    private Column visible(TableSchema table, SqlIdentifier name) {
        return table.findColumn(name.getSimple())
                .filter(found -> !found.hidden())
                .orElseThrow(() -> undefined(table, name));
    }

    private TableSchema rename(TableSchema table, SqlIdentifier from, SqlIdentifier to) {
        Column column = visible(table, from);
        if (table.findColumn(to.getSimple()).isPresent()) {
            throw duplicate(table, to);
        }
        requests.views().refuseReaders(table.tableId(), column, from);
        var columns = new ArrayList<Column>();
        for (Column each : table.columns()) {
            columns.add(
                    each.id() != column.id()
                            ? each
                            : new Column(
                                    each.id(),
                                    to.getSimple(),
                                    each.type(),
                                    each.nullable(),
                                    each.defaultValue(),
                                    each.generated(),
                                    each.hidden()));
        }
        return CheckConstraints.renamed(with(table, table.name(), columns), column.name(), to.getSimple());
    }
}
