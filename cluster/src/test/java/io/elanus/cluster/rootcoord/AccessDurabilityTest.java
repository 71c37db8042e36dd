package io.elanus.cluster.rootcoord;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.elanus.cluster.access.Access;
import io.elanus.proto.grpc.AlterAccess;
import io.elanus.proto.grpc.ChangeGrants;
import io.elanus.proto.grpc.ColumnSchema;
import io.elanus.proto.grpc.CreatePolicy;
import io.elanus.proto.grpc.CreateRole;
import io.elanus.proto.grpc.CreateSchema;
import io.elanus.proto.grpc.CreateTable;
import io.elanus.proto.grpc.DdlRequest;
import io.elanus.proto.grpc.DropRole;
import io.elanus.proto.grpc.DropSchema;
import io.elanus.proto.grpc.DropTable;
import io.elanus.proto.grpc.GrantedPrivilege;
import io.elanus.proto.grpc.PolicySchema;
import io.elanus.proto.grpc.RoleSchema;
import io.elanus.proto.grpc.TableSchema;
import io.elanus.storage.meta.MetaStore.Entry;
import io.elanus.storage.meta.MetaStore.Range;
import io.elanus.storage.meta.Txn;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// A coordinator that starts anew finds roles, owners, grants and policies as the one before it left them.
final class AccessDurabilityTest {
    private final TreeMap<String, ByteString> store = new TreeMap<>();
    private CatalogState state = CatalogState.EMPTY.withSchema("public");
    private long now;

    private long run(DdlRequest.Builder request) {
        now++;
        DdlRules.Outcome outcome = DdlRules.apply(state, request.build(), new DdlRules.Given(now, 100 + now, 4));
        for (Txn.Operation write : new Txn(List.of(), outcome.writes()).operations()) {
            switch (write) {
                case Txn.Operation.Put put -> store.put(put.key(), put.value());
                case Txn.Operation.Delete delete -> store.remove(delete.key());
            }
        }
        state = outcome.state();
        assertThat(recovered()).isEqualTo(state.access());
        return outcome.objectId();
    }

    private Access recovered() {
        List<Entry> entries = store.entrySet().stream()
                .map(entry -> new Entry(entry.getKey(), entry.getValue(), 1, 1, 0))
                .toList();
        return RootStored.parse(new Range(entries, 1)).catalog().access();
    }

    private static DdlRequest.Builder role(String name) {
        return DdlRequest.newBuilder()
                .setCreateRole(CreateRole.newBuilder()
                        .setRole(RoleSchema.newBuilder().setName(name).setLogin(true)));
    }

    private static ChangeGrants.Builder grant(String grantee, String privilege) {
        return ChangeGrants.newBuilder()
                .addGrantees(grantee)
                .addPrivileges(GrantedPrivilege.newBuilder().setPrivilege(privilege));
    }

    @Test
    void findsEverythingAgainAfterEachStatement() {
        run(role("anna"));
        run(role("bert"));
        run(DdlRequest.newBuilder()
                .setChangeGrants(ChangeGrants.newBuilder().addGrantees("bert").addRoles("anna")));
        long table = run(DdlRequest.newBuilder()
                .setRole("anna")
                .setCreateTable(CreateTable.newBuilder()
                        .setTable(TableSchema.newBuilder()
                                .setSchemaName("public")
                                .setName("t")
                                .setKeyColumnId(1)
                                .addColumns(ColumnSchema.newBuilder().setId(1).setName("id")))));
        assertThat(recovered().relation(table).getOwner()).isEqualTo("anna");
        run(DdlRequest.newBuilder().setChangeGrants(grant("bert", "SELECT").addRelationIds(table)));
        run(DdlRequest.newBuilder().setChangeGrants(grant("bert", "CREATE").addSchemaNames("public")));
        run(DdlRequest.newBuilder()
                .setCreatePolicy(CreatePolicy.newBuilder()
                        .setRelationId(table)
                        .setPolicy(PolicySchema.newBuilder().setName("p").setCommand("ALL"))));
        run(DdlRequest.newBuilder()
                .setAlterAccess(AlterAccess.newBuilder().setRelationId(table).setRowSecurity(true)));
        run(DdlRequest.newBuilder()
                .setRole("bert")
                .setCreateSchema(CreateSchema.newBuilder().setName("own")));
        assertThat(recovered().schema("own").getOwner()).isEqualTo("bert");
        run(DdlRequest.newBuilder().setDropSchema(DropSchema.newBuilder().setName("own")));
        assertThat(recovered().schemas()).doesNotContainKey("own");
        run(DdlRequest.newBuilder()
                .setDropTable(DropTable.newBuilder().setSchemaName("public").setName("t")));
        assertThat(recovered().relations()).isEmpty();
        run(DdlRequest.newBuilder().setDropRole(DropRole.newBuilder().setName("anna")));
        assertThat(Objects.requireNonNull(recovered().roles().get("bert")).getMemberOfList())
                .isEmpty();
    }
}
