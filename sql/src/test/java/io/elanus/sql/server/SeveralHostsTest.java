package io.elanus.sql.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One cluster with two proxies in front, and connections that know both.
class SeveralHostsTest {
    @TempDir
    private Path folder;

    private final Closing closing = new Closing();
    private final List<Doors> doors = new ArrayList<>();

    @BeforeEach
    void start() {
        var config = ConfigTree.fill(ServerConfig.class, Map.of("listen.http-port", "0", "listen.flight-port", "0"));
        Standalone cluster = closing.add(Standalone.start(folder, config));
        doors.add(closing.add(
                new Doors(config, cluster.tables(), cluster.rpc(), cluster.stores(), cluster.spill(), folder)));
        doors.add(closing.add(
                new Doors(config, cluster.addProxy(2), cluster.rpc(), cluster.stores(), cluster.spill(), folder)));
    }

    @AfterEach
    void stop() {
        closing.close();
    }

    private static String url(String... hosts) {
        return "jdbc:elanus://" + String.join(",", hosts) + "/public";
    }

    private String[] both() {
        return new String[] {doors.getFirst().address(), doors.getLast().address()};
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String one(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    /// The door that has this connection open, by closing the other's.
    private Doors doorOf(String application) throws SQLException {
        for (Doors door : doors) {
            try (Connection direct = DriverManager.getConnection(url(door.address()))) {
                if (!one(direct, "SELECT count(*) FROM system.sessions WHERE application_name = '" + application + "'")
                        .equals("0")) {
                    return door;
                }
            }
        }
        throw new IllegalStateException("Nobody has " + application);
    }

    @Test
    void goesOnAtTheOtherProxyWithItsWritesItsSettingsAndItsStatements() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(both()) + "?application_name=mover")) {
            run(connection, "CREATE TABLE t (id BIGINT PRIMARY KEY, n BIGINT)");
            run(connection, "SET ef_search = 321");
            run(connection, "SET timezone = 'Europe/Berlin'");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?, ?)");
                    PreparedStatement count = connection.prepareStatement("SELECT count(*) FROM t")) {
                for (int round = 0; round < 3; round++) {
                    insert.setLong(1, round);
                    insert.setLong(2, round);
                    insert.executeUpdate();
                    if (round == 1) {
                        doorOf("mover").close();
                    }
                    try (ResultSet rows = count.executeQuery()) {
                        assertThat(rows.next()).isTrue();
                        assertThat(rows.getLong(1)).isEqualTo(round + 1L);
                    }
                }
            }
            assertThat(one(connection, "SHOW ef_search")).isEqualTo("321");
            assertThat(one(connection, "SHOW timezone")).isEqualTo("Europe/Berlin");
        }
    }

    /// The row must not be there twice, nor may its own first copy be taken for somebody else's.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void doesNotSendAChangeAgainWhoseServerEndedBeforeItAnswered(boolean prepared) throws Exception {
        try (LostAnswers losing = losing();
                Connection connection = connectOver(losing)) {
            run(connection, "CREATE TABLE counted (id BIGINT PRIMARY KEY, n BIGINT)");
            run(connection, "INSERT INTO counted VALUES (1, 10)");
            run(connection, "SET consistency = strong"); // nobody told the session when its change was made
            try (PreparedStatement update = connection.prepareStatement("UPDATE counted SET n = n + ?")) {
                update.setLong(1, 1);
                losing.loseTheNext();
                assertThatThrownBy(() -> {
                            if (prepared) {
                                update.executeUpdate();
                            } else {
                                run(connection, "UPDATE counted SET n = n + 1");
                            }
                        })
                        .hasFieldOrPropertyWithValue("SQLState", "40003")
                        .hasMessageContaining("whether it was carried out is not known");
                assertThat(one(connection, "SELECT n FROM counted")).isEqualTo("11");
                update.executeUpdate();
                assertThat(one(connection, "SELECT n FROM counted")).isEqualTo("12");
            }
        }
    }

    @Test
    void readsAgainAtTheOtherProxyWhatItsServerDidNotAnswer() throws Exception {
        try (LostAnswers losing = losing();
                Connection connection = connectOver(losing)) {
            run(connection, "CREATE TABLE read_again (id BIGINT PRIMARY KEY)");
            run(connection, "INSERT INTO read_again VALUES (7)");
            losing.loseTheNext();
            assertThat(one(connection, "/* any */ (SELECT id FROM read_again)")).isEqualTo("7");
        }
    }

    private LostAnswers losing() throws IOException {
        String address = doors.getFirst().address();
        return LostAnswers.before(Integer.parseInt(address.substring(address.indexOf(':') + 1)));
    }

    /// The driver chooses by chance.
    private Connection connectOver(LostAnswers first) throws SQLException {
        String[] hosts = {first.address(), doors.getLast().address()};
        while (true) {
            Connection connection = DriverManager.getConnection(url(hosts) + "?application_name=loser");
            if (doorOf("loser").equals(doors.getFirst())) {
                return connection;
            }
            connection.close();
        }
    }

    @Test
    void spreadsConnectionsAndAvoidsAHostThatDoesNotAnswer() throws Exception {
        int nobody;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        String all = url(both()).replace("/public", ",127.0.0.1:" + nobody + "/public");
        Set<Doors> used = new HashSet<>();
        for (int i = 0; i < 40 && used.size() < 2; i++) {
            try (Connection _ = DriverManager.getConnection(all + "?application_name=c" + i)) {
                used.add(doorOf("c" + i));
            }
        }
        assertThat(used).hasSize(2);
    }

    @Test
    void saysWhoDoesNotAnswer() {
        doors.forEach(Doors::close);
        assertThatThrownBy(() -> DriverManager.getConnection(url(both())))
                .hasFieldOrPropertyWithValue("SQLState", "08001")
                .hasMessageContaining(doors.getFirst().address());
    }
}
