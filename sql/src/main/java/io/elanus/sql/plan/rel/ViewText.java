package io.elanus.sql.plan.rel;

import io.elanus.proto.grpc.ViewReference;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.catalog.StoredTable;
import io.elanus.sql.catalog.StoredView;
import io.elanus.sql.parser.ParsedStatement;
import io.elanus.sql.parser.SqlText;
import io.elanus.storage.type.Column;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.dialect.PostgresqlSqlDialect;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorNamespace;

/// The text of a view's query as the catalog keeps it, with each `*` written out, and what the query reads.
///
/// Of a table that is read, every column counts whose name the query holds anywhere: rather one too many than a
/// view that breaks.
public record ViewText(String query, List<ViewReference> references) {

    /// @param parsed a query that has passed the planner; blanks may stand before it
    public static ViewText of(ParsedStatement parsed, SchemaView view, String defaultSchema) {
        var reader = view.reader(defaultSchema, false);
        var validator = new QueryValidator(reader, view.types());
        List<SqlParserPos> stars = stars(parsed.node());
        SqlNode validated = validator.validate(parsed.node());
        return new ViewText(withoutStars(parsed.text(), stars, validated), references(validated, validator));
    }

    private static List<SqlParserPos> stars(SqlNode node) {
        var stars = new ArrayList<SqlParserPos>();
        node.accept(new SqlBasicVisitor<Void>() {
            @Override
            public Void visit(SqlIdentifier name) {
                if (name.isStar() && name.getParserPosition().getLineNum() > 0) {
                    stars.add(name.getParserPosition());
                }
                return super.visit(name);
            }
        });
        return stars;
    }

    /// The items that a star became have its position.
    private static String withoutStars(String text, List<SqlParserPos> stars, SqlNode validated) {
        Map<SqlParserPos, List<String>> items = new LinkedHashMap<>();
        validated.accept(new SqlBasicVisitor<Void>() {
            @Override
            public Void visit(SqlCall call) {
                if (call instanceof SqlSelect select) {
                    for (SqlNode item : select.getSelectList()) {
                        if (stars.contains(item.getParserPosition())) {
                            items.computeIfAbsent(item.getParserPosition(), _ -> new ArrayList<>())
                                    .add(sql(item));
                        }
                    }
                }
                return super.visit(call);
            }
        });
        var result = new StringBuilder(text);
        items.keySet().stream()
                .sorted(Comparator.comparingInt((SqlParserPos star) -> SqlText.offset(text, star))
                        .reversed())
                .forEach(star -> result.replace(
                        SqlText.offset(text, star) - 1,
                        SqlText.offset(text, star.getEndLineNum(), star.getEndColumnNum()),
                        String.join(", ", items.getOrDefault(star, List.of()))));
        return result.toString().strip();
    }

    private static String sql(SqlNode item) {
        if (item instanceof SqlIdentifier name) {
            return String.join(
                    ".",
                    name.names.stream()
                            .map(part -> '"' + part.replace("\"", "\"\"") + '"')
                            .toList());
        }
        return item.toSqlString(PostgresqlSqlDialect.DEFAULT).getSql();
    }

    private static List<ViewReference> references(SqlNode validated, SqlValidator validator) {
        var names = new HashSet<String>();
        var everything = new boolean[1];
        var relations = new LinkedHashMap<Long, List<Column>>();
        validated.accept(new SqlBasicVisitor<Void>() {
            @Override
            public Void visit(SqlIdentifier name) {
                names.add(name.names.getLast());
                relation(validator.getNamespace(name), relations);
                return super.visit(name);
            }

            @Override
            public Void visit(SqlCall call) {
                everything[0] |= call instanceof SqlJoin join && join.isNatural();
                return super.visit(call);
            }
        });
        return relations.entrySet().stream()
                .map(entry -> reference(entry.getKey(), entry.getValue(), everything[0] ? Set.of() : names))
                .toList();
    }

    private static void relation(
            @org.jspecify.annotations.Nullable SqlValidatorNamespace namespace, Map<Long, List<Column>> relations) {
        var table = namespace == null ? null : namespace.getTable();
        if (table == null) {
            return;
        }
        StoredTable stored = table.unwrap(StoredTable.class);
        if (stored != null) {
            relations.put(stored.schema().tableId(), stored.columns());
        }
        StoredView view = table.unwrap(StoredView.class);
        if (view != null) {
            relations.put(view.schema().getViewId(), view.columns());
        }
    }

    /// @param names that the query holds; empty: all
    private static ViewReference reference(long relation, List<Column> columns, Set<String> names) {
        var reference = ViewReference.newBuilder().setRelationId(relation);
        columns.stream()
                .filter(column -> names.isEmpty() || names.contains(column.name()))
                .forEach(column -> reference.addColumnIds(column.id()));
        return reference.build();
    }
}
