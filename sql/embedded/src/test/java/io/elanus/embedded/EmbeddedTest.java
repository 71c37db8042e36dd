package io.elanus.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.sql.server.ConfigTree;
import io.elanus.sql.server.ElanusServer;
import io.elanus.sql.server.ServerConfig;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedTest {
    @TempDir
    Path folder;

    private String url() {
        return "jdbc:elanus:file:" + folder.resolve("db");
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long count(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM t")) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }

    @Test
    void sharesAFolderUntilTheLastConnectionClosesAndKeepsItsRows() throws SQLException {
        // What another connection has just written is certainly seen by strong reads only.
        Connection first = DriverManager.getConnection(url() + "?consistency=strong");
        try {
            run(first, "CREATE TABLE t (id BIGINT PRIMARY KEY, v VECTOR(2))");
            try (Connection second = DriverManager.getConnection(url())) {
                run(second, "INSERT INTO t VALUES (1, '[1, 2]')");
            }
            assertThat(count(first)).isEqualTo(1);
        } finally {
            first.close();
        }
        first.close(); // for the second time: no effect
        try (Connection again = DriverManager.getConnection(url())) {
            assertThat(count(again)).isEqualTo(1);
        }
    }

    @Test
    void keepsTwoDatabasesInMemoryApartAndForgetsThem() throws SQLException {
        try (Connection named = DriverManager.getConnection("jdbc:elanus:mem:one");
                Connection same = DriverManager.getConnection("jdbc:elanus:mem:one");
                Connection own = DriverManager.getConnection("jdbc:elanus:mem:")) {
            run(named, "CREATE TABLE t (id BIGINT PRIMARY KEY)");
            run(named, "INSERT INTO t VALUES (1)");
            run(same, "SET consistency = strong");
            assertThat(count(same)).isEqualTo(1);
            assertThatThrownBy(() -> count(own)).hasFieldOrPropertyWithValue("SQLState", "42P01");
        }
        try (Connection later = DriverManager.getConnection("jdbc:elanus:mem:one")) {
            assertThatThrownBy(() -> count(later)).hasFieldOrPropertyWithValue("SQLState", "42P01");
        }
    }

    @Test
    void saysWhoHasTheFolder() {
        var config = ConfigTree.fill(ServerConfig.class, Map.of("listen.http-port", "0", "listen.flight-port", "0"));
        try (var _ = ElanusServer.start(folder.resolve("db"), config)) {
            assertThatThrownBy(() -> DriverManager.getConnection(url()))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("is in use by another server");
        }
    }

    @Test
    void refusesAUrlWithoutAFolder() {
        assertThatThrownBy(() -> DriverManager.getConnection("jdbc:elanus:file:"))
                .hasMessageContaining("names no folder");
    }
}
