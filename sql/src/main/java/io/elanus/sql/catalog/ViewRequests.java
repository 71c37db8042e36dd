package io.elanus.sql.catalog;

import io.elanus.proto.grpc.CreateView;
import io.elanus.proto.grpc.DdlRequest;
import io.elanus.proto.grpc.DropView;
import io.elanus.proto.grpc.ViewReference;
import io.elanus.proto.grpc.ViewSchema;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.SqlText;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.SchemaProtos;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.Views;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;

/// From statements about views to requests of the root coordinator, and what views forbid of tables. The
/// coordinator checks the same; here the error knows its place in the text.
public final class ViewRequests {
    private final SchemaView view;
    private final String defaultSchema;
    private final String sql;

    public ViewRequests(SchemaView view, String defaultSchema, String sql) {
        this.view = view;
        this.defaultSchema = defaultSchema;
        this.sql = sql;
    }

    private int position(SqlNode node) {
        return SqlText.offset(sql, node.getParserPosition());
    }

    /// @param columns of the query, named as it names them
    /// @param query its text, and what it reads
    public DdlRequest of(
            Statement.CreateView create, List<Column> columns, String query, List<ViewReference> references) {
        TableName name = SchemaView.tableName(create.name().names, defaultSchema, position(create.name()));
        DdlRequests.refuseReserved(name.schema(), position(create.name()));
        var made = ViewSchema.newBuilder()
                .setSchemaName(name.schema())
                .setName(name.table())
                .setQuery(query)
                .setSearchSchema(defaultSchema)
                .addAllReferences(references);
        named(create, columns).forEach(column -> made.addColumns(SchemaProtos.toProto(column)));
        if (create.replace()) {
            view.catalog()
                    .findView(name)
                    .flatMap(before -> Views.unlike(before, made.buildPartial()))
                    .ifPresent(why -> {
                        throw new QueryException(
                                ErrorCode.INVALID_TABLE_DEFINITION,
                                "View [%s] cannot be replaced: %s.".formatted(name, why),
                                position(create.name()),
                                "DROP VIEW and create it again.",
                                null);
                    });
        }
        return DdlRequest.newBuilder()
                .setCreateView(CreateView.newBuilder()
                        .setView(made)
                        .setIfNotExists(create.ifNotExists())
                        .setReplace(create.replace()))
                .build();
    }

    private List<Column> named(Statement.CreateView create, List<Column> columns) {
        List<SqlIdentifier> names = create.columns();
        if (names.size() > columns.size()) {
            throw new QueryException(
                    ErrorCode.INVALID_TABLE_DEFINITION,
                    "[%d] columns are named, the query has [%d].".formatted(names.size(), columns.size()),
                    position(names.get(columns.size())),
                    null,
                    null);
        }
        var named = new ArrayList<Column>();
        var seen = new HashSet<String>();
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            String name = i < names.size() ? names.get(i).getSimple() : column.name();
            if (!seen.add(name)) {
                throw new QueryException(
                        ErrorCode.DUPLICATE_COLUMN,
                        "The view has two columns [%s].".formatted(name),
                        position(i < names.size() ? names.get(i) : create.name()),
                        "Name the columns: CREATE VIEW v (a, b) AS ….",
                        null);
            }
            named.add(new Column(i + 1, name, column.type(), column.nullable(), column.defaultValue(), false, false));
        }
        return named;
    }

    /// @param requestId of the statement
    public DdlRequest of(Statement.DropView drop, SqlIdentifier one, String requestId) {
        TableName name = SchemaView.tableName(one.names, defaultSchema, position(one));
        var found = view.catalog().findView(name);
        if (found.isEmpty() && view.catalog().findTable(name).isPresent()) {
            throw new QueryException(
                    ErrorCode.WRONG_OBJECT_TYPE,
                    "[%s] is a table.".formatted(name),
                    position(one),
                    "DROP TABLE drops it.",
                    null);
        }
        if (found.isEmpty() && !drop.ifExists()) {
            throw view.undefinedTable(name, position(one));
        }
        if (found.isPresent() && !drop.cascade()) {
            refuse(Views.readersOf(view.catalog().views(), Set.of(found.get().getViewId())), "View", name, one);
        }
        return DdlRequest.newBuilder()
                .setRequestId(requestId)
                .setDropView(DropView.newBuilder()
                        .setSchemaName(name.schema())
                        .setName(name.table())
                        .setIfExists(drop.ifExists())
                        .setCascade(drop.cascade()))
                .build();
    }

    /// Refuses what views that read the table would not survive.
    void refuseReaders(long tableId, TableName name, SqlNode at) {
        refuse(Views.readersOf(view.catalog().views(), Set.of(tableId)), "Table", name, at);
    }

    /// Refuses what views that read the column would not survive.
    void refuseReaders(long tableId, Column column, SqlNode at) {
        refuse(Views.readersOf(view.catalog().views(), tableId, Set.of(column.id())), "Column", column.name(), at);
    }

    private void refuse(List<ViewSchema> readers, String kind, Object name, SqlNode at) {
        if (!readers.isEmpty()) {
            throw new QueryException(
                    ErrorCode.DEPENDENT_OBJECTS,
                    "%s [%s] is read by views [%s].".formatted(kind, name, Views.names(readers)),
                    position(at),
                    "DROP VIEW them first%s.".formatted(kind.equals("Column") ? "" : ", or add CASCADE"),
                    null);
        }
    }
}
