package io.elanus.sql.crash;

import io.elanus.sql.bench.ServerProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/// One server process with every role.
record ServerTarget(ServerProcess server) implements CrashTarget {
    static CrashTarget start(Path data, List<String> settings, List<String> jvmFlags) {
        return new ServerTarget(ServerProcess.start(data, settings, jvmFlags));
    }

    @Override
    public Connection connect() throws SQLException {
        return server.connect();
    }

    @Override
    public Duration awaitFirstAnswer(String sql) {
        return server.awaitFirstAnswer(sql);
    }

    @Override
    public void kill() {
        server.kill();
    }

    @Override
    public boolean isKilled() {
        return server.isKilled();
    }

    @Override
    public Path file(String name) {
        return server.data().resolveSibling(name);
    }

    @Override
    public String logEnd() {
        return server.logEnd();
    }

    @Override
    public void close() {
        server.close();
    }
}
