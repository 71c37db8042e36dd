package io.elanus.sql.catalog;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.SqlText;
import io.elanus.sql.parser.StatementParser;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlBasicVisitor;

/// The CHECK constraints of a table: conditions by their names, kept as text among the table's options, so that they
/// change, travel and are restored with its other properties.
public final class CheckConstraints {
    private static final String OPTION = "check:";
    /// What stands before a condition that is parsed by itself.
    private static final String BEFORE = "SELECT (";

    private CheckConstraints() {}

    /// Conditions by name, in the order of the names.
    public static Map<String, String> of(TableSchema table) {
        var checks = new TreeMap<String, String>();
        table.options().forEach((name, condition) -> {
            if (name.startsWith(OPTION)) {
                checks.put(name.substring(OPTION.length()), condition);
            }
        });
        return checks;
    }

    /// The table with these constraints too.
    ///
    /// @param sql in which they are written
    public static TableSchema added(TableSchema table, List<Statement.Check> checks, String sql) {
        Map<String, String> options = new HashMap<>(table.options());
        for (Statement.Check check : checks) {
            String condition = condition(check.condition(), sql);
            SqlIdentifier given = check.name();
            String name = given == null ? free(table, condition, options) : given.getSimple();
            if (options.putIfAbsent(OPTION + name, condition) != null) {
                throw new QueryException(
                        ErrorCode.DUPLICATE_OBJECT,
                        "Table [%s] has a constraint [%s] already.".formatted(table.name(), name),
                        SqlText.offset(sql, check.condition()),
                        null,
                        null);
            }
        }
        return table.withOptions(options);
    }

    /// The text of a condition, without its parentheses.
    private static String condition(SqlParserPos pos, String sql) {
        int to = SqlText.offset(sql, pos.getEndLineNum(), pos.getEndColumnNum());
        return sql.substring(SqlText.offset(sql, pos), to - 1).strip();
    }

    /// As PostgreSQL names it: by the table, and by the column if it is about one.
    private static String free(TableSchema table, String condition, Map<String, String> taken) {
        List<String> columns = mentions(condition).stream()
                .map(Mention::name)
                .filter(name -> table.findColumn(name).isPresent())
                .distinct()
                .toList();
        String name = table.name().table() + (columns.size() == 1 ? "_" + columns.getFirst() : "") + "_check";
        String free = name;
        for (int i = 1; taken.containsKey(OPTION + free); i++) {
            free = name + i;
        }
        return free;
    }

    /// The table without a constraint.
    public static TableSchema dropped(TableSchema table, String name) {
        Map<String, String> options = new HashMap<>(table.options());
        options.remove(OPTION + name);
        return table.withOptions(options);
    }

    /// The table without the constraints that are about a column, which goes.
    static TableSchema withoutColumn(TableSchema table, Column column) {
        TableSchema left = table;
        for (var check : of(table).entrySet()) {
            if (mentions(check.getValue()).stream().anyMatch(at -> at.name().equals(column.name()))) {
                left = dropped(left, check.getKey());
            }
        }
        return left;
    }

    /// The table with its constraints about a column that is called otherwise now.
    static TableSchema renamed(TableSchema table, String from, String to) {
        Map<String, String> options = new HashMap<>(table.options());
        of(table).forEach((name, condition) -> {
            var text = new StringBuilder(condition);
            for (Mention at : mentions(condition).reversed()) {
                if (at.name().equals(from)) {
                    text.replace(at.begin(), at.end(), '"' + to.replace("\"", "\"\"") + '"');
                }
            }
            options.put(OPTION + name, text.toString());
        });
        return table.withOptions(options);
    }

    /// The last part of a name in a condition.
    ///
    /// @param begin in the condition's text
    private record Mention(String name, int begin, int end) {}

    /// In the order of the text.
    private static List<Mention> mentions(String condition) {
        String sql = BEFORE + condition + "\n)";
        var found = new TreeMap<Integer, Mention>();
        StatementParser.parse(sql).node().accept(new SqlBasicVisitor<Void>() {
            @Override
            public Void visit(SqlIdentifier name) {
                SqlParserPos pos = name.getComponentParserPosition(name.names.size() - 1);
                if (!name.isStar() && pos.getLineNum() > 0) {
                    int begin = SqlText.offset(sql, pos) - 1 - BEFORE.length();
                    int end = SqlText.offset(sql, pos.getEndLineNum(), pos.getEndColumnNum()) - BEFORE.length();
                    found.put(begin, new Mention(name.names.getLast(), begin, end));
                }
                return super.visit(name);
            }
        });
        return new ArrayList<>(found.values());
    }
}
