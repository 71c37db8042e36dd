package io.elanus.storage.filter;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Lane.Bytes;
import io.elanus.storage.filter.Lane.Longs;
import io.elanus.storage.filter.Step.RowFunction;
import io.elanus.storage.filter.VectorFunctions.Operand;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.Metric;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// From expressions to steps: picks for every operator the code that fits the types of its arguments.
final class Compiler {
    private final Expr.Call call;
    private final ColumnType type;

    private Compiler(Expr.Call call) {
        this.call = call;
        this.type = call.type();
    }

    static Step compile(Expr expr) {
        return switch (expr) {
            case Expr.Input input -> new Step.InputStep(input, Lane.of(input.type()));
            case Expr.Constant(var value, ColumnType type) ->
                new Step.ConstantStep(Cells.fromLiteral(value, type), Lane.of(type));
            case Expr.Parameter parameter ->
                throw new IllegalStateException("Parameter [%d] was not bound".formatted(parameter.index()));
            case Expr.Call call -> new Compiler(call).compile();
        };
    }

    private Step compile() {
        Operator operator = call.operator();
        return switch (operator) {
            case AND -> Logic.and(steps());
            case OR -> Logic.or(steps());
            case NOT -> Logic.not(step(0));
            case IS_NULL -> Logic.isNull(step(0), false);
            case IS_NOT_NULL -> Logic.isNull(step(0), true);
            case IS_TRUE -> Logic.is(step(0), true, false);
            case IS_NOT_TRUE -> Logic.is(step(0), true, true);
            case IS_FALSE -> Logic.is(step(0), false, false);
            case IS_NOT_FALSE -> Logic.is(step(0), false, true);
            case EQ, NE, LT, LE, GT, GE -> {
                ColumnType common = common();
                yield Comparison.of(operator, stepAs(0, common), stepAs(1, common));
            }
            case IS_DISTINCT_FROM -> Comparison.distinct(stepAs(0, common()), stepAs(1, common()), false);
            case IS_NOT_DISTINCT_FROM -> Comparison.distinct(stepAs(0, common()), stepAs(1, common()), true);
            case IN -> in();
            case CASE -> Logic.caseOf(branches(), Lane.of(type));
            case COALESCE -> Logic.coalesce(stepsAs(type), Lane.of(type));
            case NULLIF -> nullIf();
            case GREATEST -> nullableRows(stepsAs(type), Comparison.extreme(true));
            case LEAST -> nullableRows(stepsAs(type), Comparison.extreme(false));
            case CAST -> Casts.of(step(0), argumentType(0), type, Casts.zone(call.arguments(), 1), false);
            case ASSIGN -> Casts.of(step(0), argumentType(0), type, Casts.zone(call.arguments(), 1), true);
            case UUID_TEXT -> Casts.of(step(0), argumentType(0), type, ZoneOffset.UTC, false);
            default -> numeric(operator);
        };
    }

    private Step numeric(Operator operator) {
        return switch (operator) {
            case ADD, SUBTRACT, MULTIPLY, DIVIDE, MOD -> {
                ColumnType operand = type instanceof ColumnType.Decimal ? null : type;
                yield Arithmetic.of(operator, operandAs(0, operand), operandAs(1, operand), type);
            }
            case NEGATE -> rows(MathFunctions.negate(type), stepAs(0, type));
            case ABS -> rows(MathFunctions.abs(type), stepAs(0, type));
            case SIGN -> rows(MathFunctions.sign(type), step(0));
            case CEIL, FLOOR, ROUND, TRUNCATE ->
                new Step.RowStep(steps(), Lane.of(type), MathFunctions.round(operator, type));
            case SQRT, EXP, LN, LOG10, CBRT, SIN, COS, TAN, ASIN, ACOS, ATAN, SINH, COSH, TANH, COT, DEGREES, RADIANS ->
                MathFunctions.unary(operator, stepAs(0, Simple.DOUBLE));
            case POWER -> rows(MathFunctions.power(), stepAs(0, Simple.DOUBLE), stepAs(1, Simple.DOUBLE));
            case LOG -> rows(MathFunctions.logarithm(), stepAs(0, Simple.DOUBLE), stepAs(1, Simple.DOUBLE));
            case ATAN2 -> rows(MathFunctions.atan2(), stepAs(0, Simple.DOUBLE), stepAs(1, Simple.DOUBLE));
            case PI -> new Step.ConstantStep(Math.PI, Lane.of(Simple.DOUBLE));
            default -> other(operator);
        };
    }

    private Step other(Operator operator) {
        return switch (operator) {
            case CONCAT -> new Concat(steps());
            case CHAR_LENGTH -> new Length(step(0), true);
            case OCTET_LENGTH -> new Length(step(0), false);
            case LIKE -> Patterns.like(steps(), false);
            case ILIKE -> Patterns.like(steps(), true);
            case STARTS_WITH -> Patterns.startsWith(steps());
            case REGEXP_LIKE -> all(Patterns.regexpLike());
            case REGEXP_REPLACE -> all(Patterns.regexpReplace());
            case LOWER,
                    UPPER,
                    TRIM,
                    LTRIM,
                    RTRIM,
                    SUBSTRING,
                    POSITION,
                    REPLACE,
                    LEFT,
                    RIGHT,
                    LPAD,
                    RPAD,
                    REVERSE,
                    REPEAT,
                    INITCAP,
                    SPLIT_PART,
                    ASCII,
                    CHR,
                    TRANSLATE,
                    MD5 -> all(TextFunctions.of(operator));
            case EXTRACT ->
                rows(TimeFunctions.extract(text(0), argumentType(1), type, Casts.zone(call.arguments(), 2)), step(1));
            case DATE_TRUNC ->
                rows(TimeFunctions.truncate(text(0), argumentType(1), type, Casts.zone(call.arguments(), 2)), step(1));
            case ADD_MICROS -> TimeFunctions.addMicros(steps(), argumentType(0), type);
            case ADD_MONTHS -> TimeFunctions.addMonths(steps(), argumentType(0), type);
            case ADD_DAYS -> all(TimeFunctions.addDays());
            case DAYS_BETWEEN -> all(cells -> (Long) cells[0] - (Long) cells[1]);
            case MICROS_BETWEEN -> all(TimeFunctions.microsBetween(argumentType(0), argumentType(1)));
            case TEXT_MATCH -> all(new TextSearches().match());
            case BM25 -> all(new TextSearches().score(call));
            case HIGHLIGHT -> all(new TextSearches().highlight());
            case JSON_GET -> all(JsonFunctions.get(false));
            case JSON_GET_TEXT -> all(JsonFunctions.get(true));
            case JSON_VALUE -> all(JsonFunctions.value(type));
            case JSON_QUERY -> all(JsonFunctions.query());
            case JSON_EXISTS -> all(JsonFunctions.exists());
            case JSON_CONTAINS -> all(JsonFunctions.contains());
            case JSON_LENGTH -> all(JsonFunctions.length());
            case JSON_TYPE -> all(JsonFunctions.type());
            case JSON_OBJECT -> nullableRows(steps(), JsonFunctions.object(argumentTypes()));
            case JSON_ARRAY -> nullableRows(steps(), JsonFunctions.array(argumentTypes()));
            case ARRAY_ELEMENT -> all(NestedFunctions.arrayElement());
            case ARRAY_LENGTH -> all(cells -> (long) ((List<?>) cells[0]).size());
            case ARRAY_CONTAINS -> all(NestedFunctions.arrayContains());
            case ARRAY_VALUE -> nullableRows(items(), NestedFunctions.arrayValue());
            default -> vector(operator);
        };
    }

    private Step vector(Operator operator) {
        return switch (operator) {
            case L2_DISTANCE -> distance(Metric.L2, false);
            case NEGATIVE_INNER_PRODUCT -> distance(Metric.IP, false);
            case INNER_PRODUCT -> distance(Metric.IP, true);
            case COSINE_DISTANCE -> distance(Metric.COSINE, false);
            case L1_DISTANCE -> distance(Metric.L1, false);
            case HAMMING_DISTANCE -> distance(Metric.HAMMING, false);
            case JACCARD_DISTANCE -> distance(Metric.JACCARD, false);
            case VECTOR_NORM -> all(sparse(0) ? SparseFunctions.norm() : VectorFunctions.norm());
            case VECTOR_DIMENSIONS -> {
                long dimension = ((ColumnType.Vector) argumentType(0)).dimension();
                yield all(cells -> dimension);
            }
            case L2_NORMALIZE -> all(sparse(0) ? SparseFunctions.normalize() : VectorFunctions.normalize());
            case VECTOR_ADD, VECTOR_SUBTRACT, VECTOR_MULTIPLY -> all(VectorFunctions.arithmetic(operator));
            case SUBVECTOR -> all(VectorFunctions.subvector((ColumnType.Vector) type));
            default -> library(operator);
        };
    }

    /// What is worked out row by row from its arguments alone.
    private Step library(Operator operator) {
        RowFunction strict = FunctionLibrary.strict(call);
        if (strict != null) {
            return all(strict);
        }
        Step.NullableRowFunction lenient = FunctionLibrary.lenient(operator);
        if (lenient == null) {
            throw unsupported();
        }
        return nullableRows(steps(), lenient);
    }

    private StorageException unsupported() {
        return new StorageException(
                ErrorCode.UNDEFINED_FUNCTION,
                "Operator [%s] does not take these arguments. Cast them to a type that it takes."
                        .formatted(call.operator()));
    }

    private ColumnType argumentType(int index) {
        return call.arguments().get(index).type();
    }

    private List<ColumnType> argumentTypes() {
        return call.arguments().stream().map(Expr::type).toList();
    }

    private Step step(int index) {
        return compile(call.arguments().get(index));
    }

    private List<Step> steps() {
        return call.arguments().stream().map(Compiler::compile).toList();
    }

    /// The argument, converted where the planner left a number of another width.
    private Step stepAs(int index, ColumnType wanted) {
        return as(call.arguments().get(index), wanted);
    }

    private static Step as(Expr expr, ColumnType wanted) {
        ColumnType from = expr.type();
        boolean sameLane = Lane.of(from).getClass() == Lane.of(wanted).getClass();
        if (sameLane || (expr instanceof Expr.Constant(var value, ColumnType _) && value.getNull())) {
            return sameLane ? compile(expr) : new Step.ConstantStep(null, Lane.of(wanted));
        }
        return Casts.of(compile(expr), from, wanted, ZoneOffset.UTC, false);
    }

    private List<Step> stepsAs(ColumnType wanted) {
        return call.arguments().stream().map(argument -> as(argument, wanted)).toList();
    }

    private List<Step> items() {
        return stepsAs(((ColumnType.Array) type).item());
    }

    /// Operands of a DECIMAL operation keep their own scale.
    private Step operandAs(int index, @Nullable ColumnType wanted) {
        ColumnType from = argumentType(index);
        if (wanted != null) {
            return stepAs(index, wanted);
        }
        if (from instanceof ColumnType.Decimal) {
            return step(index);
        }
        return Casts.of(step(index), from, wide(from), ZoneOffset.UTC, false);
    }

    private static ColumnType wide(ColumnType from) {
        boolean floating = from == Simple.REAL || from == Simple.DOUBLE;
        return new ColumnType.Decimal(ColumnType.Decimal.MAX_PRECISION, floating ? 18 : 0);
    }

    /// The type to compare two arguments in.
    private ColumnType common() {
        ColumnType left = argumentType(0);
        ColumnType right = argumentType(1);
        if (Casts.isNumber(left) && Casts.isNumber(right)) {
            boolean floating = Lane.of(left) instanceof Lane.Doubles || Lane.of(right) instanceof Lane.Doubles;
            if (floating) {
                return Simple.DOUBLE;
            }
            if (left instanceof ColumnType.Decimal || right instanceof ColumnType.Decimal) {
                return left instanceof ColumnType.Decimal && right instanceof ColumnType.Decimal ? left : wide(left);
            }
            return Simple.BIGINT;
        }
        boolean comparable = Lane.of(left).getClass() == Lane.of(right).getClass();
        boolean sameTime = !(Lane.of(left) instanceof Longs) || left.equals(right);
        if (!comparable || !sameTime) {
            throw new StorageException(
                    ErrorCode.DATATYPE_MISMATCH,
                    "Types [%s] and [%s] cannot be compared. Cast one to the other."
                            .formatted(left.sql(), right.sql()));
        }
        return left;
    }

    private Step in() {
        var constants = new ArrayList<@Nullable Object>();
        ColumnType valueType = argumentType(0);
        for (Expr argument : call.arguments().subList(1, call.arguments().size())) {
            if (!(argument instanceof Expr.Constant(var value, ColumnType from)) || !sameFamily(from, valueType)) {
                return inExpressions();
            }
            constants.add(Cells.fromLiteral(value, from));
        }
        return Membership.of(step(0), Lane.of(valueType), constants);
    }

    private static boolean sameFamily(ColumnType a, ColumnType b) {
        return a.equals(b) || Lane.of(a).getClass() == Lane.of(b).getClass();
    }

    /// `x IN (a, b)` as `x = a OR x = b`.
    private Step inExpressions() {
        var comparisons = new ArrayList<Expr>();
        Expr value = call.arguments().getFirst();
        for (Expr argument : call.arguments().subList(1, call.arguments().size())) {
            comparisons.add(new Expr.Call(Operator.EQ, List.of(value, argument), Simple.BOOLEAN));
        }
        return compile(new Expr.Call(Operator.OR, comparisons, Simple.BOOLEAN));
    }

    private List<Step> branches() {
        var steps = new ArrayList<Step>();
        int count = call.arguments().size();
        for (int i = 0; i < count; i++) {
            boolean condition = i % 2 == 0 && i + 1 < count;
            steps.add(condition ? step(i) : stepAs(i, type));
        }
        return steps;
    }

    private Step nullIf() {
        Expr value = call.arguments().getFirst();
        var equal = new Expr.Call(Operator.EQ, call.arguments(), Simple.BOOLEAN);
        var otherwise = new Expr.Constant(Literals.NULL, value.type());
        return compile(new Expr.Call(Operator.CASE, List.of(equal, otherwise, value), type));
    }

    private Step distance(Metric metric, boolean negated) {
        return VectorFunctions.distance(metric, negated, operand(0), operand(1));
    }

    private boolean sparse(int index) {
        return argumentType(index) instanceof ColumnType.Vector vector && vector.sparse();
    }

    private Operand operand(int index) {
        Expr argument = call.arguments().get(index);
        return new Operand(compile(argument), argument.type(), constant(argument));
    }

    private static boolean constant(Expr expr) {
        return switch (expr) {
            case Expr.Constant _ -> true;
            case Expr.Input _, Expr.Parameter _ -> false;
            case Expr.Call inner -> inner.arguments().stream().allMatch(Compiler::constant);
        };
    }

    /// The constant text of an argument.
    private String text(int index) {
        if (call.arguments().get(index) instanceof Expr.Constant(var value, ColumnType _)) {
            return value.getText().toLowerCase(Locale.ROOT);
        }
        throw new StorageException(
                ErrorCode.FEATURE_NOT_SUPPORTED,
                "The first argument of [%s] must be a constant. Write the field's name.".formatted(call.operator()));
    }

    private Step all(RowFunction function) {
        return new Step.RowStep(steps(), Lane.of(type), function);
    }

    private Step rows(RowFunction function, Step... arguments) {
        return new Step.RowStep(List.of(arguments), Lane.of(type), function);
    }

    private Step nullableRows(List<Step> arguments, Step.NullableRowFunction function) {
        return new Step.NullableRowStep(arguments, Lane.of(type), function);
    }

    private static final class Concat extends Step.Strict<Bytes> {
        Concat(List<Step> arguments) {
            super(arguments, new Bytes(true));
        }

        @Override
        void compute(Lane[] in, long[] live, Frame frame) {
            for (int w = 0; w < frame.words(); w++) {
                for (long word = live[w]; word != 0; word &= word - 1) {
                    int row = (w << 6) + Long.numberOfTrailingZeros(word);
                    int start = out.used;
                    long length = 0;
                    for (Lane lane : in) {
                        length += ((Bytes) lane).lengths[row];
                    }
                    TextFunctions.checkLength(length);
                    for (Lane lane : in) {
                        var bytes = (Bytes) lane;
                        out.append(row, bytes.heap, bytes.starts[row], bytes.lengths[row]);
                    }
                    out.starts[row] = start;
                    out.lengths[row] = out.used - start;
                }
            }
        }
    }

    private static final class Length extends Step.Strict<Longs> {
        private final boolean characters;

        Length(Step argument, boolean characters) {
            super(List.of(argument), new Longs());
            this.characters = characters;
        }

        @Override
        void compute(Lane[] in, long[] live, Frame frame) {
            var bytes = (Bytes) in[0];
            for (int row = 0; row < frame.rows; row++) {
                int length = bytes.lengths[row];
                if (characters && !out.isNull(row)) {
                    for (int i = bytes.starts[row], end = i + bytes.lengths[row]; i < end; i++) {
                        length -= (bytes.heap[i] & 0xC0) == 0x80 ? 1 : 0;
                    }
                }
                out.values[row] = length;
            }
        }
    }
}
