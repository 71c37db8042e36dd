package io.elanus.cluster.access;

import io.elanus.proto.grpc.Grant;
import io.elanus.proto.grpc.RelationAccess;
import io.elanus.proto.grpc.RoleSchema;
import io.elanus.proto.grpc.SchemaAccess;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/// All roles, owners, grants and row policies. Immutable.
///
/// @param roles     by name
/// @param relations by id of the table or view
/// @param schemas   by name
public record Access(
        NavigableMap<String, RoleSchema> roles,
        NavigableMap<Long, RelationAccess> relations,
        NavigableMap<String, SchemaAccess> schemas) {
    /// The superuser that is there from the start and cannot be dropped.
    public static final String FIRST = "elanus";
    /// Stands for every role in grants and policies.
    public static final String PUBLIC = "public";
    /// The schema that everybody may use until that is revoked.
    private static final String PUBLIC_SCHEMA = "public";

    /// Sees every statement, session and part of the cluster.
    public static final String MONITOR = "pg_monitor";
    /// Ends the statements of others, but for those of superusers.
    public static final String SIGNAL_BACKEND = "pg_signal_backend";
    /// Reads files of the server with COPY.
    public static final String READ_SERVER_FILES = "pg_read_server_files";
    /// Writes files of the server with COPY.
    public static final String WRITE_SERVER_FILES = "pg_write_server_files";

    /// Roles that are always there and that nobody logs in as.
    public static final Set<String> PREDEFINED = Set.of(MONITOR, SIGNAL_BACKEND, READ_SERVER_FILES, WRITE_SERVER_FILES);

    public static final Access EMPTY = new Access(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());

    public Access {
        var all = new TreeMap<>(roles);
        all.putIfAbsent(
                FIRST,
                RoleSchema.newBuilder()
                        .setName(FIRST)
                        .setLogin(true)
                        .setSuperuser(true)
                        .build());
        PREDEFINED.forEach(name ->
                all.putIfAbsent(name, RoleSchema.newBuilder().setName(name).build()));
        roles = Collections.unmodifiableNavigableMap(all);
        relations = Collections.unmodifiableNavigableMap(new TreeMap<>(relations));
        schemas = Collections.unmodifiableNavigableMap(new TreeMap<>(schemas));
    }

    public Optional<RoleSchema> findRole(String name) {
        return Optional.ofNullable(roles.get(name));
    }

    public RelationAccess relation(long id) {
        RelationAccess known = relations.get(id);
        return known != null
                ? known
                : RelationAccess.newBuilder().setRelationId(id).setOwner(FIRST).build();
    }

    public SchemaAccess schema(String name) {
        SchemaAccess known = schemas.get(name);
        if (known != null) {
            return known;
        }
        var unknown = SchemaAccess.newBuilder().setOwner(FIRST);
        if (name.equals(PUBLIC_SCHEMA)) {
            unknown.addGrants(Grant.newBuilder().setGrantee(PUBLIC).addPrivileges(Privilege.USAGE.name()));
        }
        return unknown.build();
    }

    Access with(RoleSchema role) {
        return withRoles(map -> map.put(role.getName(), role));
    }

    Access withoutRole(String name) {
        return withRoles(map -> map.remove(name));
    }

    private Access withRoles(Consumer<NavigableMap<String, RoleSchema>> change) {
        var changed = new TreeMap<>(roles);
        change.accept(changed);
        return new Access(changed, relations, schemas);
    }

    Access with(RelationAccess relation) {
        return withRelations(map -> map.put(relation.getRelationId(), relation));
    }

    public Access withoutRelation(long id) {
        return relations.containsKey(id) ? withRelations(map -> map.remove(id)) : this;
    }

    private Access withRelations(Consumer<NavigableMap<Long, RelationAccess>> change) {
        var changed = new TreeMap<>(relations);
        change.accept(changed);
        return new Access(roles, changed, schemas);
    }

    Access with(String schema, SchemaAccess access) {
        return withSchemas(map -> map.put(schema, access));
    }

    public Access withoutSchema(String name) {
        return withSchemas(map -> map.remove(name));
    }

    private Access withSchemas(Consumer<NavigableMap<String, SchemaAccess>> change) {
        var changed = new TreeMap<>(schemas);
        change.accept(changed);
        return new Access(roles, relations, changed);
    }

    /// A new table or view of this role.
    public Access owning(long relation, String role) {
        return with(RelationAccess.newBuilder()
                .setRelationId(relation)
                .setOwner(role.isEmpty() ? FIRST : role)
                .build());
    }

    /// A new schema of this role.
    public Access owning(String schema, String role) {
        return with(
                schema,
                SchemaAccess.newBuilder()
                        .setOwner(role.isEmpty() ? FIRST : role)
                        .build());
    }

    /// Nothing of a verifier belongs in a log.
    @Override
    public String toString() {
        return "Access[roles=" + roles.keySet() + "]";
    }
}
