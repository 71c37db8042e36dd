package io.elanus.sql.plan.rel;

import io.elanus.sql.plan.rel.ScalarFunctions.Function;
import io.elanus.sql.type.PostgresTypes;
import io.elanus.sql.type.Types;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.sql.type.SqlTypeName;

/// Functions that are not one operator of the same arguments.
final class SpecialCalls {
    @FunctionalInterface
    private interface Translation {
        Expr of(RexCall call, ExprTranslator translator);
    }

    private static final Map<String, Translation> BY_NAME = Map.ofEntries(
            Map.entry("COSINE_SIMILARITY", SpecialCalls::similarity),
            Map.entry("STRPOS", SpecialCalls::position),
            Map.entry("||", SpecialCalls::concatenated),
            Map.entry(
                    "PG_TYPEOF",
                    (call, _) -> ExprTranslator.text(
                            PostgresTypes.name(call.operands.get(0).getType()))),
            Map.entry("$WRITTEN", SpecialCalls::written),
            Map.entry("$ITEMS", SpecialCalls::bare),
            Map.entry("TO_VECTOR", SpecialCalls::bare),
            Map.entry("$NULLABLE", SpecialCalls::bare));

    private SpecialCalls() {}

    /// @param name in capitals
    static boolean covers(String name) {
        return BY_NAME.containsKey(name);
    }

    static Expr translate(String name, RexCall call, ExprTranslator translator) {
        return Objects.requireNonNull(BY_NAME.get(name)).of(call, translator);
    }

    /// What a value is cast to: a CHAR(n) has at most n characters, and no blanks at its end that nobody wrote.
    static ColumnType cut(RelDataType type) {
        return type.getSqlTypeName() == SqlTypeName.CHAR && type.getPrecision() > 0
                ? new ColumnType.Varchar(type.getPrecision())
                : Types.fromRel(type);
    }

    private static Expr similarity(RexCall call, ExprTranslator translator) {
        Expr distance =
                translator.function(new Function(Operator.COSINE_DISTANCE, ScalarFunctions.Arguments.VECTORS), call);
        Expr one = new Expr.Constant(Literals.of(1.0, Simple.DOUBLE), Simple.DOUBLE);
        return new Expr.Call(Operator.SUBTRACT, List.of(one, distance), Simple.DOUBLE);
    }

    private static Expr position(RexCall call, ExprTranslator translator) {
        return new Expr.Call(
                Operator.POSITION,
                List.of(
                        translator.cast(call.operands.get(1), Types.TEXT),
                        translator.cast(call.operands.get(0), Types.TEXT)),
                ExprTranslator.type(call));
    }

    /// Texts, arrays, or an array and an item.
    private static Expr concatenated(RexCall call, ExprTranslator translator) {
        if (!(ExprTranslator.type(call) instanceof ColumnType.Array type)) {
            return translator.function(new Function(Operator.CONCAT, ScalarFunctions.Arguments.ALL_TEXT), call);
        }
        boolean left = call.operands.get(0).getType().getComponentType() != null;
        boolean right = call.operands.get(1).getType().getComponentType() != null;
        Expr first = translator.cast(call.operands.get(0), left ? type : type.item());
        Expr second = translator.cast(call.operands.get(1), right ? type : type.item());
        Operator operator =
                left && right ? Operator.ARRAY_CONCAT : left ? Operator.ARRAY_APPEND : Operator.ARRAY_PREPEND;
        return new Expr.Call(operator, List.of(first, second), type);
    }

    private static Expr written(RexCall call, ExprTranslator translator) {
        Expr written = bare(call, translator);
        boolean collection = written.type() instanceof ColumnType.Array || written.type() instanceof ColumnType.Vector;
        return collection ? Coercion.cast(written, Types.TEXT) : written;
    }

    private static Expr bare(RexCall call, ExprTranslator translator) {
        return translator.of(call.operands.get(0));
    }
}
