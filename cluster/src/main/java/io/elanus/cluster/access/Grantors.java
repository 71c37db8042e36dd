package io.elanus.cluster.access;

import io.elanus.proto.grpc.Grant;
import io.elanus.proto.grpc.GrantedPrivilege;
import io.elanus.proto.grpc.RoleSchema;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Who may grant and revoke.
public final class Grantors {
    /// Who grants what superusers and those with the rights of the owner do.
    public static final String OWNER = "";

    private Grantors() {}

    /// The role in whose name another one grants or revokes these privileges: the owner, or itself or a role that it
    /// is a member of, with the option for all of them.
    ///
    /// @param role empty: the system itself
    public static Optional<String> find(
            Access access, String role, String owner, List<Grant> grants, Collection<GrantedPrivilege> privileges) {
        Set<String> memberships = AccessRules.memberships(access, role);
        if (role.isEmpty() || isSuperuser(access, role) || memberships.contains(owner)) {
            return Optional.of(OWNER);
        }
        if (Grants.mayGrant(grants, role, privileges)) {
            return Optional.of(role);
        }
        return new TreeSet<>(memberships)
                .stream()
                        .filter(member -> Grants.mayGrant(grants, member, privileges))
                        .findFirst();
    }

    /// May the role grant and revoke any of the object's privileges?
    public static boolean mayGrantAny(Access access, String role, List<Grant> grants) {
        Set<String> memberships = AccessRules.memberships(access, role);
        return grants.stream()
                .anyMatch(grant -> grant.getGrantableCount() > 0 && memberships.contains(grant.getGrantee()));
    }

    /// May the role say who the members of another one are? Of superusers only superusers may.
    ///
    /// @param role empty: the system itself
    public static boolean administers(Access access, String role, String other) {
        return role.isEmpty()
                || isSuperuser(access, role)
                || !isSuperuser(access, other)
                        && AccessRules.memberships(access, role).stream()
                                .anyMatch(held -> access.findRole(held)
                                        .map(known -> known.getAdminOfList().contains(other))
                                        .orElse(false));
    }

    private static boolean isSuperuser(Access access, String role) {
        return access.findRole(role).map(RoleSchema::getSuperuser).orElse(false);
    }
}
