package io.elanus.sql.shell;

import io.elanus.sql.error.Suggestions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The shell's own commands: psql's `\d`, and the same things as `.tables` and `!tables`.
final class Commands {
    private enum Command {
        HELP("\\?", "\\h", ".help", "!help", "help"),
        QUIT("\\q", ".quit", ".exit", "!quit", "quit", "exit"),
        TABLES("\\dt", ".tables", "!tables"),
        DESCRIBE("\\d", ".schema", "!columns", "!describe"),
        INDEXES("\\di", ".indexes", "!indexes"),
        SCHEMAS("\\dn", ".schemas", "!schemas"),
        DATABASES("\\l", ".databases", "!databases"),
        EXPANDED("\\x", ".expanded", "!expanded"),
        TIMING("\\timing", ".timer", "!timing"),
        FORMAT("\\format", ".mode", "!outputformat"),
        COPY("\\copy", ".import"),
        WAIT("\\wait", ".wait", "!wait"),
        INCLUDE("\\i", ".read", "!run");

        final List<String> names;

        Command(String... names) {
            this.names = List.of(names);
        }

        static Optional<Command> find(String name) {
            return Stream.of(values())
                    .filter(command -> command.names.contains(name.toLowerCase(Locale.ROOT)))
                    .findFirst();
        }
    }

    enum Outcome {
        DONE,
        FAILED,
        QUIT
    }

    private static final String HELP = """
            \\d [TABLE]     tables, or the columns and indexes of one     .schema TABLE  !columns TABLE
            \\dt            tables                                        .tables        !tables
            \\di [TABLE]    indexes                                       .indexes       !indexes
            \\dn            schemas                                       .schemas       !schemas
            \\l             databases                                     .databases     !databases
            \\x             one line a value, on or off                   .expanded
            \\timing        time of each statement, on or off             .timer         !timing
            \\format F      table, csv or json                            .mode F
            \\wait [TABLE]  wait until its indexes are built              .wait TABLE    !wait TABLE
            \\copy T FROM 'FILE' [WITH (…)]   load a file of this machine  .import T FROM 'FILE'
            COPY T FROM STDIN; load the rows that follow, up to a line \\.
            \\i FILE        run the statements of a file                  .read FILE     !run FILE
            \\? \\q          this help, quit                               .help .quit    !help !quit
            Statements end with a semicolon. Tab completes names; ctrl-C cancels what runs; ctrl-D quits.
            """;

    private static final Duration POLL = Duration.ofMillis(250);
    private static final int DEEPEST = 16;

    private final Runner runner;
    private int depth;

    Commands(Runner runner) {
        this.runner = runner;
    }

    static List<String> names() {
        return Arrays.stream(Command.values())
                .flatMap(command -> command.names.stream())
                .toList();
    }

    /// Runs a whole text of statements and commands.
    ///
    /// @param stopAtError the statements behind one that failed do not run
    Outcome runAll(ScriptReader script, boolean stopAtError) {
        Outcome worst = Outcome.DONE;
        for (Optional<String> next = script.next(); next.isPresent(); next = script.next()) {
            Outcome outcome = run(next.get(), script::rows);
            if (outcome == Outcome.QUIT || (outcome == Outcome.FAILED && stopAtError)) {
                return outcome;
            }
            worst = outcome == Outcome.FAILED ? outcome : worst;
        }
        return worst;
    }

    /// Is this line a command, which needs no semicolon?
    static boolean isCommand(String line) {
        String text = line.strip();
        return !text.isEmpty() && (Script.isCommand(text.charAt(0)) || isWord(text));
    }

    /// Is this whole line a command without a mark, as `exit`?
    static boolean isWord(String line) {
        return Command.find(line.strip()).isPresent();
    }

    /// @param rows those of a COPY … FROM STDIN
    private Outcome run(String line, Supplier<InputStream> rows) {
        if (!isCommand(line)) {
            boolean done = Runner.isCopyIn(line) ? runner.copyIn(line, rows) : runner.run(line);
            return done ? Outcome.DONE : Outcome.FAILED;
        }
        String[] words = line.strip().replaceAll(";$", "").split("\\s+", 2);
        String argument = words.length > 1 ? words[1].strip() : "";
        Optional<Command> command = Command.find(words[0]);
        if (command.isEmpty()) {
            String hint = Suggestions.didYouMean(words[0], names()).orElse("\\? lists the commands.");
            return fail("There is no command " + words[0] + ". " + hint);
        }
        return run(command.get(), argument);
    }

    private Outcome run(Command command, String argument) {
        return switch (command) {
            case HELP -> say(HELP.stripTrailing());
            case QUIT -> Outcome.QUIT;
            case TABLES -> tables();
            case DESCRIBE -> argument.isEmpty() ? tables() : describe(argument);
            case INDEXES -> indexes(argument);
            case SCHEMAS ->
                query("SELECT schema_name AS \"schema\" FROM information_schema.schemata ORDER BY schema_name");
            case DATABASES -> query("SELECT DISTINCT catalog_name AS \"database\" FROM information_schema.schemata");
            case EXPANDED -> say("Expanded display is " + (runner.toggleExpanded() ? "on." : "off."));
            case TIMING -> say("Timing is " + (runner.toggleTiming() ? "on." : "off."));
            case FORMAT -> format(argument);
            case WAIT -> awaitIndexes(argument);
            case INCLUDE -> include(argument);
            case COPY -> copy(argument);
        };
    }

    private Outcome query(String sql, String... parameters) {
        return runner.run(sql, (Object[]) parameters) ? Outcome.DONE : Outcome.FAILED;
    }

    private Outcome tables() {
        return query("SELECT table_schema AS \"schema\", table_name AS \"name\", table_type AS \"type\""
                + " FROM information_schema.tables"
                + " WHERE table_schema NOT IN ('information_schema', 'system')"
                + " ORDER BY table_schema, table_name");
    }

    private Outcome describe(String name) {
        String[] path = path(name);
        try {
            if (count("SELECT count(*) FROM information_schema.columns WHERE table_schema = ? AND table_name = ?", path)
                    == 0) {
                return fail("There is no table " + String.join(".", path) + ". \\dt lists them.");
            }
        } catch (SQLException e) {
            return fail(ErrorText.of(e, ""));
        }
        Outcome columns = query(
                "SELECT column_name AS \"column\", column_type AS \"type\", is_nullable AS \"nullable\","
                        + " column_default AS \"default\" FROM information_schema.columns"
                        + " WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position",
                path);
        return columns == Outcome.DONE ? indexes(name) : columns;
    }

    private long count(String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = runner.connection().prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        }
    }

    private Outcome indexes(String name) {
        String select = "SELECT table_name AS \"table\", index_name AS \"index\", column_name AS \"column\","
                + " index_type AS \"type\", metric, parameters FROM information_schema.indexes";
        return name.isEmpty()
                ? query(select + " ORDER BY table_name, index_name")
                : query(select + " WHERE table_schema = ? AND table_name = ? ORDER BY index_name", path(name));
    }

    /// Schema and name, folded as SQL folds them.
    private String[] path(String name) {
        String[] parts = name.split("\\.", 2);
        return parts.length == 2
                ? new String[] {folded(parts[0]), folded(parts[1])}
                : new String[] {schema(), folded(name)};
    }

    private static String folded(String name) {
        boolean quoted = name.length() > 1 && name.startsWith("\"") && name.endsWith("\"");
        return quoted ? name.substring(1, name.length() - 1) : name.toLowerCase(Locale.ROOT);
    }

    private String schema() {
        try {
            String schema = runner.connection().getSchema();
            return schema == null || schema.isEmpty() ? "public" : schema;
        } catch (SQLException e) {
            return "public";
        }
    }

    private Outcome format(String name) {
        Optional<Runner.Format> format = Stream.of(Runner.Format.values())
                .filter(each -> each.name().equalsIgnoreCase(name))
                .findFirst();
        format.ifPresent(runner::setFormat);
        return format.isPresent() ? Outcome.DONE : fail("The format is table, csv or json.");
    }

    private Outcome include(String file) {
        if (depth == DEEPEST) {
            return fail("Files include each other [" + DEEPEST + "] deep; [" + file + "] is not run.");
        }
        depth++;
        try (ScriptReader script = ScriptReader.of(Files.newBufferedReader(Path.of(file)))) {
            return runAll(script, true);
        } catch (IOException | UncheckedIOException | InvalidPathException e) {
            return fail("File [" + file + "] cannot be read.");
        } finally {
            depth--;
        }
    }

    /// COPY … FROM STDIN on a file of this machine.
    private Outcome copy(String argument) {
        Optional<ClientCopy> copy = ClientCopy.parse(argument);
        if (copy.isEmpty()) {
            return fail("Write \\copy TABLE FROM 'FILE' WITH (…).");
        }
        Path file = copy.get().file();
        if (!Files.isReadable(file)) {
            return fail("File [" + file + "] cannot be read.");
        }
        boolean done = runner.copyIn(copy.get().sql(), () -> {
            try {
                return Files.newInputStream(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return done ? Outcome.DONE : Outcome.FAILED;
    }

    /// Indexes are built behind the writes, over the rows that are flushed.
    private Outcome awaitIndexes(String name) {
        String[] path = name.isEmpty() ? new String[] {"%", "%"} : path(name);
        var failed = new ArrayList<SQLException>();
        boolean built = runner.await(
                () -> {
                    try {
                        return building(path);
                    } catch (SQLException e) {
                        failed.add(e);
                        return Optional.empty();
                    }
                },
                POLL);
        if (!failed.isEmpty()) {
            return fail(ErrorText.of(failed.getFirst(), ""));
        }
        return say(built ? "The indexes are built." : "The indexes are still being built.");
    }

    /// Rows indexed and rows to index; empty: all are.
    private Optional<long[]> building(String[] path) throws SQLException {
        String rows = " FROM system.indexes WHERE type <> 'key' AND schema_name LIKE ? AND table_name LIKE ?";
        long done = count("SELECT coalesce(sum(indexed_rows), 0)" + rows, path);
        long total = count("SELECT coalesce(sum(flushed_rows), 0)" + rows, path);
        return done >= total ? Optional.empty() : Optional.of(new long[] {done, total});
    }

    private Outcome say(String text) {
        runner.console().out().println(text);
        runner.console().out().flush();
        return Outcome.DONE;
    }

    private Outcome fail(String text) {
        runner.console().err().println(text);
        runner.console().err().flush();
        return Outcome.FAILED;
    }
}
