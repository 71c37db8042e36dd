package io.elanus.sql.security;

import io.elanus.cluster.access.Access;
import io.elanus.cluster.access.AccessRules;
import io.elanus.cluster.access.Grantors;
import io.elanus.cluster.access.Privilege;
import io.elanus.cluster.proxy.Catalog;
import io.elanus.proto.grpc.Grant;
import io.elanus.proto.grpc.GrantedPrivilege;
import io.elanus.proto.grpc.PolicySchema;
import io.elanus.proto.grpc.RelationAccess;
import io.elanus.proto.grpc.RoleSchema;
import io.elanus.proto.grpc.SchemaAccess;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Decides: what a role may do, in one version of the catalog. Nothing else does.
///
/// A role has the rights of the roles that it is a member of; a superuser has all. Whoever has the rights of an
/// owner may do anything with what is owned.
public final class Authority {
    private final Access access;
    /// Memberships are asked for again and again; they do not change.
    private final Map<String, Set<String>> memberships = new ConcurrentHashMap<>();

    public Authority(Access access) {
        this.access = access;
    }

    public Access access() {
        return access;
    }

    public boolean superuser(String role) {
        return access.findRole(role).map(RoleSchema::getSuperuser).orElse(false);
    }

    /// May the role do what the other may? Nobody has the rights of a role that does not exist.
    public boolean hasRightsOf(String role, String other) {
        return access.roles().containsKey(role)
                && (superuser(role) || memberships(role).contains(other));
    }

    private Set<String> memberships(String role) {
        return memberships.computeIfAbsent(role, name -> AccessRules.memberships(access, name));
    }

    /// Refuses when the role lacks one of these.
    public void check(String role, Collection<? extends Need> needs) {
        if (!access.roles().containsKey(role)) {
            throw new QueryException(
                    ErrorCode.INSUFFICIENT_PRIVILEGE,
                    "Role [%s] does not exist any more.".formatted(role),
                    "Connect as another user.");
        }
        for (Need need : needs) {
            if (!holds(role, need)) {
                throw refusal(role, need);
            }
        }
    }

    public boolean holds(String role, Need need) {
        if (!access.roles().containsKey(role)) {
            return false;
        }
        return superuser(role)
                || switch (need) {
                    case Need.OnRelation on -> holds(role, on);
                    case Need.OnSchema(String schema, Privilege privilege) -> {
                        SchemaAccess held = access.schema(schema);
                        yield SystemSchemas.has(schema) && privilege == Privilege.USAGE
                                || hasRightsOf(role, held.getOwner())
                                || granted(role, held.getGrantsList(), privilege, 0);
                    }
                    case Need.GrantOption(Need.Relation relation, List<GrantedPrivilege> privileges) -> {
                        RelationAccess held = access.relation(relation.id());
                        yield mayGrant(role, held.getOwner(), held.getGrantsList(), privileges);
                    }
                    case Need.GrantOptionOfSchema(String schema, List<GrantedPrivilege> privileges) -> {
                        SchemaAccess held = access.schema(schema);
                        yield mayGrant(role, held.getOwner(), held.getGrantsList(), privileges);
                    }
                    case Need.AdminOf(String other) -> Grantors.administers(access, role, other);
                    case Need.OwnerOf(Need.Relation relation) ->
                        hasRightsOf(role, access.relation(relation.id()).getOwner());
                    case Need.OwnerOfSchema(String schema) ->
                        hasRightsOf(role, access.schema(schema).getOwner());
                    case Need.MemberOf(String other, String _) -> hasRightsOf(role, other);
                    case Need.Superuser _ -> false;
                };
    }

    private boolean mayGrant(String role, String owner, List<Grant> grants, List<GrantedPrivilege> privileges) {
        return Grantors.find(access, role, owner, grants, privileges).isPresent();
    }

    /// May the role grant anything of a table, a view or a schema?
    boolean mayGrantAny(String role, String owner, List<Grant> grants) {
        return superuser(role) || hasRightsOf(role, owner) || Grantors.mayGrantAny(access, role, grants);
    }

    private boolean holds(String role, Need.OnRelation on) {
        RelationAccess held = access.relation(on.relation().id());
        List<Grant> grants = held.getGrantsList();
        if (hasRightsOf(role, held.getOwner()) || granted(role, grants, on.privilege(), 0)) {
            return true;
        }
        if (!on.columnIds().isEmpty()) {
            return on.columnIds().stream().allMatch(column -> granted(role, grants, on.privilege(), column));
        }
        return on.privilege() == Privilege.SELECT
                && grants.stream().anyMatch(grant -> grants(grant, role, Privilege.SELECT));
    }

    private boolean granted(String role, List<Grant> grants, Privilege privilege, int columnId) {
        return grants.stream().anyMatch(grant -> grant.getColumnId() == columnId && grants(grant, role, privilege));
    }

    private boolean grants(Grant grant, String role, Privilege privilege) {
        return grant.getPrivilegesList().contains(privilege.name()) && concerns(grant.getGrantee(), role);
    }

    private boolean concerns(String grantee, String role) {
        return grantee.equals(Access.PUBLIC) || memberships(role).contains(grantee);
    }

    /// Has the role anything to do with a table or view?
    public boolean knows(String role, long relationId) {
        RelationAccess held = access.relation(relationId);
        return superuser(role)
                || hasRightsOf(role, held.getOwner())
                || held.getGrantsList().stream().anyMatch(grant -> concerns(grant.getGrantee(), role));
    }

    /// The catalog without the tables and views that the role has nothing to do with.
    public Catalog known(Catalog catalog, String role) {
        if (superuser(role)) {
            return catalog;
        }
        var tables = new java.util.HashMap<>(catalog.tables());
        tables.values().removeIf(table -> !knows(role, table.tableId()));
        var views = catalog.views().stream()
                .filter(view -> knows(role, view.getViewId()))
                .toList();
        var indexes = catalog.indexes().stream()
                .filter(index -> knows(role, index.getTableId()))
                .toList();
        return new Catalog(catalog.version(), catalog.schemas(), tables, indexes, views, catalog.access());
    }

    /// Do row policies stand between the role and the rows of this table?
    public boolean guarded(String role, long relationId) {
        RelationAccess held = access.relation(relationId);
        return held.getRowSecurity() && !superuser(role) && !hasRightsOf(role, held.getOwner());
    }

    /// The policies of a guarded table that concern the role and a command.
    public List<PolicySchema> policies(String role, long relationId, Privilege command) {
        return access.relation(relationId).getPoliciesList().stream()
                .filter(policy ->
                        policy.getCommand().equals("ALL") || policy.getCommand().equals(command.name()))
                .filter(policy -> policy.getRolesCount() == 0
                        || policy.getRolesList().stream().anyMatch(to -> concerns(to, role)))
                .toList();
    }

    private static QueryException refusal(String role, Need need) {
        return switch (need) {
            case Need.OnRelation(Need.Relation relation, Privilege privilege, Set<Integer> columns) ->
                refusal(
                        "Role [%s] may not %s %s [%s]."
                                .formatted(
                                        role,
                                        privilege,
                                        columns.isEmpty() ? "table" : "these columns of table",
                                        relation.name()),
                        "Its owner can GRANT %s ON %s TO %s.".formatted(privilege, relation.name(), role));
            case Need.OnSchema(String schema, Privilege privilege) ->
                refusal(
                        "Role [%s] lacks %s on schema [%s].".formatted(role, privilege, schema),
                        "Its owner can GRANT %s ON SCHEMA %s TO %s.".formatted(privilege, schema, role));
            case Need.GrantOption(Need.Relation relation, var _) -> withoutOption(role, "table", relation.name());
            case Need.GrantOptionOfSchema(String schema, var _) -> withoutOption(role, "schema", schema);
            case Need.AdminOf(String other) ->
                refusal(
                        "Role [%s] lacks the admin option of role [%s].".formatted(role, other),
                        "A superuser can GRANT %s TO %s WITH ADMIN OPTION.".formatted(other, role));
            case Need.OwnerOf(Need.Relation relation) ->
                refusal(
                        "Role [%s] does not own table [%s].".formatted(role, relation.name()),
                        "Its owner, or a member of that role, can run the statement.");
            case Need.OwnerOfSchema(String schema) ->
                refusal(
                        "Role [%s] does not own schema [%s].".formatted(role, schema),
                        "Its owner, or a member of that role, can run the statement.");
            case Need.MemberOf(String other, String toDo) ->
                refusal(
                        "Role [%s] is no member of role [%s].".formatted(role, other),
                        "To %s takes that, or a superuser.".formatted(toDo));
            case Need.Superuser(String toDo) ->
                refusal("Role [%s] is no superuser.".formatted(role), "To %s takes one.".formatted(toDo));
        };
    }

    private static QueryException withoutOption(String role, String kind, Object name) {
        return refusal(
                "Role [%s] lacks the grant option for some of these privileges on %s [%s].".formatted(role, kind, name),
                "The owner can GRANT them to %s WITH GRANT OPTION.".formatted(role));
    }

    private static QueryException refusal(String message, String hint) {
        return new QueryException(ErrorCode.INSUFFICIENT_PRIVILEGE, message, hint);
    }
}
