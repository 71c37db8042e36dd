package io.elanus.sql.cluster;

import io.elanus.sql.cluster.ClusterState.Recorded;
import io.elanus.sql.server.UntilAsked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;

/// A cluster of processes: one that `./elanus cluster up` has started, or one that lives as long as this object.
/// Whatever is killed is started again by its supervisor.
public final class LocalCluster implements AutoCloseable {
    private final ClusterFolder folder;
    private final Optional<Supervisor> own;

    private LocalCluster(ClusterFolder folder, Optional<Supervisor> own) {
        this.folder = folder;
        this.own = own;
    }

    /// @param arguments as `./elanus cluster up` takes them
    /// @param backends folder of the class paths of Kafka and s3proxy
    public static LocalCluster open(List<String> arguments, Path backends) throws IOException {
        return open(arguments, backends, Surroundings.PLAIN);
    }

    /// A cluster of its own whose links, disks and clocks fail when they are told to.
    public static LocalCluster open(List<String> arguments, Path backends, FaultySurroundings around)
            throws IOException {
        return open(arguments, backends, (Surroundings) around);
    }

    static LocalCluster open(List<String> arguments, Path backends, Surroundings around) throws IOException {
        var options = new ClusterOptions();
        new CommandLine(CommandLine.Model.CommandSpec.create()
                        .addMixin("options", CommandLine.Model.CommandSpec.forAnnotatedObject(options)))
                .parseArgs(arguments.toArray(String[]::new));
        if (ClusterState.load(options.folder())
                .flatMap(ClusterState::supervisor)
                .isPresent()) {
            return new LocalCluster(options.folder(), Optional.empty());
        }
        var supervisor = new Supervisor(options.folder(), options.url(), Members.of(options, backends, around));
        var _ = new UntilAsked(supervisor); // ctrl-C in the middle of a campaign leaves no process behind
        try {
            supervisor.start();
        } catch (IOException | RuntimeException e) { // what was started is ended again
            supervisor.close();
            throw e;
        }
        return new LocalCluster(options.folder(), Optional.of(supervisor));
    }

    /// Where its files are.
    public Path folder() {
        return folder.path();
    }

    /// SIGKILL of every role at once. They stay dead until [#startRoles]; Kafka, etcd and S3 go on.
    public void killRoles() {
        supervisor().killRoles();
    }

    /// No effect when they run.
    public void startRoles() throws IOException {
        supervisor().startRoles();
    }

    /// Deletes everything that the roles have on their disks. They must have been killed.
    public void wipe() throws IOException {
        Path nodes = folder.node("");
        if (!Files.exists(nodes)) {
            return;
        }
        try (Stream<Path> files = Files.walk(nodes)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private Supervisor supervisor() {
        return own.orElseThrow(() -> new IllegalStateException(
                "The cluster in " + folder.path() + " has a supervisor of its own; end it with ./elanus cluster down"));
    }

    /// Of all proxies.
    public String url() throws IOException {
        return state().url();
    }

    /// Names of the processes, but for the supervisor.
    public List<String> members() throws IOException {
        return state().processes().stream()
                .map(Recorded::name)
                .filter(name -> !name.equals(ClusterState.SUPERVISOR))
                .toList();
    }

    /// The id under which a member runs now; empty when it is not running.
    public Optional<Long> pid(String member) throws IOException {
        return state().processes().stream()
                .filter(process -> process.name().equals(member))
                .findFirst()
                .filter(process -> process.find().isPresent())
                .map(Recorded::pid);
    }

    private ClusterState state() throws IOException {
        return ClusterState.load(folder)
                .orElseThrow(() -> new IllegalStateException("The cluster in " + folder.path() + " is down"));
    }

    @Override
    public void close() throws IOException {
        if (own.isPresent()) {
            own.get().close();
        }
    }
}
