package io.elanus.sql.catalog;

import io.elanus.cluster.access.Access;
import io.elanus.cluster.proxy.Catalog;
import io.elanus.proto.grpc.ColumnSchema;
import io.elanus.proto.grpc.Grant;
import io.elanus.proto.grpc.PolicySchema;
import io.elanus.proto.grpc.RelationAccess;
import io.elanus.proto.grpc.RoleSchema;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.sql.plan.RowSupplier;
import io.elanus.sql.type.Types;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.TableName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Roles, grants and row policies as tables. A verifier is shown to nobody.
public final class AccessTables {
    private static final ColumnType FLAG = Simple.BOOLEAN;

    private final Catalog catalog;

    public AccessTables(Catalog catalog) {
        this.catalog = catalog;
    }

    /// `system.roles`, `users`, `grants` and `policies`.
    public List<SystemTable> all() {
        return List.of(
                table(
                        "roles",
                        this::roles,
                        Audience.EVERYONE,
                        text("role_name"),
                        new PlanColumn("login", FLAG),
                        new PlanColumn("superuser", FLAG),
                        new PlanColumn("connection_limit", Simple.INTEGER),
                        text("member_of")),
                table(
                        "users",
                        this::users,
                        Audience.EVERYONE,
                        text("user_name"),
                        new PlanColumn("superuser", FLAG),
                        new PlanColumn("has_password", FLAG),
                        new PlanColumn("connection_limit", Simple.INTEGER),
                        text("member_of")),
                table(
                        "grants",
                        this::grants,
                        Audience.RELATIONS,
                        text("grantee"),
                        text("object_kind"),
                        text("table_schema"),
                        text("table_name"),
                        text("column_name"),
                        text("privilege"),
                        text("grantor"),
                        new PlanColumn("grantable", FLAG)),
                table(
                        "policies",
                        this::policies,
                        Audience.RELATIONS,
                        text("table_schema"),
                        text("table_name"),
                        text("policy_name"),
                        text("kind"),
                        text("command"),
                        text("roles"),
                        text("using_condition"),
                        text("check_condition"),
                        new PlanColumn("enabled", FLAG)));
    }

    private static SystemTable table(String name, RowSupplier rows, Audience audience, PlanColumn... columns) {
        return new SystemTable(SystemTable.SYSTEM, name, List.of(columns), rows, audience);
    }

    private static PlanColumn text(String name) {
        return new PlanColumn(name, Types.TEXT);
    }

    private static List<@Nullable Object> row(@Nullable Object... values) {
        return Collections.<@Nullable Object>unmodifiableList(Arrays.<@Nullable Object>asList(values));
    }

    private List<List<@Nullable Object>> roles() {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (RoleSchema role : catalog.access().roles().values()) {
            rows.add(row(role.getName(), role.getLogin(), role.getSuperuser(), limit(role), memberOf(role)));
        }
        return rows;
    }

    private List<List<@Nullable Object>> users() {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (RoleSchema role : catalog.access().roles().values()) {
            if (role.getLogin()) {
                rows.add(row(
                        role.getName(),
                        role.getSuperuser(),
                        !role.getVerifier().isEmpty(),
                        limit(role),
                        memberOf(role)));
            }
        }
        return rows;
    }

    private static @Nullable Integer limit(RoleSchema role) {
        return role.getConnectionLimit() == 0 ? null : (Integer) role.getConnectionLimit();
    }

    private static String memberOf(RoleSchema role) {
        return String.join(", ", role.getMemberOfList());
    }

    /// Names of all tables and views, by id.
    private Map<Long, TableName> names() {
        var names = new TreeMap<Long, TableName>();
        catalog.tables().values().forEach(table -> names.put(table.tableId(), table.name()));
        catalog.views()
                .forEach(view -> names.put(view.getViewId(), new TableName(view.getSchemaName(), view.getName())));
        return names;
    }

    private interface EachGrant {
        void add(long id, TableName table, Grant grant, String privilege);
    }

    private void each(EachGrant each) {
        names().forEach((id, name) -> {
            for (Grant grant : catalog.access().relation(id).getGrantsList()) {
                grant.getPrivilegesList().forEach(privilege -> each.add(id, name, grant, privilege));
            }
        });
    }

    private String owner(long id) {
        return catalog.access().relation(id).getOwner();
    }

    private static String grantor(Grant grant, String owner) {
        return grant.getGrantor().isEmpty() ? owner : grant.getGrantor();
    }

    private static boolean grantable(Grant grant, String privilege) {
        return grant.getGrantableList().contains(privilege);
    }

    private @Nullable String column(TableName table, int id) {
        if (id == 0) {
            return null;
        }
        var stored = catalog.findTable(table);
        if (stored.isPresent()) {
            return stored.get().columns().stream()
                    .filter(column -> column.id() == id)
                    .map(io.elanus.storage.type.Column::name)
                    .findFirst()
                    .orElse(null);
        }
        return catalog.findView(table)
                .flatMap(view -> view.getColumnsList().stream()
                        .filter(column -> column.getId() == id)
                        .map(ColumnSchema::getName)
                        .findFirst())
                .orElse(null);
    }

    private List<List<@Nullable Object>> grants() {
        var rows = new ArrayList<List<@Nullable Object>>();
        names().forEach((id, name) ->
                rows.add(row(owner(id), "table", name.schema(), name.table(), null, "OWNER", owner(id), true)));
        each((id, table, grant, privilege) -> {
            String column = column(table, grant.getColumnId());
            if (grant.getColumnId() == 0 || column != null) {
                rows.add(row(
                        grant.getGrantee(),
                        column == null ? "table" : "column",
                        table.schema(),
                        table.table(),
                        column,
                        privilege,
                        grantor(grant, owner(id)),
                        grantable(grant, privilege)));
            }
        });
        for (String schema : catalog.schemas()) {
            String owner = catalog.access().schema(schema).getOwner();
            rows.add(row(owner, "schema", schema, null, null, "OWNER", owner, true));
            for (Grant grant : catalog.access().schema(schema).getGrantsList()) {
                grant.getPrivilegesList()
                        .forEach(privilege -> rows.add(row(
                                grant.getGrantee(),
                                "schema",
                                schema,
                                null,
                                null,
                                privilege,
                                grantor(grant, owner),
                                grantable(grant, privilege))));
            }
        }
        return rows;
    }

    private List<List<@Nullable Object>> policies() {
        var rows = new ArrayList<List<@Nullable Object>>();
        names().forEach((id, name) -> {
            RelationAccess access = catalog.access().relation(id);
            for (PolicySchema policy : access.getPoliciesList()) {
                rows.add(row(
                        name.schema(),
                        name.table(),
                        policy.getName(),
                        policy.getRestrictive() ? "restrictive" : "permissive",
                        policy.getCommand(),
                        policy.getRolesCount() == 0 ? Access.PUBLIC : String.join(", ", policy.getRolesList()),
                        policy.getUsingCondition().isEmpty() ? null : policy.getUsingCondition(),
                        policy.getCheckCondition().isEmpty() ? null : policy.getCheckCondition(),
                        access.getRowSecurity()));
            }
        });
        return rows;
    }
}
