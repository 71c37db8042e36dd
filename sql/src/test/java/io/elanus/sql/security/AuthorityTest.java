package io.elanus.sql.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.access.Access;
import io.elanus.cluster.access.AccessRules;
import io.elanus.cluster.access.Privilege;
import io.elanus.proto.grpc.ChangeGrants;
import io.elanus.proto.grpc.CreateRole;
import io.elanus.proto.grpc.DdlRequest;
import io.elanus.proto.grpc.GrantedPrivilege;
import io.elanus.proto.grpc.RoleSchema;
import io.elanus.storage.type.TableName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Random grants, revokes and memberships beside a list of what was said.
final class AuthorityTest {
    private static final long SEED = 20_261_122;
    private static final int RUNS = 40;
    private static final int STEPS = 60;
    private static final List<Privilege> PRIVILEGES =
            List.of(Privilege.SELECT, Privilege.INSERT, Privilege.UPDATE, Privilege.DELETE);

    private record Fact(String grantee, long relation, int column, Privilege privilege) {}

    private record Member(String role, String of) {}

    private final Set<Fact> facts = new HashSet<>();
    private final Set<Member> members = new HashSet<>();

    /// The rule, without any of the shortcuts.
    private boolean allowed(String role, long relation, Privilege privilege, Set<Integer> columns) {
        Set<String> rights = new HashSet<>(Set.of(role, Access.PUBLIC));
        for (int i = 0; i < 10; i++) {
            members.stream().filter(member -> rights.contains(member.role)).forEach(member -> rights.add(member.of));
        }
        if (rights.stream().anyMatch(held -> facts.contains(new Fact(held, relation, 0, privilege)))) {
            return true;
        }
        return !columns.isEmpty()
                && columns.stream()
                        .allMatch(column -> rights.stream()
                                .anyMatch(held -> facts.contains(new Fact(held, relation, column, privilege))));
    }

    @Test
    void agreesWithAListOfWhatWasGranted() {
        var random = new Random(SEED);
        for (int run = 0; run < RUNS; run++) {
            check(random);
        }
    }

    private void check(Random random) {
        facts.clear();
        members.clear();
        Access access = Access.EMPTY;
        List<String> roles = List.of("a", "b", "c", "d");
        for (String role : roles) {
            access = apply(
                    access,
                    DdlRequest.newBuilder()
                            .setCreateRole(CreateRole.newBuilder()
                                    .setRole(RoleSchema.newBuilder().setName(role))));
        }
        for (int step = 0; step < STEPS; step++) {
            access = random.nextInt(4) == 0 ? membership(access, random, roles) : grant(access, random, roles);
            String role = roles.get(random.nextInt(roles.size()));
            long relation = 1 + random.nextInt(2);
            Privilege privilege = PRIVILEGES.get(random.nextInt(PRIVILEGES.size()));
            var columns = new HashSet<Integer>();
            for (int i = random.nextInt(3) + (privilege == Privilege.SELECT ? 1 : 0); i > 0; i--) {
                columns.add(1 + random.nextInt(2));
            }
            var need = new Need.OnRelation(
                    new Need.Relation(relation, new TableName("public", "t" + relation)), privilege, columns);
            assertThat(new Authority(access).holds(role, need))
                    .as("seed %d: %s of %s by %s", SEED, need, facts, role)
                    .isEqualTo(allowed(role, relation, privilege, columns));
        }
    }

    private Access grant(Access access, Random random, List<String> roles) {
        var grantees = new ArrayList<>(roles);
        grantees.add(Access.PUBLIC);
        String grantee = grantees.get(random.nextInt(grantees.size()));
        long relation = 1 + random.nextInt(2);
        int column = random.nextInt(3);
        Privilege privilege = PRIVILEGES.get(random.nextInt(column == 0 ? 4 : 3));
        boolean revoke = random.nextInt(3) == 0;
        if (revoke) {
            facts.removeIf(fact -> fact.grantee.equals(grantee)
                    && fact.relation == relation
                    && fact.privilege == privilege
                    && (column == 0 || fact.column == column));
        } else {
            facts.add(new Fact(grantee, relation, column, privilege));
        }
        return apply(
                access,
                DdlRequest.newBuilder()
                        .setChangeGrants(ChangeGrants.newBuilder()
                                .setRevoke(revoke)
                                .addGrantees(grantee)
                                .addRelationIds(relation)
                                .addPrivileges(GrantedPrivilege.newBuilder()
                                        .setPrivilege(privilege.name())
                                        .setColumnId(column))));
    }

    private Access membership(Access access, Random random, List<String> roles) {
        String role = roles.get(random.nextInt(roles.size()));
        String of = roles.get(random.nextInt(roles.size()));
        boolean revoke = random.nextInt(3) == 0;
        var change =
                ChangeGrants.newBuilder().setRevoke(revoke).addGrantees(role).addRoles(of);
        try {
            Access after = apply(access, DdlRequest.newBuilder().setChangeGrants(change));
            if (revoke) {
                members.remove(new Member(role, of));
            } else {
                members.add(new Member(role, of));
            }
            return after;
        } catch (ClusterException e) { // would be a circle
            return access;
        }
    }

    private static Access apply(Access access, DdlRequest.Builder request) {
        var objects = new AccessRules.Objects(id -> id > 0, _ -> true);
        return AccessRules.apply(access, objects, request.build()).orElseThrow();
    }
}
