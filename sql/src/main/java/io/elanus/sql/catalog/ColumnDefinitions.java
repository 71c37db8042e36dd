package io.elanus.sql.catalog;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.error.Suggestions;
import io.elanus.sql.parser.SqlText;
import io.elanus.sql.parser.tree.ColumnDefinition;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.Optional;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;

/// Columns as statements declare them: their types, which is the key, and what can be generated.
///
/// @param sql of the statement
record ColumnDefinitions(SchemaView view, String sql) {
    private int position(SqlNode node) {
        return SqlText.offset(sql, node.getParserPosition());
    }

    /// The name of the key; empty for a table without one.
    Optional<String> key(Statement.CreateTable create) {
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

    /// The column that a definition declares.
    ///
    /// @param key of the table, if the column may be it
    Column column(ColumnDefinition definition, int id, Optional<String> key) {
        String name = definition.name().getSimple();
        if (name.equals(DdlRequests.HIDDEN_KEY)) {
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
}
