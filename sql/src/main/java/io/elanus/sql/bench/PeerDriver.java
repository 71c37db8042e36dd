package io.elanus.sql.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/// A JDBC driver that the user brings: ours ships none but its own.
final class PeerDriver implements AutoCloseable {
    private final URLClassLoader loader;

    /// @param jar of the driver; null: it is on the class path
    PeerDriver(@Nullable Path jar) {
        try {
            loader = new URLClassLoader(
                    jar == null ? new URL[0] : new URL[] {jar.toUri().toURL()}, PeerDriver.class.getClassLoader());
        } catch (IOException e) {
            throw new UncheckedIOException("The driver [%s] has no address".formatted(jar), e);
        }
    }

    Connection connect(String url) throws SQLException {
        for (Driver driver : ServiceLoader.load(Driver.class, loader)) {
            if (driver.acceptsURL(url)) {
                return Optional.ofNullable(driver.connect(url, new Properties()))
                        .orElseThrow(() -> new SQLException("The driver does not connect to its URL", "08001"));
            }
        }
        throw new SQLException("No driver takes this URL. Name its jar with --peer-driver.", "08001");
    }

    /// Sends rows with the `CopyManager` of PostgreSQL's driver, which no interface of JDBC has.
    void copyIn(Connection connection, String sql, InputStream rows) throws SQLException {
        try {
            Object manager = connection.getClass().getMethod("getCopyAPI").invoke(connection);
            manager.getClass()
                    .getMethod("copyIn", String.class, InputStream.class)
                    .invoke(manager, sql, rows);
        } catch (ReflectiveOperationException e) {
            throw new SQLException("The rows could not be copied", e);
        }
    }

    @Override
    public void close() {
        try {
            loader.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
