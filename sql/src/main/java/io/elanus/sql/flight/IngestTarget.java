package io.elanus.sql.flight;

import io.elanus.cluster.proxy.Catalog;
import io.elanus.sql.copy.IngestPlan;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.error.Suggestions;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/// The table of an ingest: what the command asks for, against the tables that there are.
final class IngestTarget {
    private static final String ON_CONFLICT = "on_conflict";
    private static final String PRIMARY_KEY = "primary_key";
    private static final Set<String> OPTIONS = Set.of(ON_CONFLICT, PRIMARY_KEY);

    private final CommandStatementIngest command;
    private final TableName name;
    private final boolean exists;

    /// @param settings of the session
    IngestTarget(CommandStatementIngest command, Map<String, String> settings, Catalog catalog) {
        this.command = command;
        if (command.getTemporary()) {
            throw new QueryException(ErrorCode.FEATURE_NOT_SUPPORTED, "There are no temporary tables.");
        }
        if (!command.getTransactionId().isEmpty()) {
            throw new QueryException(ErrorCode.FEATURE_NOT_SUPPORTED, "There are no transactions over several calls.");
        }
        if (command.hasCatalog() && !command.getCatalog().equals(ResultSchemas.CATALOG)) {
            throw new QueryException(
                    ErrorCode.UNDEFINED_OBJECT,
                    "Catalog [%s] does not exist.".formatted(command.getCatalog()),
                    "The only one is \"%s\".".formatted(ResultSchemas.CATALOG));
        }
        for (String option : command.getOptionsMap().keySet()) {
            if (!OPTIONS.contains(option)) {
                throw new QueryException(
                        ErrorCode.INVALID_PARAMETER,
                        "Ingest has no option [%s].".formatted(option),
                        Suggestions.didYouMean(option, OPTIONS).orElse("It has: on_conflict, primary_key."));
            }
        }
        String schema = command.hasSchema()
                ? command.getSchema()
                : Objects.requireNonNullElse(settings.get("schema"), Catalog.DEFAULT_SCHEMA);
        name = new TableName(schema, command.getTable());
        exists = catalog.findTable(name).isPresent();
    }

    IngestPlan.Request request() {
        return new IngestPlan.Request(
                List.of(name.schema(), name.table()), command.getOptionsMap().getOrDefault(ON_CONFLICT, "error"));
    }

    /// The statements to run before rows of this schema are appended.
    List<String> statements(Schema sent) {
        TableDefinitionOptions options = command.getTableDefinitionOptions();
        if (!exists) {
            // What is unspecified: fail, as where FAIL is said; the append says that the table does not exist.
            return options.getIfNotExist() == TableDefinitionOptions.TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE
                    ? List.of(create(sent))
                    : List.of();
        }
        return switch (options.getIfExists()) {
            case TABLE_EXISTS_OPTION_REPLACE -> List.of("DROP TABLE " + quoted(name), create(sent));
            case TABLE_EXISTS_OPTION_FAIL ->
                throw new QueryException(
                        ErrorCode.DUPLICATE_TABLE,
                        "Table [%s] exists already.".formatted(name),
                        "Append to it, or let it be replaced.");
            case TABLE_EXISTS_OPTION_APPEND, TABLE_EXISTS_OPTION_UNSPECIFIED, UNRECOGNIZED -> List.of();
        };
    }

    private String create(Schema sent) {
        String key = command.getOptionsMap().getOrDefault(PRIMARY_KEY, "");
        var columns = new ArrayList<String>();
        boolean keyed = false;
        for (Field field : sent.getFields()) {
            boolean isKey = field.getName().equals(key);
            keyed |= isKey;
            String constraint = field.isNullable() ? "" : " NOT NULL";
            columns.add(
                    quoted(field.getName()) + " " + ArrowSqlTypes.of(field) + (isKey ? " PRIMARY KEY" : constraint));
        }
        if (columns.isEmpty() || !key.isEmpty() && !keyed) {
            throw new QueryException(
                    columns.isEmpty() ? ErrorCode.PROTOCOL_VIOLATION : ErrorCode.UNDEFINED_COLUMN,
                    columns.isEmpty()
                            ? "The rows that were sent have no columns."
                            : "The key column [%s] is not among the columns that were sent.".formatted(key));
        }
        return "CREATE TABLE " + quoted(name) + " (" + String.join(", ", columns) + ")";
    }

    private static String quoted(TableName name) {
        return quoted(name.schema()) + "." + quoted(name.table());
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
