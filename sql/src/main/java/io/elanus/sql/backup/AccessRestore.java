package io.elanus.sql.backup;

import io.elanus.cluster.access.Access;
import io.elanus.cluster.proxy.Catalog;
import io.elanus.proto.grpc.AlterAccess;
import io.elanus.proto.grpc.BackupAccess;
import io.elanus.proto.grpc.BackupManifest;
import io.elanus.proto.grpc.BackupSchemaAccess;
import io.elanus.proto.grpc.ChangeGrants;
import io.elanus.proto.grpc.CreatePolicy;
import io.elanus.proto.grpc.CreateRole;
import io.elanus.proto.grpc.DdlRequest;
import io.elanus.proto.grpc.DropRole;
import io.elanus.proto.grpc.Grant;
import io.elanus.proto.grpc.GrantedPrivilege;
import io.elanus.proto.grpc.PolicySchema;
import io.elanus.proto.grpc.RelationAccess;
import io.elanus.proto.grpc.RoleSchema;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Users, roles, memberships, owners, grants and row policies out of a backup. A role that exists stays as it is,
/// its password too, and gets the memberships and grants of the backup beside its own. Belongs to the run's thread.
final class AccessRestore {
    private final BackupManifest backup;
    private final BackupAccess access;
    private final Supplier<Catalog> catalog;
    private final Consumer<DdlRequest> execute;
    private final List<String> made = new ArrayList<>();

    /// @param wanted false: nothing is restored
    AccessRestore(BackupManifest backup, boolean wanted, Supplier<Catalog> catalog, Consumer<DdlRequest> execute) {
        this.backup = backup;
        this.access = wanted ? backup.getAccess() : BackupAccess.getDefaultInstance();
        this.catalog = catalog;
        this.execute = execute;
    }

    /// What there is to know of who may do what.
    static BackupAccess of(Access access, BackupPlan plan) {
        var known = BackupAccess.newBuilder();
        access.roles().values().stream()
                .filter(role -> !Access.PREDEFINED.contains(role.getName()))
                .forEach(known::addRoles);
        plan.tables().forEach(table -> known.addRelations(access.relation(table.tableId())));
        plan.views().forEach(view -> known.addRelations(access.relation(view.getViewId())));
        plan.schemas()
                .forEach(schema -> known.addSchemas(
                        BackupSchemaAccess.newBuilder().setSchema(schema).setAccess(access.schema(schema))));
        return known.build();
    }

    /// Before anything is there that they own.
    void createRoles() {
        Access there = catalog.get().access();
        for (RoleSchema role : access.getRolesList()) {
            if (there.findRole(role.getName()).isEmpty()) {
                execute.accept(DdlRequest.newBuilder()
                        .setCreateRole(CreateRole.newBuilder()
                                .setRole(role.toBuilder().clearMemberOf().clearAdminOf()))
                        .build());
                made.add(role.getName());
            }
        }
        for (RoleSchema role : access.getRolesList()) {
            join(role, role.getMemberOfList(), false);
            join(role, role.getAdminOfList(), true);
        }
    }

    private void join(RoleSchema member, List<String> roles, boolean admin) {
        if (!roles.isEmpty()) {
            execute.accept(DdlRequest.newBuilder()
                    .setChangeGrants(ChangeGrants.newBuilder()
                            .addGrantees(member.getName())
                            .addAllRoles(roles)
                            .setOption(admin))
                    .build());
        }
    }

    /// Of a schema that is about to be made.
    String ownerOf(String schema) {
        return access.getSchemasList().stream()
                .filter(known -> known.getSchema().equals(schema))
                .map(known -> known.getAccess().getOwner())
                .findFirst()
                .orElse("");
    }

    /// When all is there.
    ///
    /// @param ids of tables and views, from the backup's to the new ones
    void grant(Map<Long, Long> ids) {
        for (BackupSchemaAccess schema : access.getSchemasList()) {
            for (Grant grant : schema.getAccess().getGrantsList()) {
                requests(grant, () -> ChangeGrants.newBuilder().addSchemaNames(schema.getSchema()), Map.of());
            }
        }
        for (RelationAccess relation : access.getRelationsList()) {
            Long id = ids.get(relation.getRelationId());
            if (id != null) {
                grant(relation, id);
            }
        }
    }

    private void grant(RelationAccess relation, long id) {
        Map<Integer, Integer> columns = columns(relation.getRelationId(), id);
        for (Grant grant : relation.getGrantsList()) {
            requests(grant, () -> ChangeGrants.newBuilder().addRelationIds(id), columns);
        }
        for (PolicySchema policy : relation.getPoliciesList()) {
            execute.accept(DdlRequest.newBuilder()
                    .setCreatePolicy(CreatePolicy.newBuilder().setRelationId(id).setPolicy(policy))
                    .build());
        }
        execute.accept(DdlRequest.newBuilder()
                .setAlterAccess(AlterAccess.newBuilder()
                        .setRelationId(id)
                        .setOwner(relation.getOwner())
                        .setRowSecurity(relation.getRowSecurity()))
                .build());
    }

    private void requests(Grant grant, Supplier<ChangeGrants.Builder> on, Map<Integer, Integer> columns) {
        for (boolean option : List.of(false, true)) {
            ChangeGrants.Builder change = on.get()
                    .addGrantees(grant.getGrantee())
                    .setGrantor(grant.getGrantor())
                    .setOption(option);
            for (String privilege : grant.getPrivilegesList()) {
                if (grant.getGrantableList().contains(privilege) == option) {
                    change.addPrivileges(GrantedPrivilege.newBuilder()
                            .setPrivilege(privilege)
                            .setColumnId(columns.getOrDefault(grant.getColumnId(), grant.getColumnId())));
                }
            }
            if (change.getPrivilegesCount() > 0) {
                execute.accept(DdlRequest.newBuilder().setChangeGrants(change).build());
            }
        }
    }

    /// Ids of a table's columns, from the backup's to the new ones, by their names; those of a view are its places.
    private Map<Integer, Integer> columns(long oldId, long newId) {
        var columns = new HashMap<Integer, Integer>();
        backup.getTablesList().stream()
                .filter(table -> table.getSchema().getTableId() == oldId)
                .forEach(table -> table.getSchema()
                        .getColumnsList()
                        .forEach(column -> table(newId)
                                .findColumn(column.getName())
                                .map(Column::id)
                                .ifPresent(id -> columns.put(column.getId(), id))));
        return columns;
    }

    private TableSchema table(long id) {
        return catalog.get().tables().values().stream()
                .filter(table -> table.tableId() == id)
                .findFirst()
                .orElseThrow();
    }

    /// Takes back the roles that were made, when what they own is gone.
    ///
    /// @param drop runs it also when the statement was cancelled
    void undo(Consumer<DdlRequest> drop) {
        made.forEach(role -> drop.accept(DdlRequest.newBuilder()
                .setDropRole(DropRole.newBuilder().setName(role).setIfExists(true))
                .build()));
    }
}
