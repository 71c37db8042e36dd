package io.elanus.sql.backup;

import io.elanus.proto.grpc.BackupManifest;
import io.elanus.proto.grpc.BackupTable;
import io.elanus.proto.grpc.ViewSchema;
import io.elanus.sql.bulk.Place;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.SqlText;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.sql.parser.tree.Statement.Restored;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.TableName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What a RESTORE wants, before the backup was looked at.
///
/// @param objects the schemas or tables; empty for all that the backup has
/// @param roles of a whole database, are they restored too?
/// @param schema where names without one are
public record RestorePlan(
        Place place, Statement.Scope scope, List<Restored> objects, boolean roles, String schema, String sql) {
    public RestorePlan {
        objects = List.copyOf(objects);
    }

    public static RestorePlan of(Statement.Restore restore, boolean roles, Place place, String schema, String sql) {
        if (restore.scope() == Statement.Scope.SCHEMA
                && restore.objects().stream().anyMatch(object -> object.as() != null)) {
            throw new QueryException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "A schema is restored under its own name.",
                    "Restore its tables one by one: RESTORE TABLE name AS other.name FROM 'place'.");
        }
        return new RestorePlan(place, restore.scope(), restore.objects(), roles, schema, sql);
    }

    /// A table of the backup and the name that it gets.
    record Target(BackupTable table, TableName name) {}

    /// What is restored of a backup.
    record Choice(List<String> schemas, List<Target> tables, List<ViewSchema> views) {}

    Choice choose(BackupManifest backup) {
        return switch (scope) {
            case DATABASE -> new Choice(backup.getSchemasList(), all(backup.getTablesList()), backup.getViewsList());
            case SCHEMA -> ofSchemas(backup);
            case TABLE -> ofTables(backup);
        };
    }

    private static List<Target> all(List<BackupTable> tables) {
        return tables.stream().map(table -> new Target(table, name(table))).toList();
    }

    private static TableName name(BackupTable table) {
        return new TableName(
                table.getSchema().getSchemaName(), table.getSchema().getName());
    }

    private Choice ofSchemas(BackupManifest backup) {
        Set<String> wanted =
                objects.stream().map(object -> object.name().names.getLast()).collect(Collectors.toSet());
        for (Restored object : objects) {
            if (!backup.getSchemasList().contains(object.name().names.getLast())) {
                throw missing(ErrorCode.UNDEFINED_SCHEMA, "schema", object, backup.getSchemasList());
            }
        }
        return new Choice(
                List.copyOf(wanted),
                all(backup.getTablesList().stream()
                        .filter(table -> wanted.contains(table.getSchema().getSchemaName()))
                        .toList()),
                backup.getViewsList().stream()
                        .filter(view -> wanted.contains(view.getSchemaName()))
                        .toList());
    }

    private Choice ofTables(BackupManifest backup) {
        var targets = new ArrayList<Target>();
        var names = new HashSet<TableName>();
        for (Restored object : objects) {
            TableName from = SchemaView.tableName(object.name().names, schema, position(object));
            BackupTable table = backup.getTablesList().stream()
                    .filter(candidate -> name(candidate).equals(from))
                    .findFirst()
                    .orElseThrow(() -> missing(
                            ErrorCode.UNDEFINED_TABLE,
                            "table",
                            object,
                            backup.getTablesList().stream()
                                    .map(candidate -> name(candidate).toString())
                                    .toList()));
            var as = object.as();
            TableName to = as == null ? from : SchemaView.tableName(as.names, schema, position(object));
            if (!names.add(to)) {
                throw new QueryException(
                        ErrorCode.DUPLICATE_TABLE, "Two tables were to be restored as [%s].".formatted(to));
            }
            targets.add(new Target(table, to));
        }
        return new Choice(List.of(), targets, List.of());
    }

    private QueryException missing(ErrorCode code, String kind, Restored object, List<String> there) {
        return new QueryException(
                code,
                "The backup in [%s] has no %s [%s].".formatted(place.text(), kind, object.name()),
                position(object),
                "It has: %s.".formatted(String.join(", ", there)),
                null);
    }

    private int position(Restored object) {
        return SqlText.offset(sql, object.name().getParserPosition());
    }
}
