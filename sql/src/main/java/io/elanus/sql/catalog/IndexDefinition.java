package io.elanus.sql.catalog;

import io.elanus.proto.grpc.IndexSchema;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.error.Suggestions;
import io.elanus.sql.parser.SqlText;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.index.IndexFormats;
import io.elanus.storage.index.IndexSpec;
import io.elanus.storage.index.VectorIndexFormat;
import io.elanus.storage.index.inverted.FulltextFormat;
import io.elanus.storage.index.scalar.JsonPathValues;
import io.elanus.storage.index.scalar.ScalarFormat;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/// CREATE INDEX: its column, method, metric and parameters, checked against what the index format takes.
final class IndexDefinition {
    private static final String DEFAULT_METHOD = "autoindex";
    /// Taken without USING when there are parameters: the default takes none.
    private static final String METHOD_OF_PARAMETERS = "hnsw";
    private static final Map<String, Metric> OPERATOR_CLASSES = Map.of(
            "l2_ops", Metric.L2,
            "cosine_ops", Metric.COSINE,
            "ip_ops", Metric.IP,
            "l1_ops", Metric.L1,
            "hamming_ops", Metric.HAMMING,
            "jaccard_ops", Metric.JACCARD);
    private static final Map<String, String> METRIC_NAMES =
            Map.of("euclidean", "l2", "inner_product", "ip", "dot", "ip", "dotproduct", "ip", "manhattan", "l1");

    private final Statement.CreateIndex create;
    private final SqlIdentifier columnName;
    private final @Nullable SqlIdentifier operatorClass;
    private final TableSchema table;
    private final String sql;
    private final IndexFormats formats;

    IndexDefinition(Statement.CreateIndex create, TableSchema table, String sql, IndexFormats formats) {
        this.create = create;
        this.columnName = create.columns().getFirst().name();
        this.operatorClass = create.columns().getFirst().operatorClass();
        this.table = table;
        this.sql = sql;
        this.formats = formats;
    }

    private int position(SqlNode node) {
        return SqlText.offset(sql, node.getParserPosition());
    }

    IndexSchema schema() {
        List<Column> columns = create.columns().stream().map(this::column).toList();
        Column column = columns.getFirst();
        if (create.unique() && !columns.contains(table.keyColumn())) {
            throw notUnique();
        }
        SqlIdentifier method = create.method();
        boolean texts = method != null && method.getSimple().equalsIgnoreCase(FulltextFormat.NAME);
        return switch (column.type()) {
            case ColumnType.Vector type -> ofVectors(column, type);
            case ColumnType.Varchar _ when texts -> ofTexts(column);
            case ColumnType.Varchar _, ColumnType.Simple _, ColumnType.Decimal _, ColumnType.Array _ ->
                ofValues(column);
        };
    }

    /// An index that MATCH and BM25 use.
    private IndexSchema ofTexts(Column column) {
        var options = new LinkedHashMap<String, String>();
        create.options().forEach(option -> options.put(option.name(), option.value()));
        var spec = new IndexSpec(FulltextFormat.NAME, FulltextFormat.TEXT, Metric.BM25, options);
        checked(columnName, () -> formats.check(spec));
        return schema(column)
                .setType(FulltextFormat.NAME)
                .setMetric(Metric.BM25.sql())
                .putAllParameters(options)
                .build();
    }

    /// An index that filters use.
    private IndexSchema ofValues(Column column) {
        SqlIdentifier method = create.method();
        if (operatorClass != null) {
            throw new QueryException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "Operator class [%s] is for vectors; column [%s] is [%s]."
                            .formatted(
                                    operatorClass.getSimple(),
                                    column.name(),
                                    column.type().sql()),
                    position(operatorClass),
                    "Leave it out.",
                    null);
        }
        var options = new LinkedHashMap<String, String>();
        create.options().forEach(option -> options.put(option.name(), option.value()));
        if (column.type() == ColumnType.Simple.JSON) {
            Optional<JsonPathValues> path = checked(columnName, () -> JsonPathValues.of(options));
            if (path.isPresent()) {
                return ofPath(column, path.get(), options);
            }
        } else if (options.containsKey(JsonPathValues.PATH)) {
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER,
                    "An index over a path is for JSON; column [%s] is [%s]."
                            .formatted(column.name(), column.type().sql()),
                    position(columnName),
                    "Leave the path out, or name a column of JSON.",
                    null);
        }
        ScalarFormat format = method == null ? ScalarFormat.byDefault(column.type()) : scalarFormat(column, method);
        checked(method == null ? columnName : method, () -> {
            format.check(column.type(), options);
            return format;
        });
        return schema(column).setType(format.sql()).build();
    }

    /// An index over what `JSON_VALUE` finds in the column's documents.
    private IndexSchema ofPath(Column column, JsonPathValues path, Map<String, String> options) {
        SqlIdentifier method = create.method();
        ScalarFormat format = method == null ? ScalarFormat.byDefault(path.type()) : scalarFormat(column, method);
        var others = new LinkedHashMap<>(options);
        others.remove(JsonPathValues.PATH);
        others.remove(JsonPathValues.VALUE_TYPE);
        checked(method == null ? columnName : method, () -> {
            format.check(path.type(), others);
            return format;
        });
        IndexSchema.Builder schema = schema(column);
        if (create.name() == null) {
            schema.setName("%s_%s%s_idx".formatted(table.name().table(), column.name(), path.words()));
        }
        return schema.setType(format.sql())
                .putParameters(JsonPathValues.PATH, path.path())
                .putParameters(JsonPathValues.VALUE_TYPE, path.type().sql())
                .build();
    }

    private ScalarFormat scalarFormat(Column column, SqlIdentifier method) {
        return ScalarFormat.find(method.getSimple())
                .orElseThrow(() -> new QueryException(
                        ErrorCode.UNDEFINED_OBJECT,
                        "Index type [%s] does not apply to column [%s] of type [%s]."
                                .formatted(
                                        method.getSimple(),
                                        column.name(),
                                        column.type().sql()),
                        position(method),
                        formats.find(method.getSimple()).isPresent()
                                ? "It is for VECTOR columns; others take " + String.join(", ", ScalarFormat.names())
                                        + "."
                                : Suggestions.didYouMean(method.getSimple(), ScalarFormat.names())
                                        .orElse("Other than VECTOR columns take "
                                                + String.join(", ", ScalarFormat.names()) + "."),
                        null));
    }

    private IndexSchema.Builder schema(Column column) {
        SqlIdentifier given = create.name();
        String columns =
                create.columns().stream().map(each -> each.name().getSimple()).collect(Collectors.joining("_"));
        String name = given == null ? table.name().table() + "_" + columns + "_idx" : given.names.getLast();
        return IndexSchema.newBuilder()
                .setTableId(table.tableId())
                .setName(name)
                .setColumnId(column.id());
    }

    private IndexSchema ofVectors(Column column, ColumnType.Vector type) {
        if (create.columns().size() > 1) {
            throw new QueryException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "An index of vectors covers one column, given are [%d]."
                            .formatted(create.columns().size()),
                    position(create.columns().get(1).name()),
                    "Index the other columns by themselves; a search uses those for its WHERE.",
                    null);
        }
        SqlIdentifier method = create.method();
        var options = new LinkedHashMap<String, String>();
        create.options().forEach(option -> options.put(option.name(), option.value()));
        Metric metric = metric(options, type);
        String methodName = options.isEmpty() ? DEFAULT_METHOD : METHOD_OF_PARAMETERS;
        if (method != null) {
            methodName = method.getSimple();
        }
        var spec = new IndexSpec(methodName, type, metric, options);
        SqlIdentifier at = method == null ? columnName : method;
        if (ScalarFormat.find(methodName).isPresent()) {
            throw new QueryException(
                    ErrorCode.UNDEFINED_OBJECT,
                    "Index type [%s] does not apply to column [%s] of type [%s]."
                            .formatted(methodName, column.name(), type.sql()),
                    position(at),
                    "VECTOR columns take " + String.join(", ", formats.names()) + ".",
                    null);
        }
        VectorIndexFormat format = checked(at, () -> formats.check(spec));
        return schema(column)
                .setType(format.name())
                .setMetric(metric.sql())
                .putAllParameters(options)
                .build();
    }

    private Column column(Statement.IndexColumn named) {
        return table.findColumn(named.name().getSimple())
                .filter(found -> !found.hidden())
                .orElseThrow(() -> undefinedColumn(named.name()));
    }

    /// An index that is not kept unique may not be called so. With the key among its columns it is unique anyway.
    private QueryException notUnique() {
        return new QueryException(
                ErrorCode.FEATURE_NOT_SUPPORTED,
                "A UNIQUE INDEX has the key of its table among its columns; that of [%s] is [%s]."
                        .formatted(
                                table.name(),
                                table.keyColumn().hidden()
                                        ? ""
                                        : table.keyColumn().name()),
                position(columnName),
                "Only the key is kept unique. Make what must be unique the PRIMARY KEY, or leave UNIQUE out.",
                null);
    }

    private QueryException undefinedColumn(SqlIdentifier name) {
        List<String> columns = table.columns().stream()
                .filter(column -> !column.hidden())
                .map(Column::name)
                .toList();
        return new QueryException(
                ErrorCode.UNDEFINED_COLUMN,
                "Column [%s] does not exist in table [%s].".formatted(name.getSimple(), table.name()),
                position(name),
                Suggestions.didYouMean(name.getSimple(), columns).orElse(null),
                null);
    }

    /// From the operator class or from WITH (metric = …); L2, Hamming for bits, the inner product for sparse
    /// vectors, when neither is there.
    private Metric metric(Map<String, String> options, ColumnType.Vector type) {
        String written = options.remove("metric");
        if (written == null) {
            written = options.remove("distance");
        }
        Metric metric = switch (type.element()) {
            case BINARY -> Metric.HAMMING;
            case SPARSE -> Metric.IP;
            case FLOAT32, FLOAT16, BFLOAT16, INT8 -> Metric.L2;
        };
        if (operatorClass != null) {
            metric = ofOperatorClass(operatorClass);
        } else if (written != null) {
            String name = written.toLowerCase(Locale.ROOT);
            metric = Metric.find(METRIC_NAMES.getOrDefault(name, name)).orElseThrow(() -> unknownMetric(name));
        }
        if (!metric.supports(type.element())) {
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER,
                    "Metric [%s] does not apply to [%s].".formatted(metric.sql(), type.sql()),
                    switch (type.element()) {
                        case BINARY -> "Bits take hamming or jaccard.";
                        case SPARSE -> "Sparse vectors take ip, cosine or l2; an index of them ip.";
                        case FLOAT32, FLOAT16, BFLOAT16, INT8 -> "Numbers take l2, cosine, ip or l1.";
                    });
        }
        return metric;
    }

    private Metric ofOperatorClass(SqlIdentifier operatorClass) {
        String name = operatorClass.getSimple().toLowerCase(Locale.ROOT);
        Optional<Metric> metric = OPERATOR_CLASSES.entrySet().stream()
                .filter(entry -> name.endsWith("_" + entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
        return metric.orElseThrow(() -> {
            var names = new ArrayList<String>();
            OPERATOR_CLASSES.keySet().forEach(suffix -> names.add("vector_" + suffix));
            return new QueryException(
                    ErrorCode.UNDEFINED_OBJECT,
                    "Operator class [%s] does not exist.".formatted(name),
                    position(operatorClass),
                    Suggestions.didYouMean(name, names).orElse(null),
                    null);
        });
    }

    private static QueryException unknownMetric(String name) {
        List<String> names =
                java.util.Arrays.stream(Metric.values()).map(Metric::sql).toList();
        return new QueryException(
                ErrorCode.INVALID_PARAMETER,
                "Metric [%s] is not known.".formatted(name),
                Suggestions.didYouMean(name, names).orElse("Known metrics: " + String.join(", ", names) + "."));
    }

    private <T> T checked(SqlNode at, Supplier<T> check) {
        try {
            return check.get();
        } catch (StorageException e) {
            throw new QueryException(e.code(), String.valueOf(e.getMessage()), position(at), null, e);
        }
    }
}
