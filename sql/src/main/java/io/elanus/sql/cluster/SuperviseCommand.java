package io.elanus.sql.cluster;

import io.elanus.sql.server.UntilAsked;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/// What `up` leaves running: the supervisor, until it is asked to end.
@Command(name = "supervise", hidden = true)
final class SuperviseCommand implements Callable<Integer> {
    @ParentCommand
    private ClusterCommand cluster = new ClusterCommand();

    @Mixin
    private ClusterOptions options = new ClusterOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        var supervisor = new Supervisor(options.folder(), options.url(), Members.of(options, cluster.backends()));
        var asked = new UntilAsked(supervisor);
        supervisor.start();
        asked.await();
        return 0;
    }
}
