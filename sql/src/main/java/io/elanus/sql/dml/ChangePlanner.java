package io.elanus.sql.dml;

import io.elanus.cluster.access.Privilege;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.dml.ChangePlan.Answer;
import io.elanus.sql.dml.ChangePlan.Cell;
import io.elanus.sql.dml.ChangePlan.OnConflict;
import io.elanus.sql.dml.ChangePlan.SetClause;
import io.elanus.sql.dml.ChangePlan.Source;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.error.Suggestions;
import io.elanus.sql.parser.ParsedStatement;
import io.elanus.sql.parser.ParsedStatement.SearchMode;
import io.elanus.sql.parser.SqlText;
import io.elanus.sql.parser.TreeCopy;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.sql.parser.tree.SyntaxOperators;
import io.elanus.sql.plan.rel.Parameters;
import io.elanus.sql.plan.rel.PlannedQuery;
import io.elanus.sql.plan.rel.QueryPlanner;
import io.elanus.sql.plan.rel.Rights;
import io.elanus.sql.security.RowGuard;
import io.elanus.sql.session.Returning;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlInsert;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/// Plans statements that change rows. Their expressions are planned as queries over the table and taken out of the
/// plans; so they obey the same rules as in SELECT.
public final class ChangePlanner {
    static final String EXCLUDED = "excluded";

    private final ParsedStatement parsed;
    private final SchemaView view;
    private final String defaultSchema;
    private final Returning wanted;
    private final Parameters parameters;
    private final ChangeQueries queries;
    /// The queries of WITH that the statement's own may name; null: none.
    private @Nullable SqlNodeList with;

    /// @param wanted what the caller wants to know of the changed rows when the statement does not say it
    public ChangePlanner(ParsedStatement parsed, SchemaView view, String defaultSchema, Returning wanted) {
        this.parsed = parsed;
        this.view = view;
        this.defaultSchema = defaultSchema;
        this.wanted = wanted;
        this.parameters = new Parameters(parsed.parameters());
        this.queries = new ChangeQueries(this::plan);
    }

    /// @param statement INSERT, UPDATE, DELETE or MERGE, perhaps behind WITH
    public ChangePlan plan(Statement statement) {
        if (statement instanceof Statement.With(var named, var change)) {
            with = named;
            return plan(change);
        }
        return switch (statement) {
            case Statement.Insert insert -> insert(insert);
            case Statement.Update update -> update(update);
            case Statement.Delete delete -> delete(delete);
            case Statement.Merge merge -> merge(merge);
            default -> throw new IllegalStateException("Changes no rows: " + statement);
        };
    }

    private PlannedQuery plan(SqlNode query, boolean exposeHidden) {
        return plan(query, new QueryPlanner.Use(exposeHidden, 0, 0));
    }

    private PlannedQuery plan(SqlNode query, QueryPlanner.Use use) {
        SqlNode whole = with == null ? query : new SqlWith(SqlParserPos.ZERO, (SqlNodeList) TreeCopy.of(with), query);
        var inner = new ParsedStatement(parsed.text(), whole, parsed.parameters(), SearchMode.DEFAULT);
        return QueryPlanner.plan(inner, view, defaultSchema, use, parameters);
    }

    private RowGuard guard(TableSchema table, Privilege command, boolean answers) {
        return new Rights(view, parameters).guard(table, command, answers);
    }

    private ChangePlan.Given given(RowGuard guard) {
        return new ChangePlan.Given(parameters.types(), parameters.sessionValues(), guard);
    }

    private TableSchema table(SqlNode node) {
        if (!(node instanceof SqlIdentifier name)) {
            throw new QueryException(
                    ErrorCode.FEATURE_NOT_SUPPORTED, "Only a table can be changed.", position(node), null, null);
        }
        return view.table(name.names, defaultSchema, position(name));
    }

    private int position(SqlNode node) {
        return position(node.getParserPosition());
    }

    int position(SqlParserPos at) {
        return SqlText.offset(parsed.text(), at);
    }

    private Column column(TableSchema table, SqlIdentifier name) {
        String last = name.names.getLast();
        return table.findColumn(last)
                .filter(column -> !column.hidden())
                .orElseThrow(() -> undefined(table, last, position(name)));
    }

    private static QueryException undefined(TableSchema table, String name, int position) {
        List<String> names = visible(table).stream().map(Column::name).toList();
        return new QueryException(
                ErrorCode.UNDEFINED_COLUMN,
                "Column [%s] does not exist in table [%s].".formatted(name, table.name()),
                position,
                Suggestions.didYouMean(name, names).orElse(null),
                null);
    }

    static List<Column> visible(TableSchema table) {
        return table.columns().stream().filter(column -> !column.hidden()).toList();
    }

    private ChangePlan insert(Statement.Insert statement) {
        SqlInsert insert = statement.insert();
        TableSchema table = table(insert.getTargetTable());
        SqlNodeList named = insert.getTargetColumnList();
        List<Column> columns = targets(
                table,
                named == null
                        ? List.of()
                        : named.stream().map(SqlIdentifier.class::cast).toList());
        List<Integer> ordinals = ordinals(table, columns);
        Source source = source(insert.getSource(), columns);
        RowGuard guard = guard(table, Privilege.INSERT, !statement.returning().isEmpty());
        OnConflict onConflict = onConflict(table, insert, statement.conflict());
        Optional<Answer> answer = answer(table, alias(insert), statement.returning());
        return new ChangePlan.Insert(table, ordinals, source, onConflict, answer, given(guard));
    }

    /// @param names empty: all
    List<Column> targets(TableSchema table, List<SqlIdentifier> names) {
        if (names.isEmpty()) {
            return visible(table);
        }
        var columns = new ArrayList<Column>();
        var seen = new HashSet<Integer>();
        for (SqlIdentifier node : names) {
            Column column = column(table, node);
            if (!seen.add(column.id())) {
                throw new QueryException(
                        ErrorCode.DUPLICATE_COLUMN,
                        "Column [%s] is named twice.".formatted(column.name()),
                        position(node),
                        null,
                        null);
            }
            columns.add(column);
        }
        return columns;
    }

    private Source source(SqlNode source, List<Column> columns) {
        if (source instanceof SqlCall call && call.getOperator() == SyntaxOperators.DEFAULT_VALUES) {
            return new Source.Rows(
                    List.of(columns.stream().map(_ -> (Cell) new Cell.Default()).toList()));
        }
        if (source.getKind() != SqlKind.VALUES) {
            PlannedQuery query = plan(source, false);
            checkWidth(query.columns().size(), columns, source);
            return new Source.Queries(List.of(query));
        }
        List<List<SqlNode>> rows = ChangeQueries.rows(source);
        var cells = new ArrayList<List<Cell>>();
        boolean simple = true;
        for (List<SqlNode> row : rows) {
            checkWidth(row.size(), columns, row.isEmpty() ? source : row.getFirst());
            Optional<List<Cell>> simpleRow = simple ? Cells.of(row, columns, parameters) : Optional.empty();
            simple = simpleRow.isPresent();
            simpleRow.ifPresent(cells::add);
        }
        if (simple) {
            return new Source.Rows(cells);
        }
        return new Source.Queries(
                rows.stream().map(row -> queries.row(row, columns)).toList());
    }

    private void checkWidth(int given, List<Column> columns, SqlNode at) {
        if (given != columns.size()) {
            throw widthError(given, columns, at);
        }
    }

    private QueryException widthError(int given, List<Column> columns, SqlNode at) {
        return new QueryException(
                ErrorCode.SYNTAX_ERROR,
                "INSERT has [%d] values for [%d] columns.".formatted(given, columns.size()),
                position(at),
                "Name the columns: INSERT INTO t (a, b) VALUES (…, …).",
                null);
    }

    private OnConflict onConflict(TableSchema table, SqlInsert insert, Statement.@Nullable Conflict conflict) {
        if (insert.isUpsert()) {
            return new OnConflict.Replace();
        }
        if (conflict == null) {
            return new OnConflict.Fail();
        }
        for (SqlIdentifier name : conflict.target()) {
            if (column(table, name).id() != table.keyColumnId()) {
                throw new QueryException(
                        ErrorCode.WRONG_OBJECT_TYPE,
                        "Column [%s] is not unique.".formatted(name.getSimple()),
                        position(name),
                        "The unique column of table [%s] is its key [%s]."
                                .formatted(table.name(), table.keyColumn().name()),
                        null);
            }
        }
        if (conflict.columns().isEmpty()) {
            return new OnConflict.Nothing();
        }
        List<Column> columns = assigned(table, conflict.columns());
        return new OnConflict.Update(
                queries.assignments(table, alias(insert), columns, conflict.values(), conflict.where(), true));
    }

    private static String alias(SqlInsert insert) {
        return ((SqlIdentifier) insert.getTargetTable()).names.getLast();
    }

    /// The columns of a SET clause; the key stays as it is.
    List<Column> assigned(TableSchema table, List<SqlIdentifier> names) {
        var columns = new ArrayList<Column>();
        for (SqlIdentifier name : names) {
            Column column = column(table, name);
            if (column.id() == table.keyColumnId()) {
                throw new QueryException(
                        ErrorCode.FEATURE_NOT_SUPPORTED,
                        "Key column [%s] cannot be assigned.".formatted(column.name()),
                        position(name),
                        "DELETE the row and INSERT it with its new key.",
                        null);
            }
            columns.add(column);
        }
        return columns;
    }

    private ChangePlan update(Statement.Update update) {
        TableSchema table = table(update.target().table());
        String name = update.target().name();
        List<Column> columns = assigned(table, update.columns());
        RowGuard guard = guard(table, Privilege.UPDATE, true);
        SqlNode where = update.where();
        if (update.from() != null || update.values().stream().anyMatch(ChangeQueries::hasSubQuery)) {
            return updateFrom(update, table, columns, guard);
        }
        PlannedQuery keys = queries.keys(table, name, null, where);
        SqlNode again = where == null || ChangeQueries.hasSubQuery(where) ? null : where;
        SetClause set = queries.assignments(table, name, columns, update.values(), again, false);
        Optional<Answer> answer = answer(table, name, update.returning());
        return new ChangePlan.Update(table, keys, set, answer, given(guard));
    }

    private ChangePlan updateFrom(Statement.Update update, TableSchema table, List<Column> columns, RowGuard guard) {
        List<Column> read = visible(table).stream()
                .filter(column -> ChangeQueries.reads(update, column))
                .toList();
        PlannedQuery rows = queries.newRows(table, update, columns, read);
        Optional<Answer> answer = answer(table, update.target().name(), update.returning());
        return new ChangePlan.UpdateFrom(
                table, rows, ordinals(table, columns), ordinals(table, read), answer, given(guard));
    }

    private static List<Integer> ordinals(TableSchema table, List<Column> columns) {
        return columns.stream().map(column -> table.ordinal(column.id())).toList();
    }

    private ChangePlan merge(Statement.Merge merge) {
        TableSchema table = table(merge.target().table());
        MergePlanner.Merged merged = new MergePlanner(this, queries, merge, table).plan();
        Optional<Answer> answer = answer(table, merge.target().name(), merge.returning());
        RowGuard guard = new Rights(view, parameters)
                .mergeGuard(table, !merge.returning().isEmpty());
        return new ChangePlan.Merge(table, merged.rows(), merged.actions(), merged.read(), answer, given(guard));
    }

    private ChangePlan delete(Statement.Delete delete) {
        TableSchema table = table(delete.target().table());
        String name = delete.target().name();
        SqlNode where = delete.where();
        RowGuard guard = guard(table, Privilege.DELETE, true);
        PlannedQuery keys = queries.keys(table, name, delete.using(), where);
        Optional<Expr> again = where == null || delete.using() != null || ChangeQueries.hasSubQuery(where)
                ? Optional.empty()
                : queries.assignments(table, name, List.of(), List.of(), where, false)
                        .where();
        Optional<Answer> answer = answer(table, name, delete.returning());
        return new ChangePlan.Delete(table, keys, again, answer, given(guard));
    }

    private Optional<Answer> answer(TableSchema table, String alias, List<SqlNode> returning) {
        if (!returning.isEmpty()) {
            return Optional.of(queries.answer(table, alias, returning, true));
        }
        List<Column> columns = wantedColumns(table);
        if (columns.isEmpty()) {
            return Optional.empty();
        }
        List<SqlNode> items = columns.stream()
                .<SqlNode>map(column -> new SqlIdentifier(List.of(alias, column.name()), SqlParserPos.ZERO))
                .toList();
        return Optional.of(queries.answer(table, alias, items, false));
    }

    private List<Column> wantedColumns(TableSchema table) {
        List<Column> visible = visible(table);
        return switch (wanted) {
            case Returning.Nothing _ -> List.of();
            case Returning.Key _ -> table.keyColumn().hidden() ? List.of() : List.of(table.keyColumn());
            case Returning.Names(List<String> names) ->
                names.stream().map(name -> named(table, name)).toList();
            case Returning.Ordinals(List<Integer> ordinals) -> {
                for (int ordinal : ordinals) {
                    if (ordinal < 1 || ordinal > visible.size()) {
                        throw new QueryException(
                                ErrorCode.UNDEFINED_COLUMN,
                                "Table [%s] has [%d] columns and none with number [%d]."
                                        .formatted(table.name(), visible.size(), ordinal),
                                "Columns are numbered from 1, as in the table.");
                    }
                }
                yield ordinals.stream().map(ordinal -> visible.get(ordinal - 1)).toList();
            }
        };
    }

    /// Clients often ask for names in capitals.
    private Column named(TableSchema table, String name) {
        return visible(table).stream()
                .filter(column -> column.name().equals(name))
                .findFirst()
                .or(() -> visible(table).stream()
                        .filter(column -> column.name().equalsIgnoreCase(name))
                        .findFirst())
                .orElseThrow(() -> undefined(table, name, 0));
    }
}
