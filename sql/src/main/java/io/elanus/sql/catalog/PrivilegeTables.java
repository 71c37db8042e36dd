package io.elanus.sql.catalog;

import io.elanus.cluster.access.Access;
import io.elanus.cluster.access.Privilege;
import io.elanus.cluster.proxy.Catalog;
import io.elanus.proto.grpc.Grant;
import io.elanus.proto.grpc.RelationAccess;
import io.elanus.proto.grpc.RoleSchema;
import io.elanus.proto.grpc.ViewSchema;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.sql.plan.RowSupplier;
import io.elanus.sql.type.Types;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The standard's tables of privileges and roles. What an owner may do is a grant of its own; who may do something
/// with a table may do it with each of its columns.
final class PrivilegeTables {
    /// As the standard writes it.
    private static final String PUBLIC = "PUBLIC";

    private final Catalog catalog;

    PrivilegeTables(Catalog catalog) {
        this.catalog = catalog;
    }

    List<SystemTable> all() {
        return List.of(
                privileges("table_privileges", () -> tables(true), Audience.GRANTS),
                privileges("role_table_grants", () -> tables(false), Audience.GRANTS),
                privileges("column_privileges", () -> columns(true), Audience.GRANTS, "column_name"),
                privileges("role_column_grants", () -> columns(false), Audience.GRANTS, "column_name"),
                table("enabled_roles", this::roles, Audience.ROLES, "role_name"),
                table(
                        "applicable_roles",
                        () -> memberships(false),
                        Audience.ROLES,
                        "grantee",
                        "role_name",
                        "is_grantable"),
                table(
                        "administrable_role_authorizations",
                        () -> memberships(true),
                        Audience.ROLES,
                        "grantee",
                        "role_name",
                        "is_grantable"));
    }

    private static SystemTable privileges(String name, RowSupplier rows, Audience audience, String... column) {
        var columns = new ArrayList<>(List.of("grantor", "grantee", "table_catalog", "table_schema", "table_name"));
        columns.addAll(List.of(column));
        columns.addAll(List.of("privilege_type", "is_grantable"));
        return table(name, rows, audience, columns.toArray(String[]::new));
    }

    private static SystemTable table(String name, RowSupplier rows, Audience audience, String... columns) {
        return new SystemTable(
                SystemTable.INFORMATION_SCHEMA,
                name,
                Arrays.stream(columns)
                        .map(column -> new PlanColumn(column, Types.TEXT))
                        .toList(),
                rows,
                audience);
    }

    /// A table or a view.
    private record Relation(long id, TableName name, Map<Integer, String> columns) {}

    private List<Relation> relations() {
        var relations = new ArrayList<Relation>();
        for (TableSchema table : catalog.tables().values()) {
            var columns = new LinkedHashMap<Integer, String>();
            table.columns().stream()
                    .filter(column -> !column.hidden())
                    .forEach((Column column) -> columns.put(column.id(), column.name()));
            relations.add(new Relation(table.tableId(), table.name(), columns));
        }
        for (ViewSchema view : catalog.views()) {
            var columns = new LinkedHashMap<Integer, String>();
            view.getColumnsList().forEach(column -> columns.put(column.getId(), column.getName()));
            relations.add(new Relation(view.getViewId(), new TableName(view.getSchemaName(), view.getName()), columns));
        }
        return relations;
    }

    /// The grants of a relation, that of its owner first.
    private List<Grant> grants(Relation relation, boolean everybody) {
        RelationAccess access = catalog.access().relation(relation.id);
        var own = Grant.newBuilder().setGrantee(access.getOwner());
        for (Privilege privilege : new TreeSet<>(Privilege.OF_RELATION)) {
            own.addPrivileges(privilege.name()).addGrantable(privilege.name());
        }
        var all = new ArrayList<Grant>(List.of(own.build()));
        access.getGrantsList().stream()
                .filter(grant -> everybody || !grant.getGrantee().equals(Access.PUBLIC))
                .forEach(all::add);
        return all.stream()
                .map(grant -> grant.getGrantor().isEmpty()
                        ? grant.toBuilder().setGrantor(access.getOwner()).build()
                        : grant)
                .toList();
    }

    private List<List<@Nullable Object>> tables(boolean everybody) {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (Relation relation : relations()) {
            for (Grant grant : grants(relation, everybody)) {
                if (grant.getColumnId() == 0) {
                    grant.getPrivilegesList().forEach(privilege -> rows.add(row(relation, null, grant, privilege)));
                }
            }
        }
        return rows;
    }

    private List<List<@Nullable Object>> columns(boolean everybody) {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (Relation relation : relations()) {
            for (Grant grant : grants(relation, everybody)) {
                relation.columns.forEach((id, name) -> {
                    if (grant.getColumnId() == 0 || grant.getColumnId() == id) {
                        grant.getPrivilegesList().stream()
                                .filter(privilege -> Privilege.OF_COLUMN.contains(Privilege.valueOf(privilege)))
                                .forEach(privilege -> rows.add(row(relation, name, grant, privilege)));
                    }
                });
            }
        }
        return rows;
    }

    private static List<@Nullable Object> row(
            Relation relation, @Nullable String column, Grant grant, String privilege) {
        var row = new ArrayList<@Nullable Object>();
        row.add(grant.getGrantor());
        row.add(grant.getGrantee().equals(Access.PUBLIC) ? PUBLIC : grant.getGrantee());
        row.add(InformationSchema.CATALOG);
        row.add(relation.name.schema());
        row.add(relation.name.table());
        if (column != null) {
            row.add(column);
        }
        row.add(privilege);
        row.add(yes(grant.getGrantableList().contains(privilege)));
        return row;
    }

    private static String yes(boolean is) {
        return is ? "YES" : "NO";
    }

    private List<List<@Nullable Object>> roles() {
        return catalog.access().roles().keySet().stream()
                .map(name -> new ArrayList<@Nullable Object>(List.of(name)))
                .<List<@Nullable Object>>map(row -> row)
                .toList();
    }

    private List<List<@Nullable Object>> memberships(boolean administrable) {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (RoleSchema role : catalog.access().roles().values()) {
            for (String of : role.getMemberOfList()) {
                boolean admin = role.getAdminOfList().contains(of);
                if (admin || !administrable) {
                    rows.add(new ArrayList<@Nullable Object>(List.of(role.getName(), of, yes(admin))));
                }
            }
        }
        return rows;
    }
}
