package io.elanus.sql.parser.tree;

import java.util.Locale;
import java.util.Map;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlSyntax;
import org.apache.calcite.sql.fun.SqlBasicAggFunction;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlOperandTypeChecker;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeTransforms;
import org.jspecify.annotations.Nullable;

/// Aggregates that build JSON. As ARRAY_AGG they take an ORDER BY behind their arguments, which is why the grammar
/// has to know them.
public final class JsonAggregates {
    public static final SqlAggFunction ARRAY = function("JSON_AGG", OperandTypes.ANY);
    public static final SqlAggFunction OBJECT = function("JSON_OBJECT_AGG", OperandTypes.ANY_ANY);

    private static final Map<String, SqlAggFunction> NAMES =
            Map.of("json_agg", ARRAY, "jsonb_agg", ARRAY, "json_object_agg", OBJECT, "jsonb_object_agg", OBJECT);

    private JsonAggregates() {}

    private static SqlAggFunction function(String name, SqlOperandTypeChecker operands) {
        return SqlBasicAggFunction.create(
                        name,
                        SqlKind.ARRAY_AGG, // the planner takes its ORDER BY as that of ARRAY_AGG
                        ReturnTypes.explicit(SqlTypeName.VARIANT).andThen(SqlTypeTransforms.FORCE_NULLABLE),
                        operands)
                .withFunctionType(SqlFunctionCategory.SYSTEM)
                .withSyntax(SqlSyntax.ORDERED_FUNCTION);
    }

    /// Does a call of one of them begin with these two tokens?
    public static boolean begins(String word, String next) {
        return next.equals("(") && named(word) != null;
    }

    /// The function of this name; null if it is another's.
    public static @Nullable SqlAggFunction named(String name) {
        return NAMES.get(name.toLowerCase(Locale.ROOT));
    }
}
