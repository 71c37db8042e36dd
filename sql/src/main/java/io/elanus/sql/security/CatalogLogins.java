package io.elanus.sql.security;

import io.elanus.cluster.access.Access;
import io.elanus.proto.grpc.RoleSchema;
import java.util.Optional;
import java.util.function.Supplier;

/// [LoginRoles] of the newest catalog.
public final class CatalogLogins implements LoginRoles {
    private final Supplier<Access> newest;

    public CatalogLogins(Supplier<Access> newest) {
        this.newest = newest;
    }

    private Optional<RoleSchema> find(String role) {
        return newest.get().findRole(role).filter(RoleSchema::getLogin);
    }

    @Override
    public boolean mayLogin(String role) {
        return find(role).isPresent();
    }

    @Override
    public Optional<String> verifier(String role) {
        return find(role).map(RoleSchema::getVerifier).filter(text -> !text.isEmpty());
    }
}
