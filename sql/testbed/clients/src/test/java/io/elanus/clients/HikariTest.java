package io.elanus.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HikariTest {
    @RegisterExtension
    static final Server SERVER = new Server();

    @BeforeAll
    static void table() throws SQLException {
        SERVER.run("CREATE TABLE pooled (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n INT)");
    }

    private static HikariConfig config() {
        var config = new HikariConfig();
        config.setJdbcUrl(SERVER.url());
        config.setMaximumPoolSize(3);
        config.setConnectionTimeout(30_000);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.setConnectionInitSql("SET ef_search = 99");
        config.setSchema("public");
        return config;
    }

    private static String one(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            assertThat(result.next()).isTrue();
            return String.valueOf(result.getString(1));
        }
    }

    @Test
    void handsOutConnectionsThatWork() throws Exception {
        try (var pool = new HikariDataSource(config());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var work = new ArrayList<Callable<Long>>();
            for (int i = 0; i < 30; i++) {
                int n = i;
                work.add(() -> insert(pool, n));
            }
            var keys = new ArrayList<Long>();
            for (Future<Long> key : threads.invokeAll(work)) {
                keys.add(key.get());
            }
            assertThat(keys).hasSize(30).doesNotHaveDuplicates();
            try (Connection connection = pool.getConnection()) {
                assertThat(one(connection, "SHOW ef_search")).isEqualTo("99");
                assertThat(connection.isValid(3)).isTrue();
            }
        }
    }

    private static long insert(HikariDataSource pool, int n) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO pooled (n) VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
            insert.setInt(1, n);
            assertThat(insert.executeUpdate()).isEqualTo(1);
            try (ResultSet keys = insert.getGeneratedKeys()) {
                assertThat(keys.next()).isTrue();
                return keys.getLong(1);
            }
        }
    }

    @Test
    void givesBackWhatABorrowerChanged() throws SQLException {
        HikariConfig config = config();
        config.setMaximumPoolSize(1);
        config.setAutoCommit(false);
        try (var pool = new HikariDataSource(config)) {
            try (Connection connection = pool.getConnection()) {
                assertThat(connection.getAutoCommit()).isFalse();
                connection.setReadOnly(true);
                connection.setSchema("information_schema");
                connection.setNetworkTimeout(Runnable::run, 5_000);
                assertThatThrownBy(() -> one(connection, "INSERT INTO public.pooled (n) VALUES (1) RETURNING n"))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("25006"));
                connection.rollback();
            }
            try (Connection connection = pool.getConnection()) {
                assertThat(connection.isReadOnly()).isFalse();
                assertThat(connection.getSchema()).isEqualTo("public");
                one(connection, "SELECT count(*) FROM pooled");
                connection.commit();
            }
        }
    }

    @Test
    void makesABorrowerWaitAndReplacesWhatWasEvicted() throws SQLException {
        HikariConfig config = config();
        config.setConnectionTimeout(1_000);
        config.setInitializationFailTimeout(30_000);
        try (var pool = new HikariDataSource(config)) {
            var out = new ArrayList<Connection>();
            while (out.size() < 3) {
                out.add(borrowed(pool));
            }
            assertThatThrownBy(pool::getConnection).isInstanceOf(SQLTransientConnectionException.class);
            pool.getHikariPoolMXBean().softEvictConnections();
            for (Connection connection : List.copyOf(out)) {
                connection.close();
            }
            try (Connection connection = borrowed(pool)) {
                assertThat(one(connection, "SELECT 1")).isEqualTo("1");
            }
        }
    }

    /// The pool opens connections behind the borrower's back, which takes a while on a busy machine.
    private static Connection borrowed(HikariDataSource pool) throws SQLException {
        for (int patience = 20; ; patience--) {
            try {
                return pool.getConnection();
            } catch (SQLTransientConnectionException e) {
                if (patience == 0) {
                    throw e;
                }
            }
        }
    }
}
