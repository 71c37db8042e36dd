package io.elanus.sql.server;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Runs a server until the process is asked to end.
@Command(name = "server", mixinStandardHelpOptions = true, description = "Starts a server over a data directory.")
public final class ServerCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions options = new ServerOptions();

    @Override
    public Integer call() throws InterruptedException {
        ServerConfig config = options.config();
        ElanusServer server = ElanusServer.start(options.data(), config);
        WarmUp.start(server.sessions());
        var asked = new UntilAsked(server);
        boolean encrypted = !config.security().tls().certificate().isEmpty();
        System.out.printf(
                "Elanus %s listens on %s. Open %s://%s/ in a browser, or connect with ./elanus sql,%n"
                        + "or JDBC: jdbc:elanus://%s/public%s%n",
                VersionCommand.version(),
                server.address(),
                encrypted ? "https" : "http",
                server.address(),
                server.address(),
                encrypted ? "?ssl=true" : "");
        asked.await();
        return 0;
    }
}
