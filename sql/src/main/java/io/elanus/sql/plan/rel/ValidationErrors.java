package io.elanus.sql.plan.rel;

import io.elanus.sql.catalog.Functions;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.error.Suggestions;
import io.elanus.sql.parser.SqlText;
import io.elanus.sql.type.Types;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableName;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.util.SqlBasicVisitor;

/// Turns what Calcite's validator says into our errors: code, sentence, position, suggestion.
final class ValidationErrors {
    private static final Pattern OBJECT = Pattern.compile("Object '(.*?)' not found(?: within '(.*?)')?.*");
    private static final Pattern TABLE = Pattern.compile("Table '(.*?)' not found.*");
    private static final Pattern COLUMN = Pattern.compile("Column '(.*?)' not found in (?:any table|table '(.*?)').*");
    private static final Pattern AMBIGUOUS = Pattern.compile("Column '(.*?)' is ambiguous");
    private static final Pattern FUNCTION = Pattern.compile("No match found for function signature (\\w+)(.*)");
    private static final Pattern TYPE = Pattern.compile("Unknown (?:datatype name|identifier) '(.*)'");
    private static final Pattern ARGUMENTS =
            Pattern.compile("Invalid number of arguments to function '(.*?)'.*", Pattern.DOTALL);

    private final SchemaView view;
    private final String defaultSchema;
    private final String sql;
    private final SqlNode query;

    ValidationErrors(SchemaView view, String defaultSchema, String sql, SqlNode query) {
        this.view = view;
        this.defaultSchema = defaultSchema;
        this.sql = sql;
        this.query = query;
    }

    QueryException of(CalciteContextException e) {
        Throwable cause = e.getCause();
        String message =
                cause == null || cause.getMessage() == null ? "The statement is not valid" : cause.getMessage();
        int position = SqlText.offset(sql, e.getPosLine(), e.getPosColumn());
        return of(message, position, e);
    }

    QueryException of(String message, int position, Throwable e) {
        Matcher object = OBJECT.matcher(message);
        if (object.matches()) {
            return undefinedObject(object.group(1), object.group(2), position);
        }
        Matcher column = COLUMN.matcher(message);
        if (column.matches()) {
            return error(
                    ErrorCode.UNDEFINED_COLUMN,
                    "Column [%s] does not exist%s."
                            .formatted(
                                    column.group(1),
                                    column.group(2) == null ? "" : " in table [%s]".formatted(column.group(2))),
                    position,
                    Suggestions.didYouMean(column.group(1), columns()).orElse(null),
                    e);
        }
        Matcher table = TABLE.matcher(message);
        if (table.matches()) {
            return error(
                    ErrorCode.UNDEFINED_TABLE,
                    "Table or alias [%s] is not part of the query.".formatted(table.group(1)),
                    position,
                    "Name it in FROM.",
                    e);
        }
        Matcher ambiguous = AMBIGUOUS.matcher(message);
        if (ambiguous.matches()) {
            return error(
                    ErrorCode.AMBIGUOUS_COLUMN,
                    "Column [%s] is in more than one table.".formatted(ambiguous.group(1)),
                    position,
                    "Write the table's name or alias before it.",
                    e);
        }
        Matcher function = FUNCTION.matcher(message);
        if (function.matches()) {
            return undefinedFunction(function, position, e);
        }
        return general(message, position, e);
    }

    private QueryException undefinedFunction(Matcher function, int position, Throwable e) {
        String name = function.group(1).toLowerCase(Locale.ROOT);
        boolean known = Functions.INSTANCE.names().contains(name);
        return error(
                ErrorCode.UNDEFINED_FUNCTION,
                known
                        ? "Function [%s] does not take these arguments.".formatted(name)
                        : "Function [%s] does not exist.".formatted(name),
                position,
                known
                        ? "Arguments given: %s. Add casts if need be.".formatted(function.group(2))
                        : Suggestions.didYouMean(name, Functions.INSTANCE.names())
                                .orElse(null),
                e);
    }

    private QueryException general(String message, int position, Throwable e) {
        String text = message.endsWith(".") ? message : message + ".";
        if (message.startsWith("Illegal DATE") || message.startsWith("Illegal TIME")) {
            return error(ErrorCode.INVALID_DATETIME, text, position, null, e);
        }
        if (ARGUMENTS.matcher(message).matches()) {
            return error(ErrorCode.UNDEFINED_FUNCTION, text, position, null, e);
        }
        if (message.contains("is not being grouped") || message.startsWith("Aggregate expression")) {
            return error(
                    ErrorCode.GROUPING_ERROR,
                    text,
                    position,
                    "Add the column to GROUP BY or use it in an aggregate.",
                    e);
        }
        if (message.startsWith("Illegal use of dynamic parameter")) {
            return error(
                    ErrorCode.DATATYPE_MISMATCH,
                    "The type of a parameter is not known here.",
                    position,
                    "Write CAST(? AS type).",
                    e);
        }
        Matcher type = TYPE.matcher(message);
        if (type.matches()) {
            return error(
                    ErrorCode.UNDEFINED_OBJECT,
                    "Type [%s] does not exist.".formatted(type.group(1)),
                    position,
                    Suggestions.didYouMean(type.group(1), Types.ALIASES.keySet())
                            .orElse(null),
                    e);
        }
        if (message.startsWith("Cannot apply") || message.contains("type") || message.startsWith("Values passed")) {
            return error(ErrorCode.DATATYPE_MISMATCH, oneLine(text), position, "Add a cast.", e);
        }
        return error(ErrorCode.SYNTAX_ERROR, oneLine(text), position, null, e);
    }

    private static String oneLine(String text) {
        return text.replace('\n', ' ');
    }

    private static QueryException error(
            ErrorCode code, String message, int position, @org.jspecify.annotations.Nullable String hint, Throwable e) {
        return new QueryException(code, message, position, hint, e);
    }

    private QueryException undefinedObject(
            String name, @org.jspecify.annotations.Nullable String within, int position) {
        String schema = within == null ? defaultSchema : within;
        if (within == null && !view.schemas().contains(name) && qualified(name)) {
            return view.undefinedSchema(name, position);
        }
        return view.undefinedTable(new TableName(schema, name), position);
    }

    /// Is the name written before a dot in FROM?
    private boolean qualified(String name) {
        return sql.toLowerCase(Locale.ROOT).contains(name.toLowerCase(Locale.ROOT) + ".");
    }

    /// Columns of every table the query names.
    private Set<String> columns() {
        var names = new TreeSet<String>();
        query.accept(new SqlBasicVisitor<Void>() {
            @Override
            public Void visit(SqlIdentifier id) {
                if (!id.isStar() && id.names.size() <= 2) {
                    TableName name = SchemaView.tableName(id.names, defaultSchema, 0);
                    view.catalog()
                            .findTable(name)
                            .ifPresent(table -> table.columns().stream()
                                    .filter(column -> !column.hidden())
                                    .map(Column::name)
                                    .forEach(names::add));
                }
                return super.visit(id);
            }
        });
        return names;
    }
}
