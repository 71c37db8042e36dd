package io.elanus.sql.plan.rel;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.type.Types;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlJsonConstructorNullClause;
import org.apache.calcite.sql.SqlJsonEmptyOrError;
import org.apache.calcite.sql.SqlJsonExistsErrorBehavior;
import org.apache.calcite.sql.SqlJsonQueryEmptyOrErrorBehavior;
import org.apache.calcite.sql.SqlJsonQueryWrapperBehavior;
import org.apache.calcite.sql.SqlJsonValueEmptyOrErrorBehavior;
import org.jspecify.annotations.Nullable;

/// The functions of SQL/JSON as our operators. A document may be JSON or text.
///
/// `JSON_VALUE` and `JSON_QUERY` give NULL where there is nothing at the path and where it cannot be the type that is
/// asked for, unless `DEFAULT … ON EMPTY` or `DEFAULT … ON ERROR` says what else; `ERROR` instead of a value is
/// refused, as are wrappers around what `JSON_QUERY` finds.
final class JsonCalls {
    private static final Set<String> NAMES =
            Set.of("JSON_VALUE", "JSON_QUERY", "JSON_EXISTS", "JSON_OBJECT", "JSON_ARRAY");

    /// A NULL of no type.
    private static final Expr NULL = new Expr.Constant(Literals.NULL, Types.TEXT);

    private final ExprTranslator translator;

    private JsonCalls(ExprTranslator translator) {
        this.translator = translator;
    }

    static boolean covers(RexCall call) {
        return NAMES.contains(name(call));
    }

    static Expr translate(RexCall call, ExprTranslator translator) {
        var calls = new JsonCalls(translator);
        return switch (name(call)) {
            case "JSON_VALUE" -> calls.value(call);
            case "JSON_QUERY" -> calls.query(call);
            case "JSON_EXISTS" -> calls.exists(call);
            case "JSON_OBJECT" -> calls.constructed(Operator.JSON_OBJECT, call);
            default -> calls.constructed(Operator.JSON_ARRAY, call);
        };
    }

    private static String name(RexCall call) {
        return call.getOperator().getName().toUpperCase(Locale.ROOT);
    }

    private List<Expr> documentAndPath(RexCall call) {
        return List.of(
                Coercion.cast(translator.of(call.operands.get(0)), Simple.JSON),
                Coercion.cast(translator.of(call.operands.get(1)), Types.TEXT));
    }

    private Expr value(RexCall call) {
        ColumnType type = ExprTranslator.unbounded(ExprTranslator.type(call));
        List<Expr> found = documentAndPath(call);
        Expr value = new Expr.Call(Operator.JSON_VALUE, found, type);
        Expr empty = otherwise(call, SqlJsonEmptyOrError.EMPTY, type);
        Expr error = otherwise(call, SqlJsonEmptyOrError.ERROR, type);
        if (empty == null && error == null) {
            return value;
        }
        Expr none = new Expr.Constant(Literals.NULL, type);
        Expr missing = not(new Expr.Call(Operator.JSON_EXISTS, found, Simple.BOOLEAN));
        Expr unfit = new Expr.Call(
                Operator.AND,
                List.of(new Expr.Call(Operator.IS_NULL, List.of(value), Simple.BOOLEAN), not(isJsonNull(found))),
                Simple.BOOLEAN);
        return new Expr.Call(
                Operator.CASE,
                List.of(missing, empty == null ? none : empty, unfit, error == null ? none : error, value),
                type);
    }

    private static Expr not(Expr condition) {
        return new Expr.Call(Operator.NOT, List.of(condition), Simple.BOOLEAN);
    }

    /// Does JSON's own null stand there? It is no value of any type, and no error either.
    private static Expr isJsonNull(List<Expr> documentAndPath) {
        Expr found = new Expr.Call(Operator.JSON_QUERY, documentAndPath, Simple.JSON);
        return new Expr.Call(
                Operator.EQ, List.of(Coercion.cast(found, Types.TEXT), ExprTranslator.text("null")), Simple.BOOLEAN);
    }

    /// What `… ON EMPTY` or `… ON ERROR` gives, null for NULL: a behaviour, then the value of DEFAULT, then the case.
    private @Nullable Expr otherwise(RexCall call, SqlJsonEmptyOrError wanted, ColumnType type) {
        SqlJsonValueEmptyOrErrorBehavior behaviour = SqlJsonValueEmptyOrErrorBehavior.NULL;
        RexNode value = null;
        for (RexNode operand : call.operands.subList(2, call.operands.size())) {
            SqlJsonValueEmptyOrErrorBehavior next = symbol(operand, SqlJsonValueEmptyOrErrorBehavior.class);
            SqlJsonEmptyOrError ends = symbol(operand, SqlJsonEmptyOrError.class);
            if (next != null) {
                behaviour = next;
                value = null;
            } else if (ends == null) {
                value = operand;
            } else if (ends == wanted) {
                return switch (behaviour) {
                    case NULL -> null;
                    case DEFAULT -> value == null ? null : Coercion.cast(translator.of(value), type);
                    case ERROR ->
                        throw ExprTranslator.unsupported("ERROR ON %s of JSON_VALUE".formatted(wanted.name()));
                };
            }
        }
        return null;
    }

    private Expr query(RexCall call) {
        for (RexNode operand : call.operands.subList(2, call.operands.size())) {
            SqlJsonQueryWrapperBehavior wrapper = symbol(operand, SqlJsonQueryWrapperBehavior.class);
            SqlJsonQueryEmptyOrErrorBehavior behaviour = symbol(operand, SqlJsonQueryEmptyOrErrorBehavior.class);
            if (wrapper != null && wrapper != SqlJsonQueryWrapperBehavior.WITHOUT_ARRAY) {
                throw ExprTranslator.unsupported("A wrapper in JSON_QUERY");
            }
            if (behaviour != null && behaviour != SqlJsonQueryEmptyOrErrorBehavior.NULL) {
                throw ExprTranslator.unsupported("[%s] in JSON_QUERY".formatted(behaviour));
            }
        }
        Expr found = new Expr.Call(Operator.JSON_QUERY, documentAndPath(call), Simple.JSON);
        return Coercion.cast(found, ExprTranslator.unbounded(ExprTranslator.type(call)));
    }

    private Expr exists(RexCall call) {
        if (call.operands.size() > 2
                && symbol(call.operands.get(2), SqlJsonExistsErrorBehavior.class) == SqlJsonExistsErrorBehavior.ERROR) {
            throw ExprTranslator.unsupported("ERROR ON ERROR of JSON_EXISTS");
        }
        return new Expr.Call(Operator.JSON_EXISTS, documentAndPath(call), Simple.BOOLEAN);
    }

    /// The first operand says what to do with NULLs.
    private Expr constructed(Operator operator, RexCall call) {
        var absent = symbol(call.operands.get(0), SqlJsonConstructorNullClause.class)
                == SqlJsonConstructorNullClause.ABSENT_ON_NULL;
        var arguments = new ArrayList<Expr>();
        arguments.add(new Expr.Constant(Literals.of(absent, Simple.BOOLEAN), Simple.BOOLEAN));
        for (int i = 1; i < call.operands.size(); i++) {
            boolean memberName = operator == Operator.JSON_OBJECT && i % 2 == 1;
            RexNode operand = call.operands.get(i);
            Expr argument = RexLiteral.isNullLiteral(operand) ? NULL : translator.of(operand);
            arguments.add(memberName ? Coercion.cast(argument, Types.TEXT) : argument);
        }
        Expr json = new Expr.Call(operator, arguments, Simple.JSON);
        return Coercion.cast(json, ExprTranslator.unbounded(ExprTranslator.type(call)));
    }

    private static <E extends Enum<E>> @Nullable E symbol(RexNode node, Class<E> kind) {
        return node instanceof RexLiteral literal && kind.isInstance(literal.getValue())
                ? kind.cast(literal.getValue())
                : null;
    }

    /// What is looked into: JSON, or text that is taken for it.
    static Expr document(Expr argument) {
        return require(argument, argument.type() == Simple.JSON, "a document", "Write CAST(… AS JSON).");
    }

    /// What is looked for: the name of a member, or the number of an item.
    static Expr key(Expr argument) {
        boolean number = argument.type() instanceof Simple type
                && (type == Simple.BIGINT
                        || type == Simple.INTEGER
                        || type == Simple.SMALLINT
                        || type == Simple.TINYINT);
        return require(
                argument, number, "a name or a whole number", "Write the member's name as text, or an item's number.");
    }

    private static Expr require(Expr argument, boolean fits, String wanted, String hint) {
        boolean isNull =
                argument instanceof Expr.Constant constant && constant.value().hasNull();
        if (fits || isNull || argument.type() instanceof ColumnType.Varchar) {
            return argument;
        }
        throw new QueryException(
                ErrorCode.DATATYPE_MISMATCH,
                "An operator of JSON takes %s here, given [%s].".formatted(wanted, argument.type()),
                hint);
    }
}
