package io.elanus.sql.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What runs, as the supervisor writes it down. Text: the URL, then one process a line: `name pid start restarts`,
/// the supervisor first.
///
/// @param url for clients
/// @param processes in the order of their start
record ClusterState(String url, List<Recorded> processes) {
    static final String SUPERVISOR = "supervisor";
    private static final int FIELDS = 4;

    /// A process that was started.
    ///
    /// @param started as the operating system knows it: a later process with the same id has another
    /// @param restarts how often it had to be started again
    record Recorded(String name, long pid, long startedMillis, int restarts) {
        static Recorded of(String name, ProcessHandle process, int restarts) {
            return new Recorded(name, process.pid(), startMillis(process), restarts);
        }

        /// The process, if it is still the one that was recorded.
        Optional<ProcessHandle> find() {
            return ProcessHandle.of(pid).filter(process -> process.isAlive() && startMillis(process) == startedMillis);
        }

        private static long startMillis(ProcessHandle process) {
            return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        }
    }

    ClusterState {
        processes = List.copyOf(processes);
    }

    /// Empty when no cluster was started in this folder, or it has ended in order.
    static Optional<ClusterState> load(ClusterFolder folder) throws IOException {
        if (!Files.exists(folder.state())) {
            return Optional.empty();
        }
        var processes = new ArrayList<Recorded>();
        List<String> lines = Files.readAllLines(folder.state());
        for (String line : lines) {
            String[] fields = line.split(" ", -1);
            if (fields.length == FIELDS) {
                processes.add(new Recorded(
                        fields[0],
                        Long.parseLong(fields[1]),
                        Long.parseLong(fields[2]),
                        Integer.parseInt(fields[FIELDS - 1])));
            }
        }
        return Optional.of(new ClusterState(lines.getFirst(), processes));
    }

    void save(ClusterFolder folder) throws IOException {
        var text = new StringBuilder(url + System.lineSeparator());
        for (Recorded process : processes) {
            text.append("%s %d %d %d%n"
                    .formatted(process.name(), process.pid(), process.startedMillis(), process.restarts()));
        }
        Path draft = folder.state().resolveSibling("cluster.state.new");
        Files.writeString(draft, text);
        Files.move(draft, folder.state(), StandardCopyOption.ATOMIC_MOVE);
    }

    Optional<ProcessHandle> supervisor() {
        return processes.stream()
                .filter(process -> process.name().equals(SUPERVISOR))
                .findFirst()
                .flatMap(Recorded::find);
    }

    /// Those of them that are alive.
    List<Recorded> living() {
        return processes.stream().filter(process -> process.find().isPresent()).toList();
    }
}
