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
import io.elanus.proto.grpc.Literal;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.error.Suggestions;
import io.elanus.sql.parser.SqlText;
import io.elanus.sql.parser.tree.ColumnDefinition;
import io.elanus.sql.parser.tree.Option;
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
import io.elanus.storage.visibility.TimeToLive;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/// From DDL statements to requests of the root coordinator. Checks what only SQL knows (types, keys, names,
/// options); whether things exist is the coordinator's to say.
public final class DdlRequests {
    public static final int MAX_COLUMNS = 1_000;
    /// The key of a table declared without one.
    public static final String HIDDEN_KEY = "elanus_row_id";

    private static final String REPLICAS = "replicas";
    private static final int MOST_REPLICAS = 64;
    private static final Set<String> CHANGEABLE_OPTIONS =
            Set.of(REPLICAS, Comments.TABLE, TimeToLive.COLUMN, TimeToLive.MICROS);
    private static final Set<String> TABLE_OPTIONS =
            Set.of("shards", REPLICAS, "consistency", Comments.TABLE, TimeToLive.COLUMN, TimeToLive.MICROS);
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
        Optional<String> key = key(create);
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
            columns.add(column(definition, columns.size() + 1, key));
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
        Map<String, String> options =
                TimeToLiveOptions.merged(Map.of(), options(create.options(), TABLE_OPTIONS), columns);
        var layout = new Layout(List.of(), partitions().of(create.partitioning(), columns));
        var bare = new TableSchema(0, name, 0, columns, keyId, layout, options);
        TableSchema schema = checked(bare, create.constraints().checks());
        return request()
                .setCreateTable(CreateTable.newBuilder()
                        .setTable(SchemaProtos.toProto(schema))
                        .setShardCount(shards(options))
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
        Map<String, String> options =
                TimeToLiveOptions.merged(Map.of(), options(create.options(), TABLE_OPTIONS), made);
        var layout = new Layout(List.of(), partitions().of(create.partitioning(), made));
        var schema = new TableSchema(0, name, 0, made, keyId, layout, options);
        return request()
                .setCreateTable(CreateTable.newBuilder()
                        .setTable(SchemaProtos.toProto(schema))
                        .setShardCount(shards(options)))
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

    /// The options of a table that ALTER TABLE can change.
    static Map<String, String> changeable(List<Option> options) {
        Map<String, String> changed = options(options, CHANGEABLE_OPTIONS);
        check(changed);
        return changed;
    }

    private static void check(Map<String, String> options) {
        number(options, "shards", Integer.MAX_VALUE);
        number(options, REPLICAS, MOST_REPLICAS);
    }

    private static int shards(Map<String, String> options) {
        check(options);
        return number(options, "shards", Integer.MAX_VALUE);
    }

    /// 0 when the option is not given.
    private static int number(Map<String, String> options, String name, int most) {
        String given = options.get(name);
        if (given == null) {
            return 0;
        }
        try {
            int count = Integer.parseInt(given);
            if (count >= 1 && count <= most) {
                return count;
            }
        } catch (NumberFormatException e) {
            throw notANumber(name, given, most);
        }
        throw notANumber(name, given, most);
    }

    private static QueryException notANumber(String name, String given, int most) {
        return new QueryException(
                ErrorCode.INVALID_PARAMETER,
                most == Integer.MAX_VALUE
                        ? "Option [%s] takes a number from 1, given [%s].".formatted(name, given)
                        : "Option [%s] takes a number from 1 to [%d], given [%s].".formatted(name, most, given));
    }

    private Optional<String> key(Statement.CreateTable create) {
        var keys = new ArrayList<SqlIdentifier>(create.constraints().primaryKey());
        create.columns().stream()
                .filter(ColumnDefinition::primaryKey)
                .map(ColumnDefinition::name)
                .forEach(keys::add);
        if (keys.size() > 1) {
            throw new QueryException(
                    ErrorCode.INVALID_TABLE_DEFINITION,
                    "A table has one key column, given are [%d].".formatted(keys.size()),
                    position(keys.get(1)),
                    "Join the parts into one VARCHAR column.",
                    null);
        }
        if (keys.isEmpty()) {
            Optional<ColumnDefinition> identity = create.columns().stream()
                    .filter(ColumnDefinition::generated)
                    .findFirst();
            return identity.map(column -> column.name().getSimple());
        }
        String key = keys.getFirst().getSimple();
        if (create.columns().stream()
                .noneMatch(column -> column.name().getSimple().equals(key))) {
            throw new QueryException(
                    ErrorCode.UNDEFINED_COLUMN,
                    "Key column [%s] is not declared.".formatted(key),
                    position(keys.getFirst()),
                    Suggestions.didYouMean(
                                    key,
                                    create.columns().stream()
                                            .map(column -> column.name().getSimple())
                                            .toList())
                            .orElse(null),
                    null);
        }
        return Optional.of(key);
    }

    Column column(ColumnDefinition definition, int id, Optional<String> key) {
        String name = definition.name().getSimple();
        if (name.equals(HIDDEN_KEY)) {
            throw new QueryException(
                    ErrorCode.INVALID_NAME,
                    "Column name [%s] is reserved.".formatted(name),
                    position(definition.name()),
                    null,
                    null);
        }
        ColumnType type = TypeNames.columnType(definition.type(), view, sql);
        boolean isKey = key.isPresent() && key.get().equals(name);
        if (isKey) {
            checkKeyType(definition, type);
        }
        boolean uuids = TypeNames.randomUuid(definition.defaultValue());
        boolean generated = definition.generated() || TypeNames.serial(definition.type()) || uuids;
        if (generated && !isKey) {
            throw new QueryException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "Only the key can be generated, column [%s] is not the key.".formatted(name),
                    position(definition.name()),
                    "Declare it PRIMARY KEY.",
                    null);
        }
        Optional<Literal> defaultValue = definition.defaultValue() == null || uuids
                ? Optional.empty()
                : Optional.of(TypeNames.constant(definition.defaultValue(), type, view, sql));
        boolean nullable = !definition.notNull() && !isKey;
        return new Column(id, name, type, nullable, defaultValue.filter(value -> !value.hasNull()), generated, false);
    }

    private void checkKeyType(ColumnDefinition definition, ColumnType type) {
        boolean fits = type == ColumnType.Simple.BIGINT
                || type == ColumnType.Simple.INTEGER
                || type == ColumnType.Simple.UUID
                || type instanceof ColumnType.Varchar;
        if (!fits) {
            throw new QueryException(
                    ErrorCode.INVALID_TABLE_DEFINITION,
                    "Key column [%s] is [%s]; a key is BIGINT, INTEGER, UUID or VARCHAR."
                            .formatted(definition.name().getSimple(), type.sql()),
                    position(definition.name()),
                    null,
                    null);
        }
        if (definition.generated() && type instanceof ColumnType.Varchar) {
            throw new QueryException(
                    ErrorCode.INVALID_TABLE_DEFINITION,
                    "A VARCHAR key cannot be generated.",
                    position(definition.name()),
                    "Declare it BIGINT or UUID.",
                    null);
        }
    }

    static Map<String, String> options(List<Option> options, @Nullable Set<String> known) {
        var map = new LinkedHashMap<String, String>();
        for (Option option : options) {
            if (known != null && !known.contains(option.name())) {
                throw new QueryException(
                        ErrorCode.INVALID_PARAMETER,
                        "Option [%s] is not known.".formatted(option.name()),
                        Suggestions.didYouMean(option.name(), known)
                                .orElse("Known options: "
                                        + String.join(
                                                ", ", known.stream().sorted().toList()) + "."));
            }
            if (map.put(option.name(), option.value()) != null) {
                throw new QueryException(
                        ErrorCode.INVALID_PARAMETER, "Option [%s] is given twice.".formatted(option.name()));
            }
        }
        return map;
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
