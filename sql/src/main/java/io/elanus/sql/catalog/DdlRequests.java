package io.elanus.sql.catalog;

import io.elanus.proto.grpc.AlterTable;
import io.elanus.proto.grpc.CreateIndex;
import io.elanus.proto.grpc.CreateSchema;
import io.elanus.proto.grpc.CreateTable;
import io.elanus.proto.grpc.DdlRequest;
import io.elanus.proto.grpc.DropIndex;
import io.elanus.proto.grpc.DropSchema;
import io.elanus.proto.grpc.DropTable;
import io.elanus.proto.grpc.IndexSchema;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.error.Suggestions;
import io.elanus.sql.parser.SqlText;
import io.elanus.sql.parser.tree.ColumnDefinition;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.index.IndexFormats;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Layout;
import io.elanus.storage.type.SchemaProtos;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;

/// From DDL statements to requests of the root coordinator. Checks what only SQL knows (types, keys, names,
/// options); whether things exist is the coordinator's to say.
public final class DdlRequests {
    public static final int MAX_COLUMNS = 1_000;
    /// The key of a table declared without one.
    public static final String HIDDEN_KEY = "elanus_row_id";

    private static final Set<String> RESERVED_SCHEMAS = Set.of(SystemTable.SYSTEM, SystemTable.INFORMATION_SCHEMA);

    private final SchemaView view;
    private final String defaultSchema;
    private final String sql;
    private final String requestId;
    private final IndexFormats formats;

    public DdlRequests(SchemaView view, String defaultSchema, String sql, String requestId, IndexFormats formats) {
        this.view = view;
        this.defaultSchema = defaultSchema;
        this.sql = sql;
        this.requestId = requestId;
        this.formats = formats;
    }

    private DdlRequest.Builder request() {
        return DdlRequest.newBuilder().setRequestId(requestId);
    }

    int position(SqlNode node) {
        return SqlText.offset(sql, node.getParserPosition());
    }

    public DdlRequest of(Statement.CreateSchema create) {
        String name = create.name().names.getLast();
        refuseReserved(name, position(create.name()));
        return request()
                .setCreateSchema(CreateSchema.newBuilder().setName(name).setIfNotExists(create.ifNotExists()))
                .build();
    }

    public DdlRequest of(Statement.DropSchema drop) {
        String name = drop.name().names.getLast();
        refuseReserved(name, position(drop.name()));
        return request()
                .setDropSchema(DropSchema.newBuilder()
                        .setName(name)
                        .setIfExists(drop.ifExists())
                        .setCascade(drop.cascade()))
                .build();
    }

    static void refuseReserved(String schema, int position) {
        if (RESERVED_SCHEMAS.contains(schema)) {
            throw new QueryException(
                    ErrorCode.WRONG_OBJECT_TYPE,
                    "Schema [%s] belongs to the system.".formatted(schema),
                    position,
                    null,
                    null);
        }
    }

    TableSchema checked(TableSchema table, List<Statement.Check> checks) {
        return checks.isEmpty() ? table : CheckConstraints.added(table, checks, sql);
    }

    ColumnDefinitions definitions() {
        return new ColumnDefinitions(view, sql);
    }

    PartitionRequests partitions() {
        return new PartitionRequests(sql);
    }

    ViewRequests views() {
        return new ViewRequests(view, defaultSchema, sql);
    }

    /// @param one of the names that the statement drops
    public DdlRequest of(Statement.DropView drop, SqlIdentifier one) {
        return views().of(drop, one, requestId);
    }

    public DdlRequest of(Statement.DropTable drop, SqlIdentifier one) {
        TableName name = SchemaView.tableName(one.names, defaultSchema, position(one));
        boolean isView = view.catalog().findView(name).isPresent();
        if (!drop.ifExists() || isView) {
            TableSchema table = view.table(one.names, defaultSchema, position(one));
            if (!drop.cascade()) {
                views().refuseReaders(table.tableId(), name, one);
            }
        }
        return request()
                .setDropTable(DropTable.newBuilder()
                        .setSchemaName(name.schema())
                        .setName(name.table())
                        .setIfExists(drop.ifExists())
                        .setCascade(drop.cascade()))
                .build();
    }

    public DdlRequest of(Statement.CreateTable create) {
        TableName name = SchemaView.tableName(create.name().names, defaultSchema, position(create.name()));
        refuseReserved(name.schema(), position(create.name()));
        if (create.columns().size() > MAX_COLUMNS) {
            throw new QueryException(
                    ErrorCode.TOO_MANY_COLUMNS,
                    "Table [%s] has [%d] columns, the most is [%d]."
                            .formatted(name, create.columns().size(), MAX_COLUMNS));
        }
        Optional<String> key = definitions().key(create);
        var columns = new ArrayList<Column>();
        var names = new HashSet<String>();
        for (ColumnDefinition definition : create.columns()) {
            if (!names.add(definition.name().getSimple())) {
                throw new QueryException(
                        ErrorCode.DUPLICATE_COLUMN,
                        "Column [%s] is declared twice."
                                .formatted(definition.name().getSimple()),
                        position(definition.name()),
                        null,
                        null);
            }
            columns.add(definitions().column(definition, columns.size() + 1, key));
        }
        if (key.isEmpty()) {
            columns.add(new Column(
                    columns.size() + 1, HIDDEN_KEY, ColumnType.Simple.BIGINT, false, Optional.empty(), true, true));
        }
        int keyId = columns.stream()
                .filter(column -> column.name().equals(key.orElse(HIDDEN_KEY)))
                .findFirst()
                .orElseThrow()
                .id();
        Map<String, String> options = TimeToLiveOptions.merged(Map.of(), TableOptions.of(create.options()), columns);
        var layout = new Layout(List.of(), partitions().of(create.partitioning(), columns));
        var bare = new TableSchema(0, name, 0, columns, keyId, layout, options);
        TableSchema schema = checked(bare, create.constraints().checks());
        return request()
                .setCreateTable(CreateTable.newBuilder()
                        .setTable(SchemaProtos.toProto(schema))
                        .setShardCount(TableOptions.shards(options))
                        .setIfNotExists(create.ifNotExists()))
                .build();
    }

    /// Schema and name of the table to create.
    public TableName name(Statement.CreateTable create) {
        return SchemaView.tableName(create.name().names, defaultSchema, position(create.name()));
    }

    /// A table with the columns of a query and a hidden key.
    public DdlRequest of(Statement.CreateTable create, List<PlanColumn> columns) {
        TableName name = name(create);
        refuseReserved(name.schema(), position(create.name()));
        var made = new ArrayList<Column>();
        var names = new HashSet<String>();
        for (PlanColumn column : columns) {
            if (!names.add(column.name())) {
                throw new QueryException(
                        ErrorCode.DUPLICATE_COLUMN,
                        "The query has two columns [%s].".formatted(column.name()),
                        "Name one of them with AS.");
            }
            made.add(new Column(made.size() + 1, column.name(), column.type(), true, Optional.empty(), false, false));
        }
        int keyId = made.size() + 1;
        made.add(new Column(keyId, HIDDEN_KEY, ColumnType.Simple.BIGINT, false, Optional.empty(), true, true));
        Map<String, String> options = TimeToLiveOptions.merged(Map.of(), TableOptions.of(create.options()), made);
        var layout = new Layout(List.of(), partitions().of(create.partitioning(), made));
        var schema = new TableSchema(0, name, 0, made, keyId, layout, options);
        return request()
                .setCreateTable(CreateTable.newBuilder()
                        .setTable(SchemaProtos.toProto(schema))
                        .setShardCount(TableOptions.shards(options)))
                .build();
    }

    /// A table with other columns or another name, made from the version that is known here.
    ///
    /// @param cascade drops the views that need a column which goes
    DdlRequest of(TableSchema before, TableSchema after, boolean cascade) {
        return request()
                .setAlterTable(AlterTable.newBuilder()
                        .setTableId(before.tableId())
                        .setBaseVersion(before.version())
                        .setCascade(cascade)
                        .setTable(SchemaProtos.toProto(after)))
                .build();
    }

    public DdlRequest of(Statement.CreateIndex create) {
        TableSchema table = view.table(create.table().names, defaultSchema, position(create.table()));
        IndexSchema index = new IndexDefinition(create, table, sql, formats).schema();
        return request()
                .setCreateIndex(CreateIndex.newBuilder().setIndex(index).setIfNotExists(create.ifNotExists()))
                .build();
    }

    public DdlRequest of(Statement.DropIndex drop) {
        TableName name = SchemaView.tableName(drop.name().names, defaultSchema, position(drop.name()));
        boolean exists = view.catalog().indexes().stream()
                .anyMatch(index -> index.getName().equals(name.table()));
        if (!exists && !drop.ifExists()) {
            throw new QueryException(
                    ErrorCode.UNDEFINED_OBJECT,
                    "Index [%s] does not exist.".formatted(name),
                    position(drop.name()),
                    Suggestions.didYouMean(
                                    name.table(),
                                    view.catalog().indexes().stream()
                                            .map(IndexSchema::getName)
                                            .toList())
                            .orElse(null),
                    null);
        }
        return request()
                .setDropIndex(DropIndex.newBuilder()
                        .setSchemaName(name.schema())
                        .setName(name.table())
                        .setIfExists(drop.ifExists()))
                .build();
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
