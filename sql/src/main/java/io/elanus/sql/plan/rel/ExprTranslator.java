package io.elanus.sql.plan.rel;

import static io.elanus.storage.filter.Operator.*;

import com.google.common.collect.Range;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.apache.calcite.avatica.util.TimeUnitRange;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCallBinding;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUnknownAs;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlQuantifyOperator;
import org.apache.calcite.sql.fun.SqlTrimFunction;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.Sarg;
import org.jspecify.annotations.Nullable;

/// Calcite's expressions over one input as ours. Types that differ meet here: every cast is written out.
public final class ExprTranslator {
    private static final long MICROS_PER_MILLI = 1_000;
    private static final Expr LIKE_ESCAPE = text("\\");

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
            case OR -> or(call);
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
            case REINTERPRET -> reinterpret(call);
            case SOME -> some(call);
            case LIKE -> like(call);
            case SIMILAR -> similar(call);
            case POSIX_REGEX_CASE_SENSITIVE, POSIX_REGEX_CASE_INSENSITIVE, RLIKE -> regex(call);
            case EXTRACT -> extract(call);
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

    /// `x = ? OR x = ? …`, which is what becomes of an IN list of parameters, is IN again: a set is looked up where
    /// a chain would compare with each.
    private Expr or(RexCall call) {
        List<Expr> terms = all(call.operands);
        var points = new LinkedHashMap<Expr, List<Expr>>();
        var others = new ArrayList<Expr>();
        for (Expr term : terms) {
            if (term instanceof Expr.Call(Operator operator, List<Expr> sides, var _)
                    && operator == EQ
                    && (sides.get(1) instanceof Expr.Parameter || sides.get(1) instanceof Expr.Constant)
                    && sides.get(0).type().equals(sides.get(1).type())) {
                points.computeIfAbsent(sides.get(0), value -> new ArrayList<>(List.of(value)))
                        .add(sides.get(1));
            } else {
                others.add(term);
            }
        }
        points.values().forEach(sides -> others.add(new Expr.Call(sides.size() == 2 ? EQ : IN, sides, Simple.BOOLEAN)));
        return others.size() == 1 ? others.getFirst() : new Expr.Call(OR, others, Simple.BOOLEAN);
    }

    private Expr comparison(Operator operator, RexCall call) {
        return Comparisons.of(operator, of(call.operands.get(0)), of(call.operands.get(1)));
    }

    /// A set of points and ranges: points become IN, the rest AND and OR again.
    private Expr search(RexCall call) {
        var literal = (RexLiteral) call.operands.get(1);
        Sarg<?> sarg = literal.getValueAs(Sarg.class);
        if (sarg == null || !sarg.isPoints() && !sarg.isComplementedPoints()) {
            return of(RexUtil.expandSearch(rexBuilder, null, call));
        }
        Expr value = of(call.operands.get(0));
        boolean negated = sarg.isComplementedPoints();
        Sarg<?> points = negated ? sarg.negate() : sarg;
        Expr in = in(value, points, literal.getType());
        Expr result = negated ? new Expr.Call(NOT, List.of(in), Simple.BOOLEAN) : in;
        if (sarg.nullAs == RexUnknownAs.UNKNOWN) {
            return result;
        }
        Operator wrap = sarg.nullAs == RexUnknownAs.TRUE ? IS_NOT_FALSE : IS_TRUE;
        return new Expr.Call(wrap, List.of(result), Simple.BOOLEAN);
    }

    private static Expr in(Expr value, Sarg<?> points, RelDataType pointType) {
        var constants = new ArrayList<Expr.Constant>();
        ColumnType type = unbounded(Types.fromRel(pointType));
        boolean fit = true;
        for (Range<?> range : points.rangeSet.asRanges()) {
            var constant = new Expr.Constant(LiteralTranslator.literal(range.lowerEndpoint(), pointType, type), type);
            constants.add(constant);
            fit &= Comparisons.fits(constant, value.type());
        }
        if (constants.isEmpty()) {
            return new Expr.Call(
                    AND,
                    List.of(
                            new Expr.Call(IS_NULL, List.of(value), Simple.BOOLEAN),
                            new Expr.Constant(Literals.NULL, Simple.BOOLEAN)),
                    Simple.BOOLEAN);
        }
        ColumnType common = fit ? value.type() : Coercion.common(value.type(), type);
        var arguments = new ArrayList<Expr>();
        arguments.add(Coercion.cast(value, common));
        constants.forEach(constant -> arguments.add(Coercion.cast(constant, common)));
        return arguments.size() == 2
                ? new Expr.Call(EQ, arguments, Simple.BOOLEAN)
                : new Expr.Call(IN, arguments, Simple.BOOLEAN);
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

    private Expr plus(RexCall call) {
        if (call.operands.size() == 1) {
            return of(call.operands.get(0));
        }
        for (int i = 0; i < 2; i++) {
            if (LiteralTranslator.interval(call.operands.get(i).getType().getSqlTypeName())
                    && !LiteralTranslator.interval(call.getType().getSqlTypeName())) {
                return shift(call, call.operands.get(1 - i), call.operands.get(i), false);
            }
        }
        return arithmetic(ADD, call);
    }

    private Expr minus(RexCall call) {
        RexNode second = call.operands.get(1);
        boolean byInterval = LiteralTranslator.interval(second.getType().getSqlTypeName());
        if (LiteralTranslator.interval(call.getType().getSqlTypeName()) && !byInterval) {
            var sides = List.of(cast(call.operands.get(0), Simple.TIMESTAMP_TZ), cast(second, Simple.TIMESTAMP_TZ));
            return new Expr.Call(MICROS_BETWEEN, sides, Simple.BIGINT);
        }
        if (byInterval && !LiteralTranslator.interval(call.getType().getSqlTypeName())) {
            return shift(call, call.operands.get(0), second, true);
        }
        return arithmetic(SUBTRACT, call);
    }

    private Expr shift(RexCall call, RexNode time, RexNode interval, boolean back) {
        ColumnType type = type(call);
        Expr amount = Coercion.cast(of(interval), Simple.BIGINT);
        if (back) {
            amount = fold(new Expr.Call(NEGATE, List.of(amount), Simple.BIGINT));
        }
        Operator operator = LiteralTranslator.months(interval.getType()) ? ADD_MONTHS : ADD_MICROS;
        return new Expr.Call(operator, List.of(cast(time, type), amount), type);
    }

    /// An interval as a number, as TIMESTAMPDIFF takes it: milliseconds.
    private Expr reinterpret(RexCall call) {
        RexNode interval = call.operands.get(0);
        Expr value = of(interval);
        if (!LiteralTranslator.interval(interval.getType().getSqlTypeName())) {
            return value;
        }
        if (LiteralTranslator.months(interval.getType())) {
            throw unsupported("A difference in months, quarters or years");
        }
        Expr micros = new Expr.Constant(Literals.of(MICROS_PER_MILLI, Simple.BIGINT), Simple.BIGINT);
        return fold(new Expr.Call(DIVIDE, List.of(Coercion.cast(value, Simple.BIGINT), micros), Simple.BIGINT));
    }

    /// `x = ANY (array)`.
    private Expr some(RexCall call) {
        Expr array = of(call.operands.get(1));
        boolean equal = call.getOperator() instanceof SqlQuantifyOperator quantified
                && quantified.comparisonKind == SqlKind.EQUALS;
        if (!equal || !(array.type() instanceof ColumnType.Array(ColumnType item))) {
            throw unsupported("ANY with this comparison");
        }
        return new Expr.Call(Operator.ARRAY_CONTAINS, List.of(array, cast(call.operands.get(0), item)), Simple.BOOLEAN);
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

    private Expr like(RexCall call) {
        String name = call.getOperator().getName();
        Operator operator = name.endsWith("ILIKE") ? ILIKE : LIKE;
        Expr escape = call.operands.size() > 2 ? of(call.operands.get(2)) : LIKE_ESCAPE;
        var arguments = List.of(cast(call.operands.get(0), Types.TEXT), cast(call.operands.get(1), Types.TEXT), escape);
        Expr like = new Expr.Call(operator, arguments, Simple.BOOLEAN);
        return name.startsWith("NOT") ? new Expr.Call(NOT, List.of(like), Simple.BOOLEAN) : like;
    }

    private Expr similar(RexCall call) {
        Expr similar = new Expr.Call(
                SIMILAR,
                call.operands.stream().map(operand -> cast(operand, Types.TEXT)).toList(),
                Simple.BOOLEAN);
        boolean negated = call.getOperator().getName().startsWith("NOT");
        return negated ? new Expr.Call(NOT, List.of(similar), Simple.BOOLEAN) : similar;
    }

    private Expr regex(RexCall call) {
        Expr pattern = cast(call.operands.get(1), Types.TEXT);
        if (call.getKind() == SqlKind.POSIX_REGEX_CASE_INSENSITIVE) {
            pattern = fold(new Expr.Call(CONCAT, List.of(text("(?i)"), pattern), Types.TEXT));
        }
        Expr matches =
                new Expr.Call(REGEXP_LIKE, List.of(cast(call.operands.get(0), Types.TEXT), pattern), Simple.BOOLEAN);
        boolean negated = call.getOperator().getName().startsWith("NEGATED")
                || call.getOperator().getName().startsWith("NOT");
        return negated ? new Expr.Call(NOT, List.of(matches), Simple.BOOLEAN) : matches;
    }

    private Expr extract(RexCall call) {
        var unit = ((RexLiteral) call.operands.get(0)).getValueAs(TimeUnitRange.class);
        String field = unit == null ? "" : unit.name().toLowerCase(Locale.ROOT);
        return Coercion.cast(
                new Expr.Call(EXTRACT, List.of(text(field), of(call.operands.get(1))), Simple.BIGINT), type(call));
    }

    private Expr round(RexCall call) {
        if (call.operands.size() == 2
                && call.operands.get(1) instanceof RexLiteral unit
                && unit.getTypeName() == SqlTypeName.SYMBOL) {
            var range = unit.getValueAs(TimeUnitRange.class);
            if (call.getKind() == SqlKind.CEIL || range == null) {
                throw unsupported("CEIL of a time");
            }
            return new Expr.Call(
                    DATE_TRUNC,
                    List.of(text(range.name().toLowerCase(Locale.ROOT)), of(call.operands.get(0))),
                    type(call));
        }
        return named(call);
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
                        case VECTORS -> vector(argument, given);
                    });
        }
        return new Expr.Call(function.operator(), arguments, type);
    }

    /// An argument of a vector function as a vector of the type that its neighbour has, or that its text spells.
    private static Expr vector(Expr argument, List<Expr> all) {
        ColumnType.Vector type = null;
        for (Expr other : all) {
            if (other.type() instanceof ColumnType.Vector vector && (type == null || other instanceof Expr.Input)) {
                type = vector;
            }
        }
        if (type == null) {
            type = spelled(argument);
        }
        if (type == null) {
            throw new QueryException(
                    ErrorCode.DATATYPE_MISMATCH,
                    "The dimension of a vector is not known here.",
                    "Write CAST(… AS VECTOR(n)).");
        }
        if (argument.type() instanceof ColumnType.Vector given && given.dimension() != type.dimension()) {
            throw new QueryException(
                    ErrorCode.DIMENSION_MISMATCH,
                    "Vectors of [%d] and [%d] dimensions cannot be compared."
                            .formatted(given.dimension(), type.dimension()),
                    "Use vectors of one dimension on both sides.");
        }
        return Coercion.cast(argument, type);
    }

    private static ColumnType.@Nullable Vector spelled(Expr argument) {
        if (argument instanceof Expr.Constant constant
                && constant.type() instanceof ColumnType.Varchar
                && !constant.value().hasNull()) {
            String text = constant.value().getText();
            OptionalInt sparse = Types.sparseDimension(text);
            if (sparse.isPresent()) {
                return new ColumnType.Vector(sparse.getAsInt(), io.elanus.storage.type.VectorElement.SPARSE);
            }
            int dimension = text.split(",", -1).length;
            return new ColumnType.Vector(dimension, io.elanus.storage.type.VectorElement.FLOAT32);
        }
        if (argument instanceof Expr.Call call
                && call.operator() == ARRAY_VALUE
                && !call.arguments().isEmpty()) {
            return new ColumnType.Vector(call.arguments().size(), io.elanus.storage.type.VectorElement.FLOAT32);
        }
        return null;
    }

    static QueryException unsupported(String what) {
        return new QueryException(ErrorCode.FEATURE_NOT_SUPPORTED, "%s is not supported.".formatted(what));
    }
}
