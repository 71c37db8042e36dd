package io.elanus.sql.plan.rel;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.FileFunctions;
import io.elanus.sql.parser.SqlText;
import io.elanus.sql.parser.tree.SyntaxOperators;
import io.elanus.storage.ErrorCode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/// A file in the place of a table: `'path'`, or `read_csv('path', delimiter => ';')` where it takes options.
record FileCall(String path, SequencedMap<String, String> options, SqlParserPos position) {
    /// @param sql that positions of errors refer to
    static @Nullable FileCall find(SqlCall call, String sql) {
        if (call.getOperator() == SyntaxOperators.FILE_TABLE) {
            return new FileCall(text(call.operand(0), sql), new LinkedHashMap<>(), call.getParserPosition());
        }
        if (call.getKind() != SqlKind.COLLECTION_TABLE || !(call.operand(0) instanceof SqlCall function)) {
            return null;
        }
        String format = FileFunctions.format(function.getOperator().getName());
        return format == null ? null : of(function, format, sql);
    }

    private static FileCall of(SqlCall function, String format, String sql) {
        if (function.operandCount() == 0) {
            throw wrong(function, sql);
        }
        var options = new LinkedHashMap<String, String>();
        if (!format.isEmpty()) {
            options.put("format", format);
        }
        for (SqlNode argument : function.getOperandList().subList(1, function.operandCount())) {
            if (argument.getKind() != SqlKind.ARGUMENT_ASSIGNMENT
                    || !(((SqlCall) argument).operand(1) instanceof SqlIdentifier name)) {
                throw wrong(argument, sql);
            }
            String option = name.getSimple().toLowerCase(Locale.ROOT);
            options.put(option.equals("null_text") ? "null" : option, text(((SqlCall) argument).operand(0), sql));
        }
        return new FileCall(text(function.operand(0), sql), options, function.getParserPosition());
    }

    private static String text(SqlNode value, String sql) {
        if (value instanceof SqlLiteral literal && literal.getValue() != null) {
            return literal.getValue() instanceof Boolean flag ? flag.toString() : String.valueOf(literal.toValue());
        }
        throw wrong(value, sql);
    }

    private static QueryException wrong(SqlNode where, String sql) {
        return new QueryException(
                ErrorCode.INVALID_PARAMETER,
                "A file is read by its path and named options, all of them literals.",
                SqlText.offset(sql, where.getParserPosition()),
                "Write FROM read_csv('/data/file.csv', delimiter => ';', header => false).",
                null);
    }

    /// The same for the same file read in the same way.
    String key() {
        return options.isEmpty() ? path : path + " " + options;
    }
}
