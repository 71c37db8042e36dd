package io.elanus.sql.session;

import io.elanus.cluster.access.Access;
import io.elanus.sql.catalog.FileTables;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.copy.ReadableFiles;
import io.elanus.sql.copy.export.ExportPlan;
import io.elanus.sql.dml.ChangePlanner;
import io.elanus.sql.error.QueryErrors;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.ParsedStatement;
import io.elanus.sql.parser.ParsedStatement.SearchMode;
import io.elanus.sql.parser.Selects;
import io.elanus.sql.parser.SqlText;
import io.elanus.sql.parser.StatementParser;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.sql.plan.rel.QueryPlanner;
import io.elanus.sql.security.StatementNeeds;
import io.elanus.sql.session.PreparedQuery.Kind;
import io.elanus.sql.session.PreparedQuery.ResultColumn;
import io.elanus.storage.ErrorCode;
import java.util.List;
import java.util.Objects;
import org.apache.calcite.sql.SqlDescribeTable;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.parser.SqlParserPos;

/// From text to [Compiled].
final class Compiler {
    private final SchemaView view;
    private final String schema;
    private final ReadableFiles files;
    private final Returning wanted;

    /// @param files that COPY may read and write
    /// @param wanted what the caller wants to know of changed rows
    Compiler(SchemaView view, String schema, ReadableFiles files, Returning wanted) {
        this.view = view.reading(files);
        this.schema = schema;
        this.files = files;
        this.wanted = wanted;
    }

    Compiled compile(String sql) {
        try {
            return compile(StatementParser.parse(sql));
        } catch (RuntimeException | StackOverflowError e) {
            throw QueryErrors.of(e);
        }
    }

    private Compiled compile(ParsedStatement parsed) {
        return parsed.statement().map(statement -> compile(statement, parsed)).orElseGet(() -> compileQuery(parsed));
    }

    private Compiled compile(Statement statement, ParsedStatement parsed) {
        new StatementNeeds(view, schema, parsed.text()).check(statement);
        return switch (statement) {
            case Statement.Insert _, Statement.Update _, Statement.Delete _, Statement.Merge _, Statement.With _ ->
                new Compiled.Change(new ChangePlanner(parsed, view, schema, wanted).plan(statement));
            case Statement.Explain explain -> explain(explain, parsed);
            case Statement.CreateSchema _,
                    Statement.DropSchema _,
                    Statement.CreateTable _,
                    Statement.AlterTable _,
                    Statement.DropTable _,
                    Statement.DropView _,
                    Statement.CreateIndex _,
                    Statement.DropIndex _,
                    Statement.CreateRole _,
                    Statement.AlterRole _,
                    Statement.DropRole _,
                    Statement.Grant _,
                    Statement.Revoke _,
                    Statement.CreatePolicy _,
                    Statement.DropPolicy _ -> command(statement, parsed, Kind.DDL, List.of());
            case Statement.CreateView create ->
                new ViewCompiler(view.reading(FileTables.NONE), schema).compile(create, parsed);
            case Statement.Show show -> show(show, parsed);
            case Statement.CopyTo copy -> export(copy, parsed);
            case Statement.Maintenance maintenance
            when maintenance.action().equals("TRUNCATE") -> truncate(maintenance, parsed);
            case Statement.Copy _,
                    Statement.Set _,
                    Statement.Reset _,
                    Statement.Transaction _,
                    Statement.CreateExtension _,
                    Statement.Maintenance _,
                    Statement.SetRole _,
                    Statement.KillQuery _ -> command(statement, parsed, Kind.UTILITY, List.of());
            case Statement.Backup _, Statement.Restore _, Statement.ShowBackups _ ->
                command(statement, parsed, Kind.QUERY, BackupCommands.columns(statement));
        };
    }

    private static Compiled command(
            Statement statement, ParsedStatement parsed, Kind kind, List<ResultColumn> columns) {
        return new Compiled.Command(statement, parsed.text(), kind, columns);
    }

    private Compiled explain(Statement.Explain explain, ParsedStatement parsed) {
        var options = ExplainOptions.of(explain, parsed.text());
        var inner = new ParsedStatement(parsed.text(), explain.statement(), parsed.parameters(), parsed.search());
        Compiled compiled = compile(inner);
        if (options.recall()) {
            SearchRecall.check(compiled);
        }
        return new Compiled.Explain(compiled, options);
    }

    /// TRUNCATE deletes every row, as DELETE without a condition does.
    private Compiled truncate(Statement.Maintenance maintenance, ParsedStatement parsed) {
        SqlIdentifier table = Objects.requireNonNull(maintenance.table());
        Statement delete = new Statement.Delete(new Statement.Target(table, null), null, null, List.of());
        // Every row means also those that policies hide.
        var all = new ChangePlanner(parsed, view.as(Access.FIRST), schema, wanted);
        return new Compiled.Change(all.plan(delete));
    }

    private Compiled export(Statement.CopyTo copy, ParsedStatement parsed) {
        SqlNode given = copy.query();
        SqlNode query = given == null ? allRows(copy) : given;
        if (!query.isA(SqlKind.QUERY)) {
            throw new QueryException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "COPY TO takes a table or a query.",
                    "Write COPY (SELECT …) TO 'file'.");
        }
        var inner = new ParsedStatement(parsed.text(), query, parsed.parameters(), parsed.search());
        return new Compiled.Export(
                QueryPlanner.plan(inner, view, schema, false),
                ExportPlan.of(copy.file(), copy.options(), files.folders()));
    }

    private static SqlNode allRows(Statement.CopyTo copy) {
        SqlIdentifier table = Objects.requireNonNull(copy.table());
        SqlParserPos position = table.getParserPosition();
        SqlNodeList columns = copy.columns() == null
                ? SqlNodeList.of(SqlIdentifier.star(position))
                : new SqlNodeList(copy.columns().getList(), position);
        return Selects.of(position, columns, table, null);
    }

    private Compiled compileQuery(ParsedStatement parsed) {
        SqlNode node = parsed.node();
        return switch (node) {
            case SqlDescribeTable describe -> show(new Statement.Show(List.of("columns"), describe.getTable()), parsed);
            default -> {
                if (!node.isA(SqlKind.QUERY)) {
                    throw new QueryException(
                            ErrorCode.FEATURE_NOT_SUPPORTED,
                            "Statement [%s] is not supported.".formatted(node.getKind()),
                            SqlText.offset(parsed.text(), node.getParserPosition()),
                            null,
                            null);
                }
                yield new Compiled.Query(QueryPlanner.plan(parsed, view, schema, false));
            }
        };
    }

    /// SHOW of a table-like thing is a query of the system tables; of a setting, a command.
    private Compiled show(Statement.Show show, ParsedStatement parsed) {
        String what = String.join(" ", show.words());
        String query = switch (what) {
            case "tables" ->
                "SELECT table_schema, table_name, table_type FROM information_schema.tables WHERE table_schema = "
                        + quoted(
                                show.from() == null ? schema : show.from().names.getLast())
                        + " ORDER BY table_name";
            case "schemas", "databases" -> "SELECT schema_name FROM information_schema.schemata ORDER BY schema_name";
            case "columns" ->
                ofTable(
                        show,
                        parsed,
                        "column_name, column_type, is_nullable, column_default",
                        "columns",
                        "ordinal_position");
            case "indexes", "index", "indices" ->
                ofTable(
                        show,
                        parsed,
                        "index_name, column_name, index_type, metric, parameters",
                        "indexes",
                        "index_name");
            case "queries", "processlist" -> "SELECT * FROM system.queries";
            case "sessions" -> "SELECT * FROM system.sessions";
            case "users" -> "SELECT * FROM system.users ORDER BY user_name";
            case "roles" -> "SELECT * FROM system.roles ORDER BY role_name";
            case "grants" -> grants(show);
            case "policies" -> "SELECT * FROM system.policies ORDER BY table_schema, table_name, policy_name";
            default -> "";
        };
        if (query.isEmpty()) {
            List<ResultColumn> columns = what.equals("all")
                    ? List.of(Compiled.text("name"), Compiled.text("setting"), Compiled.text("description"))
                    : List.of(Compiled.text(what));
            return command(show, parsed, Kind.QUERY, columns);
        }
        ParsedStatement inner = StatementParser.parse(query);
        return new Compiled.Query(QueryPlanner.plan(
                new ParsedStatement(query, inner.node(), 0, SearchMode.DEFAULT), view, schema, false));
    }

    private static String grants(Statement.Show show) {
        String of = show.from() == null
                ? ""
                : " WHERE grantee = " + quoted(show.from().names.getLast());
        return "SELECT * FROM system.grants" + of
                + " ORDER BY grantee, object_kind, table_schema, table_name, column_name, privilege";
    }

    private String ofTable(Statement.Show show, ParsedStatement parsed, String columns, String source, String order) {
        if (show.from() == null) {
            return "SELECT table_name, " + columns + " FROM information_schema." + source + " WHERE table_schema = "
                    + quoted(schema) + " ORDER BY table_name, " + order;
        }
        int position = SqlText.offset(parsed.text(), show.from().getParserPosition());
        var name = SchemaView.tableName(show.from().names, schema, position);
        if (!view.tableNames(name.schema()).contains(name.table())) {
            throw view.undefinedTable(name, position);
        }
        return "SELECT " + columns + " FROM information_schema." + source + " WHERE table_schema = "
                + quoted(name.schema()) + " AND table_name = " + quoted(name.table()) + " ORDER BY " + order;
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
