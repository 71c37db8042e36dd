package io.elanus.sql.plan.rel;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.error.Suggestions;
import io.elanus.sql.parser.ParsedStatement;
import io.elanus.sql.parser.SqlText;
import io.elanus.storage.ErrorCode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.sql.SqlHint;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlWith;
import org.jspecify.annotations.Nullable;

/// `SELECT /*+ CONSISTENCY('bounded', '5s'), ef_search(200) */ …`: settings of one statement, read from the tree
/// before it is converted.
final class Hints {
    private static final Set<String> NAMES = Set.of("consistency", "ef_search", "nprobe", "statement_timeout");

    private Hints() {}

    /// Puts the hints into `settings` and returns the query without them.
    static SqlNode take(ParsedStatement parsed, Map<String, String> settings) {
        SqlSelect select = outermost(parsed.node());
        SqlNodeList hints = select == null ? null : select.getHints();
        if (select != null && hints != null && hints.size() > 0) {
            hints.forEach(hint -> take((SqlHint) hint, parsed.text(), settings));
            select.setHints(SqlNodeList.EMPTY);
        }
        return parsed.node();
    }

    private static @Nullable SqlSelect outermost(SqlNode node) {
        return switch (node) {
            case SqlSelect select -> select;
            case SqlOrderBy orderBy -> outermost(orderBy.query);
            case SqlWith with -> outermost(with.body);
            default -> null;
        };
    }

    private static void take(SqlHint hint, String sql, Map<String, String> settings) {
        String name = hint.getName().toLowerCase(Locale.ROOT);
        if (!NAMES.contains(name)) {
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER,
                    "Hint [%s] is not known.".formatted(name),
                    SqlText.offset(sql, hint.getParserPosition()),
                    Suggestions.didYouMean(name, NAMES).orElse("Known hints: " + String.join(", ", List.copyOf(NAMES))),
                    null);
        }
        List<String> values = hint.getOptionList();
        if (values.isEmpty()) {
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER,
                    "Hint [%s] lacks its value.".formatted(name),
                    SqlText.offset(sql, hint.getParserPosition()),
                    "Write it in parentheses, e.g. ef_search(200).",
                    null);
        }
        settings.put(name, values.getFirst());
        if (name.equals("consistency") && values.size() > 1) {
            settings.put("consistency_bound", values.get(1));
        }
    }
}
