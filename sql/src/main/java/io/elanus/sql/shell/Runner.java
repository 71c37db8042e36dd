package io.elanus.sql.shell;

import io.elanus.jdbc.CopyIn;
import io.elanus.jdbc.ProgressReporting;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Runs statements on one connection and prints what comes of them. Owns the connection.
public final class Runner implements AutoCloseable {
    public enum Format {
        TABLE,
        CSV,
        JSON
    }

    private static final Pattern COPY_IN =
            Pattern.compile("COPY\\s.*?\\sFROM\\s+STDIN\\b", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final Console console;
    private final Connection connection;
    private Format format;
    private boolean expanded;
    private boolean timing;
    private volatile Optional<Runnable> interrupt = Optional.empty();

    public Runner(Console console, Connection connection, Format format) {
        this.console = console;
        this.connection = connection;
        this.format = format;
    }

    Console console() {
        return console;
    }

    Connection connection() {
        return connection;
    }

    void setFormat(Format wanted) {
        format = wanted;
    }

    boolean toggleExpanded() {
        expanded = !expanded;
        return expanded;
    }

    boolean toggleTiming() {
        timing = !timing;
        return timing;
    }

    public void setTiming(boolean on) {
        timing = on;
    }

    /// False when the statement failed; the error was printed.
    public boolean run(String sql, Object... parameters) {
        return timed(sql, () -> {
            if (parameters.length == 0) {
                try (Statement statement = connection.createStatement()) {
                    execute(statement, sql, () -> statement.execute(sql));
                }
            } else {
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    for (int i = 0; i < parameters.length; i++) {
                        statement.setObject(i + 1, parameters[i]);
                    }
                    execute(statement, sql, statement::execute);
                }
            }
        });
    }

    /// Runs COPY … FROM STDIN on these rows, which it closes.
    boolean copyIn(String sql, Supplier<InputStream> rows) {
        return timed(sql, () -> {
            try (Statement statement = connection.createStatement();
                    InputStream sent = rows.get()) {
                long count =
                        watched(statement, () -> statement.unwrap(CopyIn.class).copyIn(sql, sent));
                say(sql, count);
            } catch (IOException | UncheckedIOException e) {
                throw new SQLException("The rows cannot be read: " + e.getMessage(), "58030", e);
            }
        });
    }

    /// A COPY whose rows come from here.
    static boolean isCopyIn(String sql) {
        return COPY_IN.matcher(Script.withoutLeadingComments(sql)).lookingAt();
    }

    /// Waits for something that is not one statement, with its progress; ctrl-C ends the wait.
    ///
    /// @param progress empty: it has ended
    /// @param poll time between two looks
    boolean await(Supplier<Optional<long[]>> progress, Duration poll) {
        var ended = new CountDownLatch(1);
        interrupt = Optional.of(ended::countDown);
        try (var bar = new ProgressBar(console)) {
            Optional<long[]> now = progress.get();
            boolean interrupted = false;
            while (now.isPresent() && !interrupted) {
                bar.show(now.get());
                interrupted = ended.await(poll.toMillis(), TimeUnit.MILLISECONDS);
                now = progress.get();
            }
            return now.isEmpty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            interrupt = Optional.empty();
        }
    }

    private interface Work<T> {
        T run() throws SQLException;
    }

    private interface Action {
        void run() throws SQLException;
    }

    private boolean timed(String sql, Action action) {
        long start = System.nanoTime();
        try {
            action.run();
            if (timing) {
                console.out().printf(Locale.ROOT, "Time: %.1f ms%n", (System.nanoTime() - start) * 1e-6);
            }
            return true;
        } catch (SQLException e) {
            console.out().flush();
            console.err().println(ErrorText.of(e, sql));
            return false;
        } finally {
            console.out().flush();
            console.err().flush();
        }
    }

    /// Runs a statement and prints its rows or count; ctrl-C reaches it until the last row is printed.
    private void execute(Statement statement, String sql, Work<Boolean> work) throws SQLException {
        interrupt = Optional.of(() -> cancel(statement));
        try {
            if (watched(statement, work)) {
                print(statement.getResultSet());
            } else {
                say(sql, statement.getLargeUpdateCount());
            }
        } finally {
            interrupt = Optional.empty();
        }
    }

    /// With a bar while it runs, if somebody looks.
    private <T> T watched(Statement statement, Work<T> work) throws SQLException {
        if (!console.interactive()) {
            return work.run();
        }
        Optional<Runnable> before = interrupt;
        interrupt = Optional.of(() -> cancel(statement));
        try (var bar = new ProgressBar(console)) {
            bar.follow(statement.unwrap(ProgressReporting.class));
            return work.run();
        } finally {
            interrupt = before;
        }
    }

    private void say(String sql, long count) {
        if (format == Format.TABLE) {
            console.out().println(done(sql, count));
        }
    }

    /// `INSERT 5`, `CREATE TABLE`.
    static String done(String sql, long count) {
        String[] words =
                Script.withoutLeadingComments(sql).toUpperCase(Locale.ROOT).split("[\\s(;]+", 3);
        return switch (words[0]) {
            case "INSERT", "UPSERT", "UPDATE", "DELETE", "COPY", "MERGE" -> words[0] + " " + count;
            case "CREATE", "DROP", "ALTER", "LOAD", "RELEASE" ->
                words.length > 1 ? words[0] + " " + words[1] : words[0];
            default -> words[0];
        };
    }

    private void print(ResultSet result) throws SQLException {
        ResultPrinter printer = switch (format) {
            case TABLE ->
                expanded ? new ExpandedPrinter(console.out()) : new TablePrinter(console.out(), console.width());
            case CSV -> new CsvPrinter(console.out());
            case JSON -> new JsonPrinter(console.out());
        };
        ResultSetMetaData metadata = result.getMetaData();
        var headings = new ArrayList<ResultPrinter.Heading>();
        for (int i = 1; i <= metadata.getColumnCount(); i++) {
            headings.add(new ResultPrinter.Heading(
                    metadata.getColumnLabel(i), metadata.getColumnTypeName(i), isNumber(metadata.getColumnType(i))));
        }
        printer.begin(headings);
        while (result.next()) {
            printer.row(values(result, metadata));
        }
        printer.end();
    }

    private static List<@Nullable Object> values(ResultSet result, ResultSetMetaData metadata) throws SQLException {
        var values = new ArrayList<@Nullable Object>(metadata.getColumnCount());
        for (int i = 1; i <= metadata.getColumnCount(); i++) {
            values.add(
                    switch (metadata.getColumnType(i)) {
                        case Types.DATE, Types.TIME, Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE ->
                            result.getString(i);
                        case Types.ARRAY -> array(result.getArray(i));
                        default -> result.getObject(i);
                    });
        }
        return values;
    }

    private static @Nullable Object array(@Nullable Array array) throws SQLException {
        return array == null ? null : array.getArray();
    }

    private static boolean isNumber(int type) {
        return switch (type) {
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.REAL, Types.DOUBLE, Types.DECIMAL ->
                true;
            default -> false;
        };
    }

    /// Ends what runs now; called by ctrl-C.
    void cancel() {
        interrupt.ifPresent(Runnable::run);
    }

    private void cancel(Statement statement) {
        Thread.ofVirtual().name("cancel").start(() -> {
            try {
                statement.cancel();
            } catch (SQLException e) {
                console.err().println(ErrorText.of(e, ""));
                console.err().flush();
            }
        });
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            console.err().println(ErrorText.of(e, ""));
        }
    }
}
