package io.elanus.sql.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Loads the classes that a server, and a role of a cluster, need to start, so that the JVM can keep them in its cache:
/// the demo runs, and beside it a role over stores where nobody answers, which gets as far as its clients.
@Command(name = "train", hidden = true, description = "Loads what the program needs to start.")
final class TrainCommand implements Callable<Integer> {
    /// The discard port: nobody answers there.
    private static final String NOWHERE = "127.0.0.1:9";

    private static final List<String> STORES = List.of(
            "--set=stores.log=kafka",
            "--set=stores.kafka.bootstrap-servers=" + NOWHERE,
            "--set=stores.meta=etcd",
            "--set=stores.etcd.endpoints=http://" + NOWHERE,
            "--set=stores.objects=s3",
            "--set=stores.s3.bucket=elanus",
            "--set=stores.s3.endpoint=http://" + NOWHERE,
            "--set=stores.s3.access-key=none",
            "--set=stores.s3.secret-key=none");

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "an empty folder")
    private Path data = Path.of("");

    /// That of the demo.
    @Override
    public Integer call() {
        Thread.ofPlatform().daemon().name("train-role").start(this::startRole);
        return new CommandLine(new DemoCommand())
                .execute("--batch", "--data", data.resolve("demo").toString());
    }

    /// Waits for the stores until the demo has ended, and the process with it.
    private void startRole() {
        var arguments = new ArrayList<>(List.of("querynode", "--data=" + data.resolve("role")));
        arguments.addAll(STORES);
        new CommandLine(new RoleCommand()).execute(arguments.toArray(String[]::new));
    }
}
