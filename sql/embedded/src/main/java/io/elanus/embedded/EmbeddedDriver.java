package io.elanus.embedded;

import io.elanus.jdbc.ServerError;
import io.elanus.sql.error.QueryException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Connects to `jdbc:elanus:file:DIR[?name=value&…]` and `jdbc:elanus:mem:[NAME][?name=value&…]`.
public final class EmbeddedDriver implements Driver {
    private static final io.elanus.jdbc.Driver REMOTE = new io.elanus.jdbc.Driver();

    static {
        try {
            DriverManager.registerDriver(new EmbeddedDriver());
        } catch (SQLException e) {
            throw new IllegalStateException("The JDBC driver could not be registered", e);
        }
    }

    @Override
    public boolean acceptsURL(String url) {
        return EmbeddedUrl.isOne(url);
    }

    @Override
    public @Nullable Connection connect(String url, @Nullable Properties info) throws SQLException {
        if (!acceptsURL(url)) {
            return null;
        }
        EmbeddedUrl parsed = EmbeddedUrl.parse(url);
        EmbeddedServers.Lease lease;
        try {
            lease = EmbeddedServers.SHARED.lease(parsed);
        } catch (QueryException e) {
            throw new SQLException(String.valueOf(e.getMessage()), e.code().sqlState(), e);
        }
        try {
            return REMOTE.connect(
                    "jdbc:elanus://" + lease.address() + "/public" + parsed.properties(), info, lease::close);
        } catch (SQLException | ServerError e) {
            lease.close();
            throw e;
        }
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
        return REMOTE.getPropertyInfo(url, info);
    }

    @Override
    public int getMajorVersion() {
        return REMOTE.getMajorVersion();
    }

    @Override
    public int getMinorVersion() {
        return REMOTE.getMinorVersion();
    }

    @Override
    public boolean jdbcCompliant() {
        return REMOTE.jdbcCompliant();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("The driver does not use java.util.logging", "0A000");
    }
}
