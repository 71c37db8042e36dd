package io.elanus.sql.security;

import io.elanus.proto.grpc.ColumnSchema;
import io.elanus.proto.grpc.ViewSchema;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.SqlText;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.sql.SqlIdentifier;

/// The tables and views that a statement names.
final class Relations {
    private final SchemaView view;
    private final String defaultSchema;
    private final String sql;

    Relations(SchemaView view, String defaultSchema, String sql) {
        this.view = view;
        this.defaultSchema = defaultSchema;
        this.sql = sql;
    }

    private int position(SqlIdentifier name) {
        return SqlText.offset(sql, name.getParserPosition());
    }

    TableName name(SqlIdentifier name) {
        return SchemaView.tableName(name.names, defaultSchema, position(name));
    }

    /// Empty: there is none; the statement itself will say so.
    Optional<Need.Relation> find(SqlIdentifier written) {
        TableName name = name(written);
        Optional<Need.Relation> table =
                view.catalog().findTable(name).map(found -> new Need.Relation(found.tableId(), name));
        return table.or(() -> view.catalog().findView(name).map(found -> new Need.Relation(found.getViewId(), name)));
    }

    Need.Relation of(SqlIdentifier written) {
        return find(written).orElseThrow(() -> view.undefinedTable(name(written), position(written)));
    }

    /// Not a view.
    Need.Relation table(SqlIdentifier written) {
        TableSchema table = view.table(written.names, defaultSchema, position(written));
        return new Need.Relation(table.tableId(), table.name());
    }

    /// The tables and views that a GRANT is about; none of schemas.
    List<Need.Relation> of(Statement.GrantTarget target) {
        return switch (target.kind()) {
            case TABLE -> target.names().stream().map(this::of).toList();
            case SCHEMA -> List.of();
            case TABLES_OF_SCHEMA -> {
                var all = new ArrayList<Need.Relation>();
                target.names().forEach(name -> all.addAll(ofSchema(name)));
                yield all;
            }
        };
    }

    private List<Need.Relation> ofSchema(SqlIdentifier written) {
        String schema = written.names.getLast();
        if (!view.catalog().schemas().contains(schema)) {
            throw view.undefinedSchema(schema, position(written));
        }
        var all = new ArrayList<Need.Relation>();
        for (TableSchema table : view.catalog().tables().values()) {
            if (table.name().schema().equals(schema)) {
                all.add(new Need.Relation(table.tableId(), table.name()));
            }
        }
        for (ViewSchema found : view.catalog().views()) {
            if (found.getSchemaName().equals(schema)) {
                all.add(new Need.Relation(found.getViewId(), new TableName(schema, found.getName())));
            }
        }
        return all;
    }

    int columnId(Need.Relation relation, SqlIdentifier written) {
        String name = written.getSimple();
        Optional<Integer> id = view.catalog()
                .findTable(relation.name())
                .flatMap(table -> table.findColumn(name))
                .filter(column -> !column.hidden())
                .map(Column::id)
                .or(() -> view.catalog()
                        .findView(relation.name())
                        .flatMap(found -> found.getColumnsList().stream()
                                .filter(column -> column.getName().equals(name))
                                .map(ColumnSchema::getId)
                                .findFirst()));
        return id.orElseThrow(() -> new QueryException(
                ErrorCode.UNDEFINED_COLUMN,
                "Column [%s] does not exist in [%s].".formatted(name, relation.name()),
                position(written),
                null,
                null));
    }
}
