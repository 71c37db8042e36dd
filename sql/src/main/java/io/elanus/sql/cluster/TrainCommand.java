package io.elanus.sql.cluster;

import io.elanus.sql.server.DemoCommand;
import io.elanus.sql.server.RoleCommand;
import io.elanus.sql.server.RoleProcess;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/// Loads what the roles of a cluster need to start and to serve, so that the JVM can keep it in its cache: all of them
/// run in this process, over real services, and the demo runs against them.
@Command(name = "train", hidden = true, description = "Loads what the roles of a cluster need.")
final class TrainCommand implements Callable<Integer> {
    @ParentCommand
    private ClusterCommand cluster = new ClusterCommand();

    @Mixin
    private ClusterOptions options = new ClusterOptions();

    /// That of the demo.
    @Override
    public Integer call() throws IOException {
        List<Member> members = Members.of(options, cluster.backends());
        List<Member> services = members.stream()
                .filter(member -> member.phase() == Member.Phase.SERVICE)
                .toList();
        try (var supervisor = new Supervisor(options.folder(), options.url(), services)) {
            supervisor.start();
            return runRoles(members.stream()
                    .map(Member::arguments)
                    .filter(arguments -> !arguments.isEmpty())
                    .toList());
        }
    }

    private int runRoles(List<List<String>> roles) {
        Deque<RoleProcess> running = new ArrayDeque<>();
        try {
            for (List<String> arguments : roles) {
                running.push(role(arguments).start());
            }
            return new CommandLine(new DemoCommand()).execute("--batch", "--url=" + options.url());
        } finally {
            running.forEach(RoleProcess::close);
        }
    }

    /// As the program reads them, without its name.
    private static RoleCommand role(List<String> arguments) {
        return CommandLine.populateCommand(
                new RoleCommand(), arguments.subList(1, arguments.size()).toArray(String[]::new));
    }
}
