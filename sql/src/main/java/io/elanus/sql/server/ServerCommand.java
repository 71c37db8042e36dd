package io.elanus.sql.server;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
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
        var ended = new CountDownLatch(1);
        // SIGTERM and ctrl-C run this; SIGKILL runs nothing, and the log makes up for it.
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> {
                    server.close();
                    ended.countDown();
                }));
        System.out.printf(
                "Elanus %s listens on %s. Connect with ./elanus sql, or JDBC: jdbc:elanus://%s/public%n",
                VersionCommand.version(), server.address(), server.address());
        ended.await();
        return 0;
    }
}
