package io.elanus.jdbc;

import java.sql.Connection;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Properties;
import org.apache.calcite.avatica.AvaticaConnection;
import org.apache.calcite.avatica.AvaticaFactory;
import org.apache.calcite.avatica.DriverVersion;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.UnregisteredDriver;
import org.jspecify.annotations.Nullable;

/// Connects to `jdbc:elanus://host:port[,host:port…]/schema?name=value&…`.
public final class Driver extends UnregisteredDriver {
    static final String NAME = "Elanus JDBC driver";
    static final String VERSION = "0.1.0";
    static final int MAJOR = 0;
    static final int MINOR = 1;

    /// What the connections of this driver know of hosts.
    private final Hosts hosts = new Hosts();

    static {
        new Driver().register();
    }

    @Override
    protected String getConnectStringPrefix() {
        return ConnectionUrl.PREFIX;
    }

    @Override
    protected AvaticaFactory createFactory() {
        return new ElanusFactory();
    }

    @Override
    protected DriverVersion createDriverVersion() {
        return new DriverVersion(NAME, VERSION, "Elanus", VERSION, true, MAJOR, MINOR, MAJOR, MINOR);
    }

    @Override
    public Meta createMeta(AvaticaConnection connection) {
        Properties given = ((ElanusConnection) connection).properties();
        var account =
                new Account(given.getProperty(ConnectionUrl.USER, ""), given.getProperty(ConnectionUrl.PASSWORD, ""));
        return new ElanusMeta(
                connection,
                new Transport(given.getProperty(ConnectionUrl.HOSTS), hosts, account, Encryption.of(given)));
    }

    /// URLs of embedded databases are for the artifact that has them.
    @Override
    public boolean acceptsURL(String url) throws SQLException {
        return super.acceptsURL(url) && !ConnectionUrl.isEmbedded(url);
    }

    @Override
    public @Nullable Connection connect(String url, @Nullable Properties info) throws SQLException {
        return acceptsURL(url) ? connect(url, info, () -> {}) : null;
    }

    /// Connects for whoever has something to do when the connection closes.
    ///
    /// @param onClose called once, after the connection has closed
    public Connection connect(String url, @Nullable Properties info, Runnable onClose) throws SQLException {
        Properties properties = ConnectionUrl.parse(url, info == null ? new Properties() : info);
        return Errors.call(() -> {
            AvaticaConnection connection = factory.newConnection(this, factory, url, properties);
            connection.openConnection();
            handler.onConnectionInit(connection);
            ((ElanusConnection) connection).onClose(onClose);
            return connection;
        });
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
        return ConnectionUrl.describe(info);
    }
}
