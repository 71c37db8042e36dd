package io.elanus.storage.index.scalar;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.JsonPaths;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.filter.Projection;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/// What an index over a path of JSON documents holds: `JSON_VALUE(column, path RETURNING type)` of every row, which
/// is NULL where nothing is at the path, or what is there cannot be of the type. Immutable.
///
/// @param path as given; paths are the same that take the same steps
/// @param type scalar
public record JsonPathValues(String path, ColumnType type) {
    /// Parameters of the index that say so.
    public static final String PATH = "path";

    public static final String VALUE_TYPE = "value_type";

    private static final ColumnType TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);
    private static final Pattern DECIMAL =
            Pattern.compile("(?:DECIMAL|NUMERIC) ?\\( ?(\\d{1,2}) ?(?:, ?(\\d{1,2}) ?)?\\)");

    private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}]+");

    /// Empty when the parameters name no path, so that the index is over the column itself. Refuses wrong ones with
    /// `INVALID_PARAMETER`.
    public static Optional<JsonPathValues> of(Map<String, String> parameters) {
        String path = parameters.get(PATH);
        if (path == null) {
            if (parameters.containsKey(VALUE_TYPE)) {
                throw new StorageException(
                        ErrorCode.INVALID_PARAMETER,
                        "Parameter [value_type] is of an index over a path. Say which, such as path = '$.name'.");
            }
            return Optional.empty();
        }
        JsonPaths.steps(path);
        return Optional.of(new JsonPathValues(path, type(parameters.getOrDefault(VALUE_TYPE, "VARCHAR"))));
    }

    private static ColumnType type(String written) {
        String name = written.strip().toUpperCase(Locale.ROOT);
        Matcher decimal = DECIMAL.matcher(name);
        if (decimal.matches()) {
            String scale = decimal.group(2);
            return decimal(Integer.parseInt(decimal.group(1)), scale == null ? 0 : Integer.parseInt(scale));
        }
        return switch (name) {
            case "VARCHAR", "TEXT" -> TEXT;
            case "TINYINT" -> Simple.TINYINT;
            case "SMALLINT" -> Simple.SMALLINT;
            case "INTEGER", "INT" -> Simple.INTEGER;
            case "BIGINT" -> Simple.BIGINT;
            case "REAL" -> Simple.REAL;
            case "DOUBLE", "DOUBLE PRECISION" -> Simple.DOUBLE;
            case "BOOLEAN" -> Simple.BOOLEAN;
            case "DATE" -> Simple.DATE;
            case "TIME" -> Simple.TIME;
            case "TIMESTAMP" -> Simple.TIMESTAMP;
            case "TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ" -> Simple.TIMESTAMP_TZ;
            case "UUID" -> Simple.UUID;
            default -> throw unknown(written);
        };
    }

    private static ColumnType decimal(int precision, int scale) {
        try {
            return new ColumnType.Decimal(precision, scale);
        } catch (IllegalArgumentException e) {
            throw new StorageException(ErrorCode.INVALID_PARAMETER, e.getMessage() + ".", e);
        }
    }

    private static StorageException unknown(String written) {
        return new StorageException(
                ErrorCode.INVALID_PARAMETER,
                "An index over a path cannot return [%s]. Use VARCHAR, TINYINT, SMALLINT, INTEGER, BIGINT, REAL, DOUBLE, DECIMAL(p, s), BOOLEAN, DATE, TIME, TIMESTAMP, TIMESTAMP WITH TIME ZONE or UUID."
                        .formatted(written));
    }

    /// The steps of the path as part of a name: `_a_b`.
    public String words() {
        var words = new StringBuilder();
        for (Object step : JsonPaths.steps(path)) {
            String word = step.equals(-1L) ? "last" : step.toString();
            words.append('_').append(NO_WORD.matcher(word).replaceAll("_"));
        }
        return words.toString();
    }

    /// The values of a column of documents.
    public Expr over(Expr document) {
        return new Expr.Call(
                Operator.JSON_VALUE, List.of(document, new Expr.Constant(Literals.of(path, TEXT), TEXT)), type);
    }

    /// Is this expression the values of the column with this input ordinal?
    public boolean matches(Expr expr, int input) {
        return expr instanceof Expr.Call(Operator operator, List<Expr> arguments, ColumnType returned)
                && operator == Operator.JSON_VALUE
                && returned.equals(type)
                && arguments.getFirst() instanceof Expr.Input(int ordinal, var _)
                && ordinal == input
                && arguments.get(1) instanceof Expr.Constant constant
                && constant.value().hasText()
                && JsonPaths.steps(constant.value().getText()).equals(JsonPaths.steps(path));
    }

    /// Does the expression hold these values somewhere?
    public boolean occursIn(Expr expr, int input) {
        return matches(expr, input)
                || expr instanceof Expr.Call call
                        && call.arguments().stream().anyMatch(argument -> occursIn(argument, input));
    }

    /// The expression with an input of its own in place of these values.
    public Expr replace(Expr expr, int input, int by) {
        if (matches(expr, input)) {
            return new Expr.Input(by, type);
        }
        return expr instanceof Expr.Call(Operator operator, List<Expr> arguments, ColumnType returned)
                ? new Expr.Call(
                        operator,
                        arguments.stream()
                                .map(argument -> replace(argument, input, by))
                                .toList(),
                        returned)
                : expr;
    }

    /// The expression with these values in place of that input.
    public Expr restore(Expr expr, Expr.Input document, int by) {
        return switch (expr) {
            case Expr.Input(int ordinal, var _) when ordinal == by -> over(document);
            case Expr.Call(Operator operator, List<Expr> arguments, ColumnType returned) ->
                new Expr.Call(
                        operator,
                        arguments.stream()
                                .map(argument -> restore(argument, document, by))
                                .toList(),
                        returned);
            case Expr.Input _, Expr.Constant _, Expr.Parameter _ -> expr;
        };
    }

    /// The values of the documents of a source, for a build.
    public ScalarSource of(ScalarSource documents, BufferAllocator allocator) {
        return new Values(
                documents,
                type,
                new Projection(List.of(over(new Expr.Input(0, documents.type()))), List.of("value")),
                allocator);
    }

    private record Values(ScalarSource documents, ColumnType type, Projection projection, BufferAllocator allocator)
            implements ScalarSource {
        @Override
        public int rows() {
            return documents.rows();
        }

        @Override
        public int chunks() {
            return documents.chunks();
        }

        @Override
        public int firstRow(int chunk) {
            return documents.firstRow(chunk);
        }

        @Override
        public VectorSchemaRoot chunk(int chunk) {
            try (VectorSchemaRoot batch = documents.chunk(chunk)) {
                return projection.project(batch, allocator);
            }
        }
    }
}
