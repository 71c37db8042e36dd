package io.elanus.sql.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.sql.doors.RealServer;
import io.elanus.storage.tls.TestKeys;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A server whose ports are encrypted, and the clients that can reach it.
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class TlsDoorsTest {
    @TempDir
    static Path folder;

    private static TestKeys keys;
    private static RealServer server;

    @BeforeAll
    static void start() {
        keys = TestKeys.make(folder, "server", "ip:127.0.0.1");
        server = RealServer.start(
                folder.resolve("data"),
                Map.of(
                        "security.tls.certificate", keys.certificate().toString(),
                        "security.tls.key", keys.key().toString()));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void select(String properties) throws SQLException {
        try (Connection connection = server.connect(properties)) {
            assertThat(RealServer.rows(connection, "SELECT 1")).containsExactly("1");
            assertThat(connection.isValid(10)).isTrue();
        }
    }

    @Test
    void theDriverEncryptsAndKnowsTheServer() throws Exception {
        select("?ssl=true&sslRootCert=" + keys.certificate());
        select("?sslMode=verify-ca&sslRootCert=" + keys.certificate());
        select("?sslMode=require");
    }

    @Test
    void theDriverRefusesAServerItDoesNotKnow() {
        assertThatThrownBy(() -> select("?ssl=true"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("No encrypted connection to");
        TestKeys elsewhere = TestKeys.make(folder, "elsewhere", "dns:example.org");
        assertThatThrownBy(() -> select("?ssl=true&sslRootCert=" + elsewhere.certificate()))
                .hasMessageContaining("No encrypted connection to");
        assertThatThrownBy(() -> select("?ssl=true&sslRootCert=" + folder.resolve("none.crt")))
                .hasMessageContaining("none.crt");
        assertThatThrownBy(() -> select("?sslMode=perhaps")).hasMessageContaining("verify-full");
        assertThatThrownBy(() -> select("")).isInstanceOf(SQLException.class);
    }

    @Test
    void theStockClientEncryptsToo() throws Exception {
        Path store = folder.resolve("server.p12");
        try (Connection connection = DriverManager.getConnection("jdbc:avatica:remote:url=https://" + server.address()
                + ";serialization=protobuf;truststore=" + store
                + ";truststore_password=changeit;hostname_verification=NONE")) {
            assertThat(RealServer.rows(connection, "SELECT 1")).containsExactly("1");
        }
    }

    @Test
    void flightClientsEncrypt() throws Exception {
        String address = server.flightAddress();
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        try (var memory = new RootAllocator();
                InputStream trusted = Files.newInputStream(keys.certificate());
                var client = new FlightSqlClient(FlightClient.builder(memory, Location.forGrpcTls("127.0.0.1", port))
                        .trustedCertificates(trusted)
                        .build())) {
            var info = client.execute("SELECT 7");
            try (var stream = client.getStream(info.getEndpoints().getFirst().getTicket())) {
                assertThat(stream.next()).isTrue();
                assertThat(stream.getRoot().getVector(0).getObject(0)).hasToString("7");
            }
        }
    }

    @Test
    void onlyTheNewestProtocolIsSpoken() throws IOException {
        int colon = server.address().lastIndexOf(':');
        int port = Integer.parseInt(server.address().substring(colon + 1));
        try (var socket = (SSLSocket) SSLSocketFactory.getDefault().createSocket("127.0.0.1", port)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            assertThatThrownBy(socket::startHandshake).hasMessageContaining("protocol_version");
        }
    }

    @Test
    void aRenewedCertificateNeedsNoRestart() throws Exception {
        TestKeys own = TestKeys.make(folder, "before", "ip:127.0.0.1");
        TestKeys renewed = TestKeys.make(folder, "after", "ip:127.0.0.1");
        try (RealServer other = RealServer.start(
                folder.resolve("other"),
                Map.of(
                        "security.tls.certificate", own.certificate().toString(),
                        "security.tls.key", own.key().toString()))) {
            String trustNew = "?sslRootCert=" + renewed.certificate();
            assertThatThrownBy(() -> other.connect(trustNew).close()).isInstanceOf(SQLException.class);
            Files.copy(renewed.key(), own.key(), StandardCopyOption.REPLACE_EXISTING);
            Files.copy(renewed.certificate(), own.certificate(), StandardCopyOption.REPLACE_EXISTING);
            Files.setLastModifiedTime(own.certificate(), FileTime.fromMillis(1_000));
            try (Connection connection = other.connect(trustNew)) {
                assertThat(RealServer.rows(connection, "SELECT 1")).containsExactly("1");
            }
        }
    }
}
