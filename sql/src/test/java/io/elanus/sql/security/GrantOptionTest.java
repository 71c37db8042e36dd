package io.elanus.sql.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.Session;
import io.elanus.sql.testing.SqlFixture;
import io.elanus.storage.ErrorCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What was granted on, and what becomes of it when it is taken back.
class GrantOptionTest {
    private static final String GRANTS =
            "SELECT grantor, grantee, privilege_type, is_grantable FROM information_schema.table_privileges WHERE table_name = 't' AND grantee <> 'elanus' ORDER BY 1, 2, 3";

    private final SqlFixture fixture = new SqlFixture();

    @BeforeEach
    void fill() {
        fixture.runAll(
                "CREATE USER ada",
                "CREATE USER bob",
                "CREATE USER cyd",
                "CREATE ROLE team",
                "CREATE TABLE t (id BIGINT PRIMARY KEY, a INTEGER)",
                "INSERT INTO t VALUES (1, 1)");
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private SqlFixture.Answer as(String role, String sql) {
        try (Session session = fixture.sessions().open(role, Map.of())) {
            return SqlFixture.run(session, sql);
        }
    }

    private void refuses(String role, String sql, ErrorCode code, String words) {
        assertThatThrownBy(() -> as(role, sql))
                .as("%s as %s", sql, role)
                .hasMessageContaining(words)
                .isInstanceOfSatisfying(
                        QueryException.class, error -> assertThat(error.code()).isEqualTo(code));
    }

    private void lend() {
        fixture.run("GRANT SELECT ON t TO ada WITH GRANT OPTION");
        as("ada", "GRANT SELECT ON t TO bob WITH GRANT OPTION");
        as("bob", "GRANT SELECT ON t TO cyd");
    }

    @Test
    void whoGrantedWhatIsShown() {
        lend();
        List<String> all = List.of("ada|bob|SELECT|YES", "bob|cyd|SELECT|NO", "elanus|ada|SELECT|YES");
        assertThat(fixture.run(GRANTS).rows()).containsExactlyElementsOf(all);
        assertThat(as("bob", GRANTS).rows()).containsExactly("ada|bob|SELECT|YES", "bob|cyd|SELECT|NO");
        assertThat(as("cyd", "SELECT count(*) FROM t").rows()).containsExactly("1");
        refuses("cyd", "GRANT SELECT ON t TO team", ErrorCode.INSUFFICIENT_PRIVILEGE, "does not own");
        refuses("bob", "GRANT DELETE ON t TO cyd", ErrorCode.INSUFFICIENT_PRIVILEGE, "lacks the grant option");
        refuses("ada", "GRANT SELECT ON t TO PUBLIC WITH GRANT OPTION", ErrorCode.INVALID_GRANT, "Name a role");
    }

    @Test
    void whatWasGrantedOnGoesOnlyWithCascade() {
        lend();
        refuses("elanus", "REVOKE SELECT ON t FROM ada", ErrorCode.DEPENDENT_OBJECTS, "CASCADE");
        refuses("ada", "REVOKE GRANT OPTION FOR SELECT ON t FROM bob", ErrorCode.DEPENDENT_OBJECTS, "CASCADE");
        assertThat(fixture.run(GRANTS).rows()).hasSize(3);
        as("ada", "REVOKE GRANT OPTION FOR SELECT ON t FROM bob CASCADE");
        assertThat(fixture.run(GRANTS).rows()).containsExactly("ada|bob|SELECT|NO", "elanus|ada|SELECT|YES");
        refuses("cyd", "SELECT count(*) FROM t", ErrorCode.INSUFFICIENT_PRIVILEGE, "may not SELECT");
        fixture.run("REVOKE SELECT ON t FROM ada CASCADE");
        assertThat(fixture.run(GRANTS).rows()).isEmpty();
    }

    @Test
    void aCircleOfGrantsHoldsNothingUp() {
        lend();
        as("bob", "GRANT SELECT ON t TO ada WITH GRANT OPTION");
        fixture.run("REVOKE SELECT ON t FROM ada CASCADE");
        assertThat(fixture.run(GRANTS).rows()).isEmpty();
    }

    @Test
    void aRoleTakesBackWhatItGrantedAndTheOwnerWhateverAnybodyDid() {
        lend();
        fixture.run("GRANT SELECT ON t TO cyd");
        as("ada", "REVOKE SELECT ON t FROM cyd");
        assertThat(fixture.run(GRANTS).rows()).contains("bob|cyd|SELECT|NO", "elanus|cyd|SELECT|NO");
        as("bob", "REVOKE SELECT ON t FROM cyd");
        assertThat(fixture.run(GRANTS).rows())
                .doesNotContain("bob|cyd|SELECT|NO")
                .contains("elanus|cyd|SELECT|NO");
        as("bob", "GRANT SELECT ON t TO cyd");
        fixture.run("REVOKE SELECT ON t FROM cyd");
        refuses("cyd", "SELECT count(*) FROM t", ErrorCode.INSUFFICIENT_PRIVILEGE, "may not SELECT");
        refuses("elanus", "DROP ROLE ada", ErrorCode.DEPENDENT_OBJECTS, "REVOKE first");
    }

    @Test
    void anOptionOfARoleIsOneOfItsMembers() {
        fixture.runAll("GRANT team TO ada", "GRANT SELECT (id) ON t TO team WITH GRANT OPTION");
        as("ada", "GRANT SELECT (id) ON t TO bob");
        assertThat(fixture.run(
                                "SELECT grantor, grantee, column_name, is_grantable FROM information_schema.column_privileges WHERE table_name = 't' AND grantee <> 'elanus' ORDER BY 2")
                        .rows())
                .containsExactly("team|bob|id|NO", "elanus|team|id|YES");
        refuses("ada", "GRANT SELECT ON t TO bob", ErrorCode.INSUFFICIENT_PRIVILEGE, "lacks the grant option");
        refuses("ada", "GRANT SELECT (a) ON t TO bob", ErrorCode.INSUFFICIENT_PRIVILEGE, "lacks the grant option");
    }

    @Test
    void whoHasTheAdminOptionSaysWhoIsAMember() {
        fixture.runAll("GRANT team TO ada WITH ADMIN OPTION", "CREATE ROLE boss SUPERUSER");
        as("ada", "GRANT team TO bob");
        refuses("bob", "GRANT team TO cyd", ErrorCode.INSUFFICIENT_PRIVILEGE, "lacks the admin option");
        assertThat(as("bob", "SELECT role_name, is_grantable FROM information_schema.applicable_roles")
                        .rows())
                .containsExactly("team|NO");
        assertThat(as("bob", "SELECT role_name FROM information_schema.enabled_roles ORDER BY 1")
                        .rows())
                .containsExactly("bob", "team");
        as("ada", "REVOKE team FROM bob");
        fixture.run("REVOKE ADMIN OPTION FOR team FROM ada");
        refuses("ada", "GRANT team TO bob", ErrorCode.INSUFFICIENT_PRIVILEGE, "lacks the admin option");
        fixture.run("GRANT boss TO ada WITH ADMIN OPTION");
        refuses("ada", "GRANT boss TO bob", ErrorCode.INSUFFICIENT_PRIVILEGE, "lacks the admin option");
    }

    @Test
    void optionsAreOfTheRightKind() {
        refuses("elanus", "GRANT SELECT ON t TO ada WITH ADMIN OPTION", ErrorCode.SYNTAX_ERROR, "GRANT OPTION");
        refuses("elanus", "GRANT team TO ada WITH GRANT OPTION", ErrorCode.SYNTAX_ERROR, "ADMIN OPTION");
        refuses("elanus", "REVOKE GRANT OPTION FOR team FROM ada", ErrorCode.SYNTAX_ERROR, "ADMIN OPTION");
    }
}
