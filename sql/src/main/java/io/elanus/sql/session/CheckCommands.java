package io.elanus.sql.session;

import io.elanus.proto.grpc.DdlRequest;
import io.elanus.sql.catalog.CheckConstraints;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.plan.rel.Checks;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.SchemaProtos;
import io.elanus.storage.type.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Carries out what gives a table CHECK constraints. Of a table that has rows, the constraint comes first, so that no
/// new row can violate it, and goes again if one that is there does.
final class CheckCommands {
    private final ElanusSession session;
    private final DdlRunner ddl;

    CheckCommands(ElanusSession session, DdlRunner ddl) {
        this.session = session;
        this.ddl = ddl;
    }

    /// The request, which creates a table, once its constraints were seen to mean something.
    DdlRequest verified(DdlRequest request) {
        verify(SchemaProtos.fromProto(request.getCreateTable().getTable()));
        return request;
    }

    private void verify(TableSchema table) {
        if (!CheckConstraints.of(table).isEmpty()) {
            Checks.verify(table, session.view());
        }
    }

    /// Alters a table.
    void run(DdlRequest request, RunOptions options) {
        TableSchema after = SchemaProtos.fromProto(request.getAlterTable().getTable());
        Optional<TableSchema> before = table(after.tableId());
        Map<String, String> added = new TreeMap<>(CheckConstraints.of(after));
        before.ifPresent(
                table -> added.keySet().removeAll(CheckConstraints.of(table).keySet()));
        if (!added.isEmpty()) {
            verify(after);
        }
        ddl.run(List.of(request), options);
        try {
            added.forEach((name, condition) -> check(after, name, condition, options));
        } catch (RuntimeException e) {
            before.ifPresent(table -> undo(table, after, added));
            throw e;
        }
    }

    private Optional<TableSchema> table(long id) {
        SchemaView view = session.view();
        return view.catalog().tables().values().stream()
                .filter(table -> table.tableId() == id)
                .findFirst();
    }

    private void check(TableSchema table, String name, String condition, RunOptions options) {
        String query = "SELECT /*+ CONSISTENCY('strong') */ 1 FROM %s WHERE (%s\n) IS FALSE LIMIT 1"
                .formatted(quoted(table), condition);
        try (PreparedQuery rows = session.prepare(query);
                Running running = rows.run(List.of(), options)) {
            for (VectorSchemaRoot batch = running.next(); batch != null; batch = running.next()) {
                try (VectorSchemaRoot owned = batch) {
                    if (owned.getRowCount() > 0) {
                        throw violated(table, name);
                    }
                }
            }
        }
    }

    private static QueryException violated(TableSchema table, String name) {
        return new QueryException(
                ErrorCode.CHECK_VIOLATION,
                "Table [%s] has rows that violate constraint [%s].".formatted(table.name(), name),
                "Find them with SELECT … WHERE (condition) IS FALSE, and UPDATE or DELETE them.");
    }

    /// Constraints of others, which may have come meanwhile, stay.
    private void undo(TableSchema before, TableSchema after, Map<String, String> added) {
        added.keySet().forEach(name -> alter(after, "DROP CONSTRAINT IF EXISTS " + quoted(name)));
        for (Column column : after.columns()) {
            if (before.columns().stream().noneMatch(known -> known.id() == column.id())) {
                alter(after, "DROP COLUMN IF EXISTS " + quoted(column.name()));
            }
        }
    }

    private void alter(TableSchema table, String change) {
        try (PreparedQuery query = session.prepare("ALTER TABLE " + quoted(table) + " " + change)) {
            query.run(List.of(), RunOptions.DEFAULT).close();
        }
    }

    private static String quoted(TableSchema table) {
        return quoted(table.name().schema()) + "." + quoted(table.name().table());
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
