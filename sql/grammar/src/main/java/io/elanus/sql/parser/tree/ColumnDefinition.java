package io.elanus.sql.parser.tree;

import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/// A column of CREATE TABLE.
///
/// @param defaultValue constant expression, or null
public record ColumnDefinition(
        SqlIdentifier name,
        SqlDataTypeSpec type,
        boolean notNull,
        boolean primaryKey,
        boolean generated,
        @Nullable SqlNode defaultValue) {}
