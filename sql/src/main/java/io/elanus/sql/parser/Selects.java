package io.elanus.sql.parser;

import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/// SELECTs that stand for other forms.
public final class Selects {
    private Selects() {}

    public static SqlSelect of(SqlParserPos pos, SqlNodeList items, @Nullable SqlNode from, @Nullable SqlNode where) {
        return grouped(pos, items, from, where, null);
    }

    /// @param groupBy null: not grouped
    public static SqlSelect grouped(
            SqlParserPos pos,
            SqlNodeList items,
            @Nullable SqlNode from,
            @Nullable SqlNode where,
            @Nullable SqlNodeList groupBy) {
        return new SqlSelect(pos, null, items, from, where, groupBy, null, null, null, null, null, null, null);
    }
}
