package io.elanus.springboot;

import io.elanus.springboot.ElanusProperties.Embedded;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.util.ClassUtils;

/// Where the database is. One that is inside the application is kept running by a connection of this object until it
/// is closed, however many connections a pool has at a time.
public final class ElanusDatabase implements AutoCloseable {
    static final String EMBEDDED_DRIVER = "io.elanus.embedded.EmbeddedDriver";
    static final String REMOTE_DRIVER = "io.elanus.jdbc.Driver";

    private final String url;
    private final @Nullable Connection held;

    private ElanusDatabase(String url, @Nullable Connection held) {
        this.url = url;
        this.held = held;
    }

    static ElanusDatabase open(ElanusProperties properties, ClassLoader loader) throws SQLException {
        String given = properties.url();
        String url = given == null || given.isBlank() ? embeddedUrl(properties.embedded()) : given;
        return new ElanusDatabase(url, isEmbedded(url) ? connect(url, properties, loader) : null);
    }

    private static String embeddedUrl(Embedded embedded) {
        if (embedded.folder() != null) {
            return "jdbc:elanus:file:" + embedded.folder();
        }
        return "jdbc:elanus:mem:" + (embedded.name() == null ? UUID.randomUUID() : embedded.name());
    }

    private static boolean isEmbedded(String url) {
        return url.startsWith("jdbc:elanus:file:") || url.startsWith("jdbc:elanus:mem:");
    }

    private static Connection connect(String url, ElanusProperties properties, ClassLoader loader) throws SQLException {
        if (!ClassUtils.isPresent(EMBEDDED_DRIVER, loader)) {
            throw new SQLException(
                    "[" + url + "] is a database inside the application, and the class path has none. Add the artifact"
                            + " elanus-embedded, or set elanus.url to jdbc:elanus://host:port/schema",
                    "08001");
        }
        var driver = (Driver) BeanUtils.instantiateClass(ClassUtils.resolveClassName(EMBEDDED_DRIVER, loader));
        var login = new Properties();
        if (properties.user() != null) {
            login.setProperty("user", properties.user());
        }
        if (properties.password() != null) {
            login.setProperty("password", properties.password());
        }
        return driver.connect(url, login);
    }

    public String url() {
        return url;
    }

    /// Name of the driver's class for this URL.
    String driver() {
        return isEmbedded(url) ? EMBEDDED_DRIVER : REMOTE_DRIVER;
    }

    @Override
    public void close() throws SQLException {
        if (held != null) {
            held.close();
        }
    }
}
