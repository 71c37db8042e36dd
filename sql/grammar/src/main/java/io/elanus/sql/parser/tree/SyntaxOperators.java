package io.elanus.sql.parser.tree;

import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;
import org.apache.calcite.sql.SqlBasicFunction;
import org.apache.calcite.sql.SqlBinaryOperator;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlUnresolvedFunction;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.InferTypes;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.jspecify.annotations.Nullable;

/// Operators that are written between their operands and mean a function: `a <-> b` is `l2_distance(a, b)`. The
/// parser builds the call of the function at once, so nothing after it knows the operators.
public final class SyntaxOperators {
    /// Below `+` and `-`, above the comparisons, where PostgreSQL has its "other operators".
    private static final int PRECEDENCE = 38;
    /// `::` binds tighter than arithmetic.
    private static final int CAST_PRECEDENCE = 94;

    /// Above arithmetic, as in PostgreSQL.
    private static final int AT_TIME_ZONE_PRECEDENCE = 80;

    public static final SqlBinaryOperator L2 = function("<->", "l2_distance");
    public static final SqlBinaryOperator COSINE = function("<=>", "cosine_distance");
    public static final SqlBinaryOperator INNER_PRODUCT = function("<#>", "negative_inner_product");
    public static final SqlBinaryOperator L1 = function("<+>", "l1_distance");
    public static final SqlBinaryOperator HAMMING = function("<~>", "hamming_distance");
    public static final SqlBinaryOperator JACCARD = function("<%>", "jaccard_distance");
    public static final SqlBinaryOperator JSON_GET = function("->", "json_get");
    public static final SqlBinaryOperator JSON_GET_TEXT = function("->>", "json_get_text");
    public static final SqlBinaryOperator TEXT_MATCHES = function("@@", "text_match");
    public static final SqlBinaryOperator HOLDS = function("@>", "$holds");
    public static final SqlBinaryOperator HELD_BY = new Written(
            "<@", PRECEDENCE, (pos, operands) -> call("$holds", pos, List.of(operands.get(1), operands.get(0))));
    public static final SqlBinaryOperator OVERLAPPING = function("&&", "array_overlap");
    public static final SqlBinaryOperator BEGINS_WITH = function("^@", "starts_with");

    /// `time AT TIME ZONE zone` is `timezone(zone, time)`.
    public static final SqlBinaryOperator AT_TIME_ZONE = new Written(
            "AT TIME ZONE",
            AT_TIME_ZONE_PRECEDENCE,
            (pos, operands) -> call("timezone", pos, List.of(operands.get(1), operands.get(0))));

    public static final SqlBinaryOperator CAST =
            new Written("::", CAST_PRECEDENCE, (pos, operands) -> SqlStdOperatorTable.CAST.createCall(pos, operands));

    /// Ties as in PostgreSQL: `a || b + c` is `a || (b + c)`.
    public static final SqlBinaryOperator CONCAT =
            new Written("||", PRECEDENCE, (pos, operands) -> SqlStdOperatorTable.CONCAT.createCall(pos, operands));

    /// The keys of `DISTINCT ON (…)`, before the first item of SELECT; taken out before validation.
    public static final SqlBasicFunction DISTINCT_ON = placeholder("$DISTINCT_ON");

    /// `FETCH FIRST g PARTITIONS BY key, k ROWS` as `$partitions(g, key, k)`; taken out before validation.
    public static final SqlBasicFunction FETCH_PARTITIONS = placeholder("$FETCH_PARTITIONS");

    /// Wraps the count of `FETCH EXACT FIRST k` as `$fetch(k, 'exact', accuracy)`; taken out before validation.
    public static final SqlBasicFunction FETCH_MODE = placeholder("$FETCH");

    /// The table function `HYBRID_SEARCH(table, name => value, …)`, rewritten into a query before validation.
    public static final SqlBasicFunction HYBRID_SEARCH = placeholder("HYBRID_SEARCH");

    /// The table function `VECTOR_SEARCH(table, column, queries, name => value, …)`, rewritten into a query before
    /// validation.
    public static final SqlBasicFunction VECTOR_SEARCH = placeholder("VECTOR_SEARCH");

    /// `FROM 'path'`: a file as a table; becomes the name of one before validation.
    public static final SqlBasicFunction FILE_TABLE = placeholder("$FILE_TABLE");

    /// The count of FETCH … WITH TIES.
    public static final SqlBasicFunction FETCH_TIES = placeholder("$FETCH_TIES");

    /// The bounds of a slice of an array, each perhaps NULL; stands where a position does.
    public static final SqlBasicFunction SLICE = placeholder("$SLICE");

    /// An interval of months and one of days and seconds; taken apart where it is added to a time.
    public static final SqlBasicFunction MIXED_INTERVAL = placeholder("$INTERVAL");

    /// A row of no values, each column having its default.
    public static final SqlBasicFunction DEFAULT_VALUES = placeholder("$DEFAULT_VALUES");

    private static final Set<String> CHANGES = Set.of("insert", "upsert", "update", "delete", "merge");
    private static final Set<String> QUERIES = Set.of("select", "values", "table");

    private SyntaxOperators() {}

    /// Stands in the tree for syntax of ours until it is rewritten, so its type is never asked for.
    private static SqlBasicFunction placeholder(String name) {
        return SqlBasicFunction.create(name, ReturnTypes.ARG0, OperandTypes.VARIADIC);
    }

    /// A bound that is left out is the array's own.
    public static SqlNode slice(SqlParserPos pos, @Nullable SqlNode from, @Nullable SqlNode to) {
        SqlNode none = SqlLiteral.createNull(pos);
        return SLICE.createCall(pos, from == null ? none : from, to == null ? none : to);
    }

    public static SqlNode defaultValues(SqlParserPos pos) {
        return DEFAULT_VALUES.createCall(pos);
    }

    /// Do these tokens begin with WITH, and a statement that changes rows behind its queries?
    public static boolean changeFollowsWith(Iterator<String> tokens) {
        int depth = 0;
        if (!tokens.hasNext() || !tokens.next().equalsIgnoreCase("with")) {
            return false;
        }
        while (tokens.hasNext()) {
            String token = tokens.next().toLowerCase(Locale.ROOT);
            if (token.equals("(")) {
                depth++;
            } else if (token.equals(")")) {
                depth--;
            } else if (depth == 0 && CHANGES.contains(token)) {
                return true;
            } else if (depth == 0 && QUERIES.contains(token)) {
                return false;
            }
        }
        return false;
    }

    /// Does a call of the table function begin with these two tokens?
    public static boolean vectorSearch(String word, String next) {
        return word.equalsIgnoreCase("vector_search") && next.equals("(");
    }

    /// Does a call of the table function begin with these two tokens?
    public static boolean hybridSearch(String word, String next) {
        return word.equalsIgnoreCase("hybrid_search") && next.equals("(");
    }

    private static SqlBinaryOperator function(String symbol, String function) {
        return new Written(symbol, PRECEDENCE, (pos, operands) -> call(function, pos, operands));
    }

    private static SqlCall call(String function, SqlParserPos pos, List<SqlNode> operands) {
        return new SqlUnresolvedFunction(
                        new SqlIdentifier(function, pos),
                        null,
                        null,
                        null,
                        null,
                        SqlFunctionCategory.USER_DEFINED_FUNCTION)
                .createCall(pos, operands);
    }

    private static final class Written extends SqlBinaryOperator {
        private final BiFunction<SqlParserPos, List<SqlNode>, SqlCall> meaning;

        Written(String symbol, int precedence, BiFunction<SqlParserPos, List<SqlNode>, SqlCall> meaning) {
            super(
                    symbol,
                    SqlKind.OTHER,
                    precedence,
                    true,
                    ReturnTypes.DOUBLE_NULLABLE,
                    InferTypes.FIRST_KNOWN,
                    OperandTypes.ANY_ANY);
            this.meaning = meaning;
        }

        @Override
        public SqlCall createCall(
                @Nullable SqlLiteral functionQualifier, SqlParserPos pos, @Nullable SqlNode... operands) {
            return meaning.apply(pos, List.of(operands));
        }
    }
}
