package io.elanus.sql.plan.rel;

import io.elanus.cluster.access.Access;
import io.elanus.sql.catalog.FileTable;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.SqlText;
import io.elanus.sql.security.Need;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlShuttle;
import org.jspecify.annotations.Nullable;

/// Finds the files in the place of tables, asks for the right to read them before one is looked at, and puts names
/// of tables in their places. A file without an alias goes by its own name without folders and suffix.
final class FileReads extends SqlShuttle {
    private final SchemaView view;
    private final String sql;
    private final Map<String, FileTable> files = new HashMap<>();

    /// @param sql that positions of errors refer to
    FileReads(SchemaView view, String sql) {
        this.view = view;
        this.sql = sql;
    }

    SqlNode apply(SqlNode query) {
        SqlNode applied = query.accept(this);
        return applied == null ? query : applied;
    }

    /// What was found, by the names in schema [FileTable#SCHEMA].
    Map<String, FileTable> files() {
        return files;
    }

    @Override
    public @Nullable SqlNode visit(SqlCall call) {
        FileCall file = FileCall.find(call, sql);
        if (file != null) {
            SqlParserPos pos = call.getParserPosition();
            return SqlStdOperatorTable.AS.createCall(pos, name(file), new SqlIdentifier(alias(file.path()), pos));
        }
        FileCall named = call.getKind() == SqlKind.AS && call.operand(0) instanceof SqlCall inner
                ? FileCall.find(inner, sql)
                : null;
        if (named != null) {
            var operands = new ArrayList<SqlNode>(call.getOperandList());
            operands.set(0, name(named));
            return SqlStdOperatorTable.AS.createCall(call.getParserPosition(), operands);
        }
        return super.visit(call);
    }

    private SqlIdentifier name(FileCall file) {
        String key = file.key();
        if (!files.containsKey(key)) {
            view.authority()
                    .check(
                            view.role(),
                            List.of(new Need.MemberOf(Access.READ_SERVER_FILES, "read files of the server")));
            try {
                files.put(key, new FileTable(view.files().find(file.path(), file.options())));
            } catch (QueryException e) {
                int position = SqlText.offset(sql, file.position());
                throw new QueryException(
                        e.code(),
                        String.valueOf(e.getMessage()),
                        position,
                        e.hint().orElse(null),
                        e);
            }
        }
        return new SqlIdentifier(List.of(FileTable.SCHEMA, key), file.position());
    }

    private static String alias(String path) {
        String name = path.substring(path.replace('\\', '/').lastIndexOf('/') + 1);
        int dot = name.indexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
