package io.elanus.sql.parser;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlTypeNameSpec;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/// Arrays as PostgreSQL writes them in a text: `'{1,2}'::int[]`, `'{a,"b c",NULL}'::text[]`.
final class ArrayTexts {
    private final String text;
    private final List<@Nullable String> items = new ArrayList<>();
    private int at;

    private ArrayTexts(String text) {
        this.text = text;
    }

    /// The cast of an array of casts of the items.
    static SqlCall cast(SqlCall cast, String text, SqlTypeNameSpec item) {
        SqlParserPos pos = cast.getParserPosition();
        var values = new ArrayList<SqlNode>();
        for (String written : new ArrayTexts(text).read()) {
            SqlNode value = written == null ? SqlLiteral.createNull(pos) : SqlLiteral.createCharString(written, pos);
            values.add(SqlStdOperatorTable.CAST.createCall(pos, value, new SqlDataTypeSpec(item, pos)));
        }
        if (values.isEmpty()) {
            return empty(cast, item);
        }
        SqlNode array = SqlStdOperatorTable.ARRAY_VALUE_CONSTRUCTOR.createCall(pos, values);
        return cast.getOperator().createCall(pos, array, cast.operand(1));
    }

    /// Calcite's constructor takes one item or more: what is left of one behind its end.
    static SqlCall empty(SqlCall cast, SqlTypeNameSpec item) {
        SqlParserPos pos = cast.getParserPosition();
        SqlNode none =
                SqlStdOperatorTable.CAST.createCall(pos, SqlLiteral.createNull(pos), new SqlDataTypeSpec(item, pos));
        SqlNode one = SqlStdOperatorTable.ARRAY_VALUE_CONSTRUCTOR.createCall(pos, none);
        return FunctionForms.function(
                "array_slice",
                pos,
                List.of(one, SqlLiteral.createExactNumeric("2", pos), SqlLiteral.createExactNumeric("2", pos)));
    }

    private List<@Nullable String> read() {
        blanks();
        take('{');
        blanks();
        if (at < text.length() && text.charAt(at) == '}') {
            at++;
        } else {
            item();
            while (at < text.length() && text.charAt(at) == ',') {
                at++;
                item();
            }
            take('}');
        }
        blanks();
        if (at < text.length()) {
            throw invalid();
        }
        return items;
    }

    private void item() {
        blanks();
        if (at < text.length() && text.charAt(at) == '"') {
            at++;
            items.add(quoted());
            blanks();
            return;
        }
        int from = at;
        while (at < text.length() && ",{}\"".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(from, at).strip();
        if (word.isEmpty()) {
            throw invalid();
        }
        items.add(word.equalsIgnoreCase("null") ? null : word);
    }

    /// Behind the first quote, to behind the last.
    private String quoted() {
        var value = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            value.append(text.charAt(at++));
        }
        take('"');
        return value.toString();
    }

    private void blanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private void take(char expected) {
        if (at >= text.length() || text.charAt(at) != expected) {
            throw invalid();
        }
        at++;
    }

    private QueryException invalid() {
        boolean nested = text.indexOf('{', 1) > 0;
        return new QueryException(
                nested ? ErrorCode.FEATURE_NOT_SUPPORTED : ErrorCode.INVALID_TEXT,
                nested ? "Arrays have one dimension." : "[%s] is not an array.".formatted(text),
                "Write '{1,2,3}', with items that hold blanks, commas or braces in double quotes.");
    }
}
