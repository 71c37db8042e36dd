package io.elanus.sql.catalog;

import io.elanus.sql.type.VectorSqlType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlBasicFunction;
import org.apache.calcite.sql.SqlCallBinding;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.SqlSyntax;
import org.apache.calcite.sql.SqlUtil;
import org.apache.calcite.sql.fun.SqlLibraryOperators;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.InferTypes;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeTransforms;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.sql.validate.SqlNameMatcher;
import org.jspecify.annotations.Nullable;

/// Every function and operator that SQL may name: the standard's, a choice of PostgreSQL's, and ours for vectors
/// and JSON, all found whatever the case of the name. Whole function libraries are left out on purpose: some of
/// their functions read files or parse XML.
public final class Functions implements SqlOperatorTable {
    /// Canonical names of the distance functions; the other names of each are in [#ALIASES].
    public static final String L2_DISTANCE = "L2_DISTANCE";
    public static final String COSINE_DISTANCE = "COSINE_DISTANCE";
    public static final String NEGATIVE_INNER_PRODUCT = "NEGATIVE_INNER_PRODUCT";
    public static final String INNER_PRODUCT = "INNER_PRODUCT";
    public static final String L1_DISTANCE = "L1_DISTANCE";
    public static final String HAMMING_DISTANCE = "HAMMING_DISTANCE";
    public static final String JACCARD_DISTANCE = "JACCARD_DISTANCE";
    public static final String COSINE_SIMILARITY = "COSINE_SIMILARITY";

    /// Names of other systems, and what they are called here.
    public static final Map<String, String> ALIASES = Map.ofEntries(
            Map.entry("VEC_DISTANCE_EUCLIDEAN", L2_DISTANCE),
            Map.entry("VEC_L2_DISTANCE", L2_DISTANCE),
            Map.entry("VECTOR_L2_DISTANCE", L2_DISTANCE),
            Map.entry("EUCLIDEAN_DISTANCE", L2_DISTANCE),
            Map.entry("ARRAY_DISTANCE", L2_DISTANCE),
            Map.entry("L2DISTANCE", L2_DISTANCE),
            Map.entry("VEC_DISTANCE_COSINE", COSINE_DISTANCE),
            Map.entry("VEC_COSINE_DISTANCE", COSINE_DISTANCE),
            Map.entry("VECTOR_COSINE_DISTANCE", COSINE_DISTANCE),
            Map.entry("ARRAY_COSINE_DISTANCE", COSINE_DISTANCE),
            Map.entry("COSINEDISTANCE", COSINE_DISTANCE),
            Map.entry("VEC_NEGATIVE_INNER_PRODUCT", NEGATIVE_INNER_PRODUCT),
            Map.entry("VECTOR_NEGATIVE_INNER_PRODUCT", NEGATIVE_INNER_PRODUCT),
            Map.entry("ARRAY_NEGATIVE_INNER_PRODUCT", NEGATIVE_INNER_PRODUCT),
            Map.entry("VECTOR_INNER_PRODUCT", INNER_PRODUCT),
            Map.entry("ARRAY_INNER_PRODUCT", INNER_PRODUCT),
            Map.entry("DOT_PRODUCT", INNER_PRODUCT),
            Map.entry("DOTPRODUCT", INNER_PRODUCT),
            Map.entry("VEC_L1_DISTANCE", L1_DISTANCE),
            Map.entry("L1DISTANCE", L1_DISTANCE),
            Map.entry("TAXICAB_DISTANCE", L1_DISTANCE),
            Map.entry("VECTOR_COSINE_SIMILARITY", COSINE_SIMILARITY),
            Map.entry("ARRAY_COSINE_SIMILARITY", COSINE_SIMILARITY),
            Map.entry("L2_NORM", "VECTOR_NORM"),
            Map.entry("VEC_L2_NORM", "VECTOR_NORM"),
            Map.entry("VECTOR_DIMENSION_COUNT", "VECTOR_DIMS"),
            Map.entry("VEC_DIMS", "VECTOR_DIMS"),
            Map.entry("JSON_EXTRACT_PATH_TEXT", "JSON_GET_TEXT"),
            Map.entry("JSONB_TYPEOF", "JSON_TYPEOF"),
            Map.entry("JSON_TYPE", "JSON_TYPEOF"),
            Map.entry("JSONB_ARRAY_LENGTH", "JSON_ARRAY_LENGTH"),
            Map.entry("JSONB_CONTAINS", "JSON_CONTAINS"),
            Map.entry("JSONB_AGG", "JSON_AGG"),
            Map.entry("JSONB_OBJECT_AGG", "JSON_OBJECT_AGG"),
            Map.entry("LENGTH", "CHAR_LENGTH"),
            Map.entry("SUBSTR", "SUBSTRING"),
            Map.entry("NVL", "COALESCE"),
            Map.entry("IFNULL", "COALESCE"),
            Map.entry("POW", "POWER"),
            Map.entry("RANDOM", "RAND"),
            Map.entry("UUID_GENERATE_V4", "GEN_RANDOM_UUID"),
            Map.entry("TRUNC", "TRUNCATE"),
            Map.entry("EVERY", "BOOL_AND"),
            Map.entry("NOW", "CURRENT_TIMESTAMP"),
            Map.entry("TRANSACTION_TIMESTAMP", "CURRENT_TIMESTAMP"));

    private static final SqlReturnTypeInference VECTOR_ARGUMENT = ReturnTypes.ARG0_NULLABLE;

    /// What `VERSION()` and its like stand for is filled in when the statement runs.
    public static final SqlFunction VERSION = text("VERSION");

    public static final Functions INSTANCE = new Functions();

    private final Map<String, List<SqlOperator>> byName = new HashMap<>();
    private final Set<String> names = new TreeSet<>();

    private Functions() {
        vectors();
        texts();
        others();
        FunctionCatalog.all().forEach(this::add);
        for (SqlOperator operator : library()) {
            add(operator);
        }
        for (SqlOperator operator : SqlStdOperatorTable.instance().getOperatorList()) {
            if (operator instanceof SqlFunction
                    && Character.isLetter(operator.getName().charAt(0))) {
                names.add(operator.getName().toLowerCase(Locale.ROOT));
            }
        }
        ALIASES.keySet().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    }

    private void vectors() {
        for (String name : List.of(
                L2_DISTANCE,
                COSINE_DISTANCE,
                NEGATIVE_INNER_PRODUCT,
                INNER_PRODUCT,
                L1_DISTANCE,
                HAMMING_DISTANCE,
                JACCARD_DISTANCE,
                COSINE_SIMILARITY)) {
            add(function(name, ReturnTypes.DOUBLE_NULLABLE, 2, 0));
        }
        add(function("VECTOR_NORM", ReturnTypes.DOUBLE_NULLABLE, 1, 0));
        add(function("VECTOR_DIMS", ReturnTypes.INTEGER_NULLABLE, 1, 0));
        add(function("L2_NORMALIZE", VECTOR_ARGUMENT, 1, 0));
        add(function("VECTOR_ADD", VECTOR_ARGUMENT, 2, 0));
        add(function("VECTOR_SUBTRACT", VECTOR_ARGUMENT, 2, 0));
        add(function("VECTOR_MULTIPLY", VECTOR_ARGUMENT, 2, 0));
        add(VectorAggregates.SUM);
        add(VectorAggregates.AVG);
        Aggregates.all().forEach(this::add);
    }

    private void texts() {
        add(texts("MATCH", ReturnTypes.BOOLEAN_NULLABLE, 2, 3));
        add(texts("BM25", ReturnTypes.DOUBLE_NULLABLE, 2, 3));
        add(texts("HIGHLIGHT", ReturnTypes.VARCHAR_NULLABLE, 2, 4));
    }

    private static SqlFunction texts(String name, SqlReturnTypeInference returns, int least, int most) {
        return SqlBasicFunction.create(
                        name,
                        returns,
                        OperandTypes.repeat(
                                org.apache.calcite.sql.type.SqlOperandCountRanges.between(least, most),
                                OperandTypes.CHARACTER))
                .withOperandTypeInference(InferTypes.VARCHAR_1024);
    }

    private void others() {
        add(VERSION);
        add(text("CURRENT_DATABASE"));
        json();
        add(new Concatenation());
        add(SqlBasicFunction.create("$WRITTEN", Functions::written, OperandTypes.ANY));
        add(SqlBasicFunction.create("$ITEMS", Functions::written, OperandTypes.ANY));
        add(SqlBasicFunction.create("PG_TYPEOF", ReturnTypes.VARCHAR, OperandTypes.ANY)
                .withOperandTypeInference(Functions::textForParameters));
        add(extreme("GREATEST"));
        add(extreme("LEAST"));
        add(SqlBasicFunction.create(
                "DATE_TRUNC_TEXT",
                ReturnTypes.ARG1_NULLABLE,
                OperandTypes.family(SqlTypeFamily.CHARACTER, SqlTypeFamily.DATETIME)));
        add(SqlBasicFunction.create("$NULLABLE", Functions::widened, OperandTypes.ANY));
        add(SqlBasicFunction.create("TO_VECTOR", ReturnTypes.ARG0_NULLABLE, OperandTypes.ANY));
    }

    private void json() {
        add(SqlBasicFunction.create(
                        "JSON_GET",
                        ReturnTypes.explicit(SqlTypeName.VARIANT).andThen(SqlTypeTransforms.FORCE_NULLABLE),
                        OperandTypes.ANY_ANY)
                .withOperandTypeInference(InferTypes.VARCHAR_1024));
        add(SqlBasicFunction.create("JSON_GET_TEXT", ReturnTypes.VARCHAR_FORCE_NULLABLE, OperandTypes.ANY_ANY)
                .withOperandTypeInference(InferTypes.VARCHAR_1024));
        add(SqlBasicFunction.create("JSON_CONTAINS", ReturnTypes.BOOLEAN_NULLABLE, OperandTypes.ANY_ANY)
                .withOperandTypeInference(InferTypes.VARCHAR_1024));
        add(SqlBasicFunction.create("JSON_TYPEOF", ReturnTypes.VARCHAR_NULLABLE, OperandTypes.ANY));
        add(SqlBasicFunction.create("JSON_ARRAY_LENGTH", ReturnTypes.BIGINT_FORCE_NULLABLE, OperandTypes.ANY));
    }

    /// The argument's type with NULL; text of any length.
    private static RelDataType widened(SqlOperatorBinding call) {
        RelDataType type = call.getOperandType(0);
        var factory = call.getTypeFactory();
        return factory.createTypeWithNullability(
                SqlTypeUtil.inCharFamily(type) ? factory.createSqlType(SqlTypeName.VARCHAR) : type, true);
    }

    /// Text for an array or a vector, which Calcite casts to nothing else than their like; any other type is kept.
    private static RelDataType written(SqlOperatorBinding call) {
        RelDataType type = call.getOperandType(0);
        var factory = call.getTypeFactory();
        return type.getComponentType() == null
                ? type
                : factory.createTypeWithNullability(factory.createSqlType(SqlTypeName.VARCHAR), type.isNullable());
    }

    private static void textForParameters(SqlCallBinding call, RelDataType returned, RelDataType[] types) {
        for (int i = 0; i < types.length; i++) {
            if (call.operand(i) instanceof SqlDynamicParam) {
                types[i] = call.getTypeFactory().createSqlType(SqlTypeName.VARCHAR);
            }
        }
    }

    /// A parameter for an array is one of the item's type, and a parameter for an item is of the array's.
    private static void arrayAndItem(SqlCallBinding call, RelDataType returned, RelDataType[] types) {
        var factory = call.getTypeFactory();
        boolean array = !SqlUtil.isNullLiteral(call.operand(0), false) && !(call.operand(0) instanceof SqlDynamicParam);
        boolean item = !(call.operand(1) instanceof SqlDynamicParam);
        if (array) {
            types[0] = call.getOperandType(0);
            RelDataType component = types[0].getComponentType();
            types[1] = item || component == null ? call.getOperandType(1) : component;
        } else if (item) {
            types[1] = call.getOperandType(1);
            types[0] = factory.createTypeWithNullability(factory.createArrayType(types[1], -1), true);
        }
    }

    /// GREATEST and LEAST pass over NULLs, as in PostgreSQL, so they are NULL when all arguments are.
    private static SqlFunction extreme(String name) {
        return SqlBasicFunction.create(
                        name,
                        ReturnTypes.LEAST_RESTRICTIVE.andThen(SqlTypeTransforms.FORCE_NULLABLE),
                        OperandTypes.SAME_VARIADIC)
                .withOperandTypeInference(InferTypes.FIRST_KNOWN);
    }

    private static SqlFunction text(String name) {
        return SqlBasicFunction.create(name, ReturnTypes.VARCHAR, OperandTypes.NILADIC);
    }

    private static SqlFunction function(String name, SqlReturnTypeInference returns, int vectors, int integers) {
        return new SqlFunction(
                name,
                SqlKind.OTHER_FUNCTION,
                returns,
                InferTypes.FIRST_KNOWN,
                new VectorOperandChecker(vectors, integers),
                SqlFunctionCategory.USER_DEFINED_FUNCTION);
    }

    private static List<SqlOperator> library() {
        return List.of(
                SqlLibraryOperators.ILIKE,
                SqlLibraryOperators.NOT_ILIKE,
                SqlLibraryOperators.LEFT,
                SqlLibraryOperators.RIGHT,
                SqlLibraryOperators.LPAD,
                SqlLibraryOperators.RPAD,
                SqlLibraryOperators.REVERSE,
                SqlLibraryOperators.REPEAT,
                SqlLibraryOperators.STARTS_WITH,
                SqlLibraryOperators.SPLIT_PART,
                SqlLibraryOperators.MD5,
                SqlLibraryOperators.STRPOS,
                SqlLibraryOperators.ARRAY_LENGTH,
                ((SqlBasicFunction) SqlLibraryOperators.ARRAY_CONTAINS)
                        .withOperandTypeInference(Functions::arrayAndItem),
                SqlLibraryOperators.BOOL_AND,
                SqlLibraryOperators.BOOL_OR,
                SqlLibraryOperators.STRING_AGG,
                SqlLibraryOperators.ARRAY_AGG);
    }

    private void add(SqlOperator operator) {
        byName.computeIfAbsent(operator.getName().toUpperCase(Locale.ROOT), _ -> new ArrayList<>())
                .add(operator);
        if (Character.isLetter(operator.getName().charAt(0))) {
            names.add(operator.getName().toLowerCase(Locale.ROOT));
        }
    }

    /// Names for suggestions, lower case.
    public Set<String> names() {
        return names;
    }

    /// The one of this name, which is in capitals.
    public SqlOperator only(String name) {
        return byName.getOrDefault(name, List.of()).getFirst();
    }

    @Override
    public void lookupOperatorOverloads(
            SqlIdentifier opName,
            @Nullable SqlFunctionCategory category,
            SqlSyntax syntax,
            List<SqlOperator> operatorList,
            SqlNameMatcher nameMatcher) {
        if (!opName.isSimple()) {
            return;
        }
        String written = opName.getSimple().toUpperCase(Locale.ROOT);
        String name = syntax.family == SqlSyntax.FUNCTION ? ALIASES.getOrDefault(written, written) : written;
        boolean found = false;
        for (SqlOperator operator : byName.getOrDefault(name, List.of())) {
            if (operator.getSyntax().family == syntax.family) {
                operatorList.add(operator);
                found = true;
            }
        }
        if (!found) {
            SqlStdOperatorTable.instance()
                    .lookupOperatorOverloads(
                            new SqlIdentifier(name, opName.getParserPosition()),
                            category,
                            syntax,
                            operatorList,
                            nameMatcher);
        }
    }

    @Override
    public List<SqlOperator> getOperatorList() {
        var operators = new ArrayList<>(SqlStdOperatorTable.instance().getOperatorList());
        byName.values().forEach(operators::addAll);
        return operators;
    }

    static boolean isVector(org.apache.calcite.rel.type.RelDataType type) {
        return type instanceof VectorSqlType;
    }
}
