package io.elanus.sql.plan.rel;

import static io.elanus.storage.filter.Operator.*;

import io.elanus.sql.catalog.TypedFunction;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.plan.rel.ScalarFunctions.Function;
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
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCallBinding;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlTrimFunction;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.Sarg;

/// Calcite's expressions over one input as ours. Types that differ meet here: every cast is written out.
public final class ExprTranslator {
    /// Takes every integer.
    private static final ColumnType WHOLE = new ColumnType.Decimal(19, 0);

    private final List<Expr> inputs;
    private final Parameters parameters;
    private final RexBuilder rexBuilder;

    public ExprTranslator(List<Expr> inputs, Parameters parameters, RexBuilder rexBuilder) {
        this.inputs = inputs;
        this.parameters = parameters;
        this.rexBuilder = rexBuilder;
    }

    Expr input(int ordinal) {
        return inputs.get(ordinal);
    }

    public List<Expr> all(List<? extends RexNode> nodes) {
        var exprs = new ArrayList<Expr>();
        for (RexNode node : nodes) {
            exprs.add(of(node));
        }
        return exprs;
    }

    /// A condition as a BOOLEAN.
    public Expr of(RexNode node) {
        Interruption.check();
        return switch (node) {
            case RexInputRef ref -> inputs.get(ref.getIndex());
            case RexLiteral literal -> LiteralTranslator.constant(literal);
            case RexDynamicParam param -> parameters.parameter(param.getIndex(), unbounded(type(param)));
            case RexCall call -> fold(call(call));
            default ->
                throw unsupported(
                        node.getKind() == SqlKind.OVER ? "A window function here" : "This kind of expression");
        };
    }

    /// LIMIT or OFFSET: a BIGINT that is not negative.
    Expr count(RexNode node, String clause) {
        Expr count = node instanceof RexDynamicParam param
                ? parameters.parameter(param.getIndex(), Simple.BIGINT)
                : Coercion.cast(of(node), Simple.BIGINT);
        if (count instanceof Expr.Constant constant
                && !constant.value().hasNull()
                && constant.value().getInt64() < 0) {
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER,
                    "%s must not be negative, given [%d]."
                            .formatted(clause, constant.value().getInt64()));
        }
        return count;
    }

    static Expr fold(Expr expr) {
        return expr instanceof Expr.Call call ? Coercion.fold(call) : expr;
    }

    static Expr.Constant text(String value) {
        return new Expr.Constant(Literals.of(value, Types.TEXT), Types.TEXT);
    }

    static ColumnType type(RexNode node) {
        return Types.fromRel(node.getType());
    }

    static ColumnType unbounded(ColumnType type) {
        return type instanceof ColumnType.Varchar ? Types.TEXT : type;
    }

    private Expr call(RexCall call) {
        return switch (call.getKind()) {
            case AND -> logic(AND, call);
            case OR -> Membership.or(all(call.operands));
            case NOT -> logic(NOT, call);
            case IS_NULL -> logic(IS_NULL, call);
            case IS_NOT_NULL -> logic(IS_NOT_NULL, call);
            case IS_TRUE -> logic(IS_TRUE, call);
            case IS_NOT_TRUE -> logic(IS_NOT_TRUE, call);
            case IS_FALSE -> logic(IS_FALSE, call);
            case IS_NOT_FALSE -> logic(IS_NOT_FALSE, call);
            case EQUALS -> comparison(EQ, call);
            case NOT_EQUALS -> comparison(NE, call);
            case LESS_THAN -> comparison(LT, call);
            case LESS_THAN_OR_EQUAL -> comparison(LE, call);
            case GREATER_THAN -> comparison(GT, call);
            case GREATER_THAN_OR_EQUAL -> comparison(GE, call);
            case IS_DISTINCT_FROM -> comparison(IS_DISTINCT_FROM, call);
            case IS_NOT_DISTINCT_FROM -> comparison(IS_NOT_DISTINCT_FROM, call);
            case SEARCH -> search(call);
            case PLUS, PLUS_PREFIX -> plus(call);
            case MINUS -> minus(call);
            case TIMES -> arithmetic(MULTIPLY, call);
            case DIVIDE -> arithmetic(DIVIDE, call);
            case MOD -> arithmetic(MOD, call);
            case MINUS_PREFIX -> new Expr.Call(NEGATE, List.of(cast(call.operands.get(0), type(call))), type(call));
            case CASE -> caseOf(call);
            case CAST, SAFE_CAST -> Coercion.cast(of(call.operands.get(0)), SpecialCalls.cut(call.getType()));
            case REINTERPRET -> TimeCalls.reinterpret(call, this);
            case SOME -> Membership.some(call, this);
            case LIKE -> PatternCalls.like(call, this);
            case SIMILAR -> PatternCalls.similar(call, this);
            case POSIX_REGEX_CASE_SENSITIVE, POSIX_REGEX_CASE_INSENSITIVE, RLIKE -> PatternCalls.regex(call, this);
            case EXTRACT -> TimeCalls.extract(call, this);
            case CEIL, FLOOR -> round(call);
            case TRIM -> trim(call);
            case ARRAY_VALUE_CONSTRUCTOR -> array(call);
            case ITEM -> item(call);
            default -> named(call);
        };
    }

    Expr cast(RexNode node, ColumnType type) {
        return Coercion.cast(of(node), type);
    }

    private Expr logic(Operator operator, RexCall call) {
        return new Expr.Call(operator, all(call.operands), Simple.BOOLEAN);
    }

    private Expr comparison(Operator operator, RexCall call) {
        return Comparisons.of(operator, of(call.operands.get(0)), of(call.operands.get(1)));
    }

    /// A set of points and ranges: points become IN, the rest AND and OR again.
    private Expr search(RexCall call) {
        var literal = (RexLiteral) call.operands.get(1);
        Sarg<?> sarg = literal.getValueAs(Sarg.class);
        return sarg == null || !sarg.isPoints() && !sarg.isComplementedPoints()
                ? of(RexUtil.expandSearch(rexBuilder, null, call))
                : Membership.points(of(call.operands.get(0)), sarg, literal.getType());
    }

    private Expr plus(RexCall call) {
        if (call.operands.size() == 1) {
            return of(call.operands.get(0));
        }
        Expr time = TimeCalls.plus(call, this);
        return time == null ? arithmetic(ADD, call) : time;
    }

    private Expr minus(RexCall call) {
        Expr time = TimeCalls.minus(call, this);
        return time == null ? arithmetic(SUBTRACT, call) : time;
    }

    private Expr round(RexCall call) {
        Expr time = TimeCalls.round(call, this);
        return time == null ? named(call) : time;
    }

    private Expr arithmetic(Operator operator, RexCall call) {
        ColumnType type = type(call);
        var arguments = new ArrayList<Expr>();
        for (RexNode operand : call.operands) {
            arguments.add(type instanceof ColumnType.Decimal ? decimalSide(of(operand), type) : cast(operand, type));
        }
        return new Expr.Call(operator, arguments, type);
    }

    /// An operand of decimal arithmetic keeps its own scale where it has one: that of the result may cut it, and
    /// the numbers stay small.
    private static Expr decimalSide(Expr side, ColumnType type) {
        if (side instanceof Expr.Constant && Coercion.integer(side.type())) {
            return Coercion.cast(side, WHOLE);
        }
        return side.type() instanceof ColumnType.Decimal ? side : Coercion.cast(side, type);
    }

    private Expr caseOf(RexCall call) {
        ColumnType type = type(call);
        var arguments = new ArrayList<Expr>();
        int last = call.operands.size() - 1;
        for (int i = 0; i <= last; i++) {
            boolean condition = i < last && i % 2 == 0;
            arguments.add(condition ? of(call.operands.get(i)) : cast(call.operands.get(i), type));
        }
        return new Expr.Call(CASE, arguments, type);
    }

    private Expr trim(RexCall call) {
        Operator operator = TRIM;
        if (call.operands.get(0) instanceof RexLiteral flag && flag.getTypeName() == SqlTypeName.SYMBOL) {
            operator = switch (flag.getValueAs(SqlTrimFunction.Flag.class)) {
                case LEADING -> LTRIM;
                case TRAILING -> RTRIM;
                case BOTH -> TRIM;
                case null -> TRIM;
            };
        }
        var arguments = List.of(cast(call.operands.get(2), Types.TEXT), cast(call.operands.get(1), Types.TEXT));
        return new Expr.Call(operator, arguments, Types.TEXT);
    }

    private Expr array(RexCall call) {
        ColumnType item = call.getType().getComponentType() == null
                ? Types.TEXT
                : unbounded(Types.fromRel(call.getType().getComponentType()));
        var items = new ArrayList<Expr>();
        for (RexNode operand : call.operands) {
            items.add(cast(operand, item));
        }
        return new Expr.Call(ARRAY_VALUE, items, new ColumnType.Array(item));
    }

    private Expr item(RexCall call) {
        Expr value = of(call.operands.get(0));
        Expr at = of(call.operands.get(1));
        return value.type() == Simple.JSON
                ? new Expr.Call(JSON_GET, List.of(value, JsonCalls.key(at)), type(call))
                : new Expr.Call(ARRAY_ELEMENT, List.of(value, at), type(call));
    }

    private Expr named(RexCall call) {
        if (call.getOperator() == SoundRexBuilder.IS_NOT_FALSE) {
            return logic(IS_NOT_FALSE, call);
        }
        if (JsonCalls.covers(call)) {
            return JsonCalls.translate(call, this);
        }
        if (call.getOperator() instanceof TypedFunction function) {
            return typed(function, call);
        }
        String name = call.getOperator().getName().toUpperCase(Locale.ROOT);
        SessionValue value = ScalarFunctions.SESSION_VALUES.get(name);
        if (value != null) {
            return Coercion.cast(parameters.sessionValue(value), type(call));
        }
        if (SpecialCalls.covers(name)) {
            return SpecialCalls.translate(name, call, this);
        }
        Function function = ScalarFunctions.BY_NAME.get(name);
        if (function == null) {
            throw unsupported("Function [%s]".formatted(name.toLowerCase(Locale.ROOT)));
        }
        return function(function, call);
    }

    private Expr typed(TypedFunction function, RexCall call) {
        TypedFunction.Resolved resolved =
                function.resolve(new RexCallBinding(rexBuilder.getTypeFactory(), function, call.operands, List.of()));
        var arguments = new ArrayList<Expr>();
        for (int i = 0; i < call.operands.size(); i++) {
            arguments.add(cast(call.operands.get(i), resolved.argument(i)));
        }
        return new Expr.Call(resolved.signature().operator(), arguments, unbounded(type(call)));
    }

    Expr function(Function function, RexCall call) {
        ColumnType type = unbounded(type(call));
        List<Expr> given = all(call.operands);
        var arguments = new ArrayList<Expr>();
        for (int i = 0; i < given.size(); i++) {
            Expr argument = given.get(i);
            boolean first = i == 0;
            arguments.add(
                    switch (function.arguments()) {
                        case AS_THEY_ARE -> argument;
                        case DOUBLE -> Coercion.cast(argument, Simple.DOUBLE);
                        case FIRST_AS_RESULT -> first ? Coercion.cast(argument, type) : argument;
                        case ALL_AS_RESULT -> Coercion.cast(argument, type);
                        case TEXT_FIRST -> first ? Coercion.cast(argument, Types.TEXT) : argument;
                        case ALL_TEXT -> Coercion.cast(argument, Types.TEXT);
                        case ALL_JSON -> Coercion.cast(argument, Simple.JSON);
                        case DOCUMENT_AND_KEY -> first ? JsonCalls.document(argument) : JsonCalls.key(argument);
                        case VECTORS -> VectorArguments.of(argument, given);
                    });
        }
        return new Expr.Call(function.operator(), arguments, type);
    }

    static QueryException unsupported(String what) {
        return new QueryException(ErrorCode.FEATURE_NOT_SUPPORTED, "%s is not supported.".formatted(what));
    }
}
