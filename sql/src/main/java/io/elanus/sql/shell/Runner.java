package io.elanus.sql.shell;

import io.elanus.jdbc.ProgressReporting;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Runs statements on one connection and prints what comes of them. Owns the connection.
public final class Runner implements AutoCloseable {
    public enum Format {
        TABLE,
        CSV,
        JSON
    }

    private final Console console;
    private final Connection connection;
    private Format format;
    private boolean expanded;
    private boolean timing;
    private volatile @Nullable Statement running;

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
        long start = System.nanoTime();
        try {
            if (parameters.length == 0) {
                runPlain(sql);
            } else {
                runPrepared(sql, parameters);
            }
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

    private void runPlain(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            running = statement;
            boolean rows;
            Optional<ProgressBar> bar = console.interactive()
                    ? Optional.of(new ProgressBar(console, statement.unwrap(ProgressReporting.class)))
                    : Optional.empty();
            try {
                rows = statement.execute(sql);
            } finally {
                bar.ifPresent(ProgressBar::close);
            }
            if (rows) {
                print(statement.getResultSet());
            } else if (format == Format.TABLE) {
                console.out().println(done(sql, statement.getLargeUpdateCount()));
            }
        } finally {
            running = null;
        }
    }

    private void runPrepared(String sql, Object... parameters) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            print(statement.executeQuery());
        }
    }

    /// `INSERT 5`, `CREATE TABLE`.
    private static String done(String sql, long count) {
        String[] words = sql.strip().toUpperCase(Locale.ROOT).split("[\\s(;]+", 3);
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
        Statement statement = running;
        if (statement != null) {
            Thread.ofVirtual().name("cancel").start(() -> {
                try {
                    statement.cancel();
                } catch (SQLException e) {
                    console.err().println(ErrorText.of(e, ""));
                    console.err().flush();
                }
            });
        }
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
