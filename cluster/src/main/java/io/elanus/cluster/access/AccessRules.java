package io.elanus.cluster.access;

import io.elanus.cluster.ClusterException;
import io.elanus.proto.grpc.AlterAccess;
import io.elanus.proto.grpc.AlterRole;
import io.elanus.proto.grpc.ChangeGrants;
import io.elanus.proto.grpc.CreatePolicy;
import io.elanus.proto.grpc.CreateRole;
import io.elanus.proto.grpc.DdlRequest;
import io.elanus.proto.grpc.DropPolicy;
import io.elanus.proto.grpc.DropRole;
import io.elanus.proto.grpc.Grant;
import io.elanus.proto.grpc.GrantedPrivilege;
import io.elanus.proto.grpc.PolicySchema;
import io.elanus.proto.grpc.RelationAccess;
import io.elanus.proto.grpc.RoleSchema;
import io.elanus.proto.grpc.SchemaAccess;
import io.elanus.storage.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/// What a statement about roles, grants and policies does. Refusals are thrown as [ClusterException]. Who may run
/// the statement was decided before; only whether the right to grant and revoke is still there is decided here, as it
/// says in whose name that is done.
public final class AccessRules {
    static final int MAX_ROLES = 10_000;
    static final int MAX_POLICIES = 100;
    /// Of one relation or schema, over all roles and columns.
    static final int MAX_GRANTS = 10_000;

    /// What there is to have access to.
    public record Objects(LongPredicate relation, Predicate<String> schema) {}

    private final Access access;
    private final Objects objects;

    private AccessRules(Access access, Objects objects) {
        this.access = access;
        this.objects = objects;
    }

    /// The state after the statement; the same one when there was nothing to do. Empty: the statement is about
    /// something else.
    public static Optional<Access> apply(Access access, Objects objects, DdlRequest request) {
        var rules = new AccessRules(access, objects);
        return switch (request.getStatementCase()) {
            case CREATE_ROLE -> Optional.of(rules.on(request.getCreateRole()));
            case ALTER_ROLE -> Optional.of(rules.on(request.getAlterRole()));
            case DROP_ROLE -> Optional.of(rules.on(request.getDropRole()));
            case CHANGE_GRANTS -> Optional.of(rules.on(request.getChangeGrants(), request.getRole()));
            case ALTER_ACCESS -> Optional.of(rules.on(request.getAlterAccess()));
            case CREATE_POLICY -> Optional.of(rules.on(request.getCreatePolicy()));
            case DROP_POLICY -> Optional.of(rules.on(request.getDropPolicy()));
            case CREATE_SCHEMA,
                    DROP_SCHEMA,
                    CREATE_TABLE,
                    DROP_TABLE,
                    ALTER_TABLE,
                    CREATE_INDEX,
                    DROP_INDEX,
                    CREATE_VIEW,
                    DROP_VIEW,
                    STATEMENT_NOT_SET -> Optional.empty();
        };
    }

    private Access on(CreateRole create) {
        RoleSchema role = create.getRole();
        String name = role.getName();
        if (access.roles().containsKey(name)) {
            if (create.getIfNotExists()) {
                return access;
            }
            throw new ClusterException(ErrorCode.DUPLICATE_OBJECT, "Role [%s] exists already.".formatted(name));
        }
        if (name.isEmpty() || name.equals(Access.PUBLIC) || name.equals("none") || name.startsWith("pg_")) {
            throw new ClusterException(
                    ErrorCode.INVALID_NAME, "Role name [%s] is reserved. Take another one.".formatted(name));
        }
        if (access.roles().size() >= MAX_ROLES) {
            throw limit("There are [%d] roles already, the limit.".formatted(MAX_ROLES));
        }
        role.getMemberOfList().forEach(this::role);
        return access.with(role);
    }

    private Access on(AlterRole alter) {
        if (alter.getIfExists() && !access.roles().containsKey(alter.getName())) {
            return access;
        }
        RoleSchema before = role(alter.getName());
        refusePredefined(alter.getName());
        boolean lowers = alter.hasSuperuser() && !alter.getSuperuser() || alter.hasLogin() && !alter.getLogin();
        if (alter.getName().equals(Access.FIRST) && lowers) {
            throw new ClusterException(
                    ErrorCode.INSUFFICIENT_PRIVILEGE,
                    "Role [%s] stays a superuser who may log in, so that there is always one.".formatted(Access.FIRST));
        }
        var role = before.toBuilder();
        if (alter.hasLogin()) {
            role.setLogin(alter.getLogin());
        }
        if (alter.hasSuperuser()) {
            role.setSuperuser(alter.getSuperuser());
        }
        if (alter.hasVerifier()) {
            role.setVerifier(alter.getVerifier());
        }
        if (alter.hasConnectionLimit()) {
            role.setConnectionLimit(alter.getConnectionLimit());
        }
        return access.with(role.build());
    }

    private static void refusePredefined(String name) {
        if (Access.PREDEFINED.contains(name)) {
            throw new ClusterException(
                    ErrorCode.INSUFFICIENT_PRIVILEGE, "Role [%s] belongs to the system.".formatted(name));
        }
    }

    private Access on(DropRole drop) {
        String name = drop.getName();
        if (drop.getIfExists() && !access.roles().containsKey(name)) {
            return access;
        }
        role(name);
        refusePredefined(name);
        if (name.equals(Access.FIRST)) {
            throw new ClusterException(
                    ErrorCode.INSUFFICIENT_PRIVILEGE,
                    "Role [%s] cannot be dropped, so that there is always a superuser.".formatted(name));
        }
        long objectsOf = access.relations().values().stream()
                        .filter(relation -> names(relation, name))
                        .count()
                + access.schemas().values().stream()
                        .filter(schema -> schema.getOwner().equals(name) || grantedTo(schema.getGrantsList(), name))
                        .count();
        if (objectsOf > 0) {
            throw new ClusterException(
                    ErrorCode.DEPENDENT_OBJECTS,
                    "Role [%s] owns, or is named by grants or policies of, [%d] tables, views and schemas. Give them to another owner and REVOKE first."
                            .formatted(name, objectsOf));
        }
        Access after = access.withoutRole(name);
        for (RoleSchema other : access.roles().values()) {
            if (other.getMemberOfList().contains(name)) {
                after = after.with(withoutMembership(other, List.of(name)));
            }
        }
        return after;
    }

    private static boolean names(RelationAccess relation, String role) {
        return relation.getOwner().equals(role)
                || grantedTo(relation.getGrantsList(), role)
                || relation.getPoliciesList().stream()
                        .anyMatch(policy -> policy.getRolesList().contains(role));
    }

    private static boolean grantedTo(List<Grant> grants, String role) {
        return grants.stream()
                .anyMatch(grant ->
                        grant.getGrantee().equals(role) || grant.getGrantor().equals(role));
    }

    private Access on(ChangeGrants change, String acting) {
        for (String grantee : change.getGranteesList()) {
            if (!grantee.equals(Access.PUBLIC)) {
                role(grantee);
            } else if (change.getOption() && !change.getRevoke()) {
                throw new ClusterException(
                        ErrorCode.INVALID_GRANT, "Everybody cannot have the right to grant on. Name a role.");
            }
        }
        Access after = access;
        for (long id : change.getRelationIdsList()) {
            checkRelation(id);
            RelationAccess before = after.relation(id);
            List<Grant> grants = changed(change, acting, before.getOwner(), before.getGrantsList());
            after = after.with(
                    before.toBuilder().clearGrants().addAllGrants(grants).build());
        }
        for (String schema : change.getSchemaNamesList()) {
            if (!objects.schema.test(schema)) {
                throw new ClusterException(ErrorCode.UNDEFINED_SCHEMA, "Schema [%s] does not exist.".formatted(schema));
            }
            SchemaAccess before = after.schema(schema);
            List<Grant> grants = changed(change, acting, before.getOwner(), before.getGrantsList());
            after = after.with(
                    schema,
                    before.toBuilder().clearGrants().addAllGrants(grants).build());
        }
        return change.getRolesCount() == 0 ? after : memberships(change, acting, after);
    }

    private List<Grant> changed(ChangeGrants change, String acting, String owner, List<Grant> before) {
        List<GrantedPrivilege> privileges = change.getPrivilegesList();
        String grantor = change.getGrantor();
        if (grantor.isEmpty()) {
            grantor = Grantors.find(access, acting, owner, before, privileges)
                    .orElseThrow(() -> new ClusterException(
                            ErrorCode.INSUFFICIENT_PRIVILEGE,
                            "Role [%s] lacks the grant option for some of these privileges. The owner can GRANT them WITH GRANT OPTION."
                                    .formatted(acting)));
        }
        List<String> grantees = change.getGranteesList();
        if (change.getRevoke()) {
            List<Grant> left = Grants.revoked(before, grantor, grantees, privileges, change.getOption());
            List<Grant> supported = Grants.supported(left);
            if (!change.getCascade() && !supported.equals(left)) {
                throw new ClusterException(
                        ErrorCode.DEPENDENT_OBJECTS,
                        "Roles %s have granted these privileges on. REVOKE … CASCADE takes them from there too."
                                .formatted(grantees));
            }
            return supported;
        }
        List<Grant> grants = Grants.granted(before, grantor, grantees, privileges, change.getOption());
        if (grants.size() > MAX_GRANTS) {
            throw limit("One object takes [%d] grants. Grant to a role, and the role to others.".formatted(MAX_GRANTS));
        }
        return grants;
    }

    private Access memberships(ChangeGrants change, String acting, Access from) {
        Access after = from;
        for (String role : change.getRolesList()) {
            role(role);
            if (!Grantors.administers(access, acting, role)) {
                throw new ClusterException(
                        ErrorCode.INSUFFICIENT_PRIVILEGE,
                        "Role [%s] lacks the admin option of role [%s]. A superuser can GRANT it WITH ADMIN OPTION."
                                .formatted(acting, role));
            }
        }
        for (String grantee : change.getGranteesList()) {
            RoleSchema member = after.roles().get(grantee);
            if (member == null) {
                throw new ClusterException(
                        ErrorCode.INVALID_GRANT, "[%s] cannot be a member of roles.".formatted(grantee));
            }
            if (change.getRevoke()) {
                after = after.with(
                        change.getOption()
                                ? withoutAdmin(member, change.getRolesList())
                                : withoutMembership(member, change.getRolesList()));
                continue;
            }
            var memberOf = new ArrayList<>(member.getMemberOfList());
            for (String role : change.getRolesList()) {
                if (reaches(after, role, grantee)) {
                    throw new ClusterException(
                            ErrorCode.INVALID_GRANT,
                            "Role [%s] is a member of role [%s] already, or is the same.".formatted(role, grantee));
                }
                if (!memberOf.contains(role)) {
                    memberOf.add(role);
                }
            }
            var changed = member.toBuilder().clearMemberOf().addAllMemberOf(memberOf);
            if (change.getOption()) {
                change.getRolesList().stream()
                        .filter(role -> !member.getAdminOfList().contains(role))
                        .forEach(changed::addAdminOf);
            }
            after = after.with(changed.build());
        }
        return after;
    }

    private static RoleSchema withoutAdmin(RoleSchema member, List<String> roles) {
        return member.toBuilder()
                .clearAdminOf()
                .addAllAdminOf(member.getAdminOfList().stream()
                        .filter(role -> !roles.contains(role))
                        .toList())
                .build();
    }

    private static RoleSchema withoutMembership(RoleSchema member, List<String> roles) {
        return withoutAdmin(member, roles).toBuilder()
                .clearMemberOf()
                .addAllMemberOf(member.getMemberOfList().stream()
                        .filter(role -> !roles.contains(role))
                        .toList())
                .build();
    }

    /// Is the role, or a role that it is a member of, the other one?
    private static boolean reaches(Access access, String role, String other) {
        return memberships(access, role).contains(other);
    }

    /// The role and all roles that it is a member of, through others too.
    public static Set<String> memberships(Access access, String role) {
        var reached = new HashSet<String>();
        var open = new ArrayList<String>(List.of(role));
        while (!open.isEmpty()) {
            String next = open.removeLast();
            if (reached.add(next)) {
                access.findRole(next).ifPresent(known -> open.addAll(known.getMemberOfList()));
            }
        }
        return reached;
    }

    private Access on(AlterAccess alter) {
        checkRelation(alter.getRelationId());
        var relation = access.relation(alter.getRelationId()).toBuilder();
        if (alter.hasOwner()) {
            relation.setOwner(role(alter.getOwner()).getName());
        }
        if (alter.hasRowSecurity()) {
            relation.setRowSecurity(alter.getRowSecurity());
        }
        return access.with(relation.build());
    }

    private Access on(CreatePolicy create) {
        checkRelation(create.getRelationId());
        RelationAccess relation = access.relation(create.getRelationId());
        PolicySchema policy = create.getPolicy();
        policy.getRolesList().stream()
                .filter(role -> !role.equals(Access.PUBLIC))
                .forEach(this::role);
        if (relation.getPoliciesList().stream()
                .anyMatch(other -> other.getName().equals(policy.getName()))) {
            throw new ClusterException(
                    ErrorCode.DUPLICATE_OBJECT, "Policy [%s] of the table exists already.".formatted(policy.getName()));
        }
        if (relation.getPoliciesCount() >= MAX_POLICIES) {
            throw limit("The table has [%d] policies already, the limit.".formatted(MAX_POLICIES));
        }
        return access.with(relation.toBuilder().addPolicies(policy).build());
    }

    private Access on(DropPolicy drop) {
        checkRelation(drop.getRelationId());
        RelationAccess relation = access.relation(drop.getRelationId());
        List<PolicySchema> kept = relation.getPoliciesList().stream()
                .filter(policy -> !policy.getName().equals(drop.getName()))
                .toList();
        if (kept.size() == relation.getPoliciesCount()) {
            if (drop.getIfExists()) {
                return access;
            }
            throw new ClusterException(
                    ErrorCode.UNDEFINED_OBJECT, "The table has no policy [%s].".formatted(drop.getName()));
        }
        return access.with(
                relation.toBuilder().clearPolicies().addAllPolicies(kept).build());
    }

    private void checkRelation(long id) {
        if (!objects.relation.test(id)) {
            throw new ClusterException(
                    ErrorCode.UNDEFINED_TABLE, "The table or view with id [%d] does not exist.".formatted(id));
        }
    }

    private RoleSchema role(String name) {
        return access.findRole(name)
                .orElseThrow(() ->
                        new ClusterException(ErrorCode.UNDEFINED_OBJECT, "Role [%s] does not exist.".formatted(name)));
    }

    private static ClusterException limit(String message) {
        return new ClusterException(ErrorCode.LIMIT_EXCEEDED, message);
    }
}
