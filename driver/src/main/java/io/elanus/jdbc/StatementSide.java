package io.elanus.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.calcite.avatica.AvaticaStatement;
import org.jspecify.annotations.Nullable;

/// What plain and prepared statements do alike, beside what Avatica's classes do.
final class StatementSide {
    private final AvaticaStatement statement;
    private final GeneratedKeys keys;
    private boolean poolable;

    /// @param poolable until it is set
    StatementSide(AvaticaStatement statement, GeneratedKeys keys, boolean poolable) {
        this.statement = statement;
        this.keys = keys;
        this.poolable = poolable;
    }

    /// A statement that has one.
    interface Owner {
        StatementSide side();
    }

    GeneratedKeys keys() {
        return keys;
    }

    private ElanusConnection connection() {
        return ElanusConnection.of(statement);
    }

    void cancel() throws SQLException {
        Errors.call(() -> connection().transport().cancel(statement.handle.connectionId, statement.handle.id));
    }

    Optional<long[]> progress() {
        return connection().transport().progress(statement.handle.connectionId, statement.handle.id);
    }

    ResultSet generatedKeys() throws SQLException {
        ElanusMeta protocol = connection().protocol();
        return keys.open(connection(), offset -> protocol.fetch(statement.handle, offset, -1));
    }

    static int fetchSize(int rows) throws SQLException {
        if (rows < 0) {
            throw new SQLException("A fetch size is not negative", "22023");
        }
        return rows;
    }

    void setPoolable(boolean on) {
        poolable = on;
    }

    boolean isPoolable() {
        return poolable;
    }

    static GeneratedKeys keys(AvaticaStatement statement) {
        return ((Owner) statement).side().keys();
    }

    /// Most rows in a frame of its result; -1: as the server likes.
    ///
    /// @param statement null: it was closed meanwhile
    static int frameRows(@Nullable AvaticaStatement statement) {
        try {
            return statement == null || statement.getFetchSize() == 0 ? -1 : statement.getFetchSize();
        } catch (SQLException e) {
            return -1;
        }
    }

    /// What goes with its execution.
    ///
    /// @param statement null: it was closed meanwhile
    /// @param repeatable see [Repeatable]
    static Transport.Options options(@Nullable AvaticaStatement statement, BooleanSupplier repeatable) {
        try {
            return statement == null
                    ? new Transport.Options(0, 0, GeneratedKeys.NOTHING, repeatable)
                    : new Transport.Options(
                            statement.getQueryTimeout() * 1000L,
                            statement.getLargeMaxRows(),
                            keys(statement).wanted(),
                            repeatable);
        } catch (SQLException e) {
            throw new ServerError("The statement is closed.", "26000", null, e);
        }
    }
}
