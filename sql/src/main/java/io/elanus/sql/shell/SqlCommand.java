package io.elanus.sql.shell;

import io.elanus.jdbc.Driver;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/// `./elanus sql`.
@Command(
        name = "sql",
        mixinStandardHelpOptions = true,
        description = "Runs SQL on a server, in a shell or from -e, -f or the standard input.")
public final class SqlCommand implements Callable<Integer> {
    private static final Pattern SERVER = Pattern.compile("^jdbc:elanus://([\\w.\\-\\[\\]:]+)");
    private static final int NARROWEST = 40;
    private static final int UNUSABLE = 2;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "jdbc:elanus://127.0.0.1:7070/public",
            description = "server to connect to (${DEFAULT-VALUE})")
    private String url = "";

    @Option(names = "--user", paramLabel = "NAME", description = "user to log in as; asks for the password")
    private String user = "";

    @Option(names = "--password-file", paramLabel = "FILE", description = "file with the password, instead of asking")
    private @Nullable Path passwordFile;

    @Option(names = "-e", paramLabel = "SQL", description = "runs these statements and ends")
    private List<String> statements = List.of();

    @Option(names = "-f", paramLabel = "FILE", description = "runs the statements of this file and ends")
    private @Nullable Path file;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            converter = FormatName.class,
            description = "table, csv or json (${DEFAULT-VALUE})")
    private Runner.Format format = Runner.Format.TABLE;

    private static final class FormatName implements ITypeConverter<Runner.Format> {
        @Override
        public Runner.Format convert(String name) {
            return Arrays.stream(Runner.Format.values())
                    .filter(format -> format.name().equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow(() ->
                            new CommandLine.TypeConversionException("[" + name + "] is none of table, csv and json"));
        }
    }

    @Option(names = "--timing", description = "prints the time of each statement")
    private boolean timing;

    @Option(
            names = "--history",
            paramLabel = "FILE",
            defaultValue = "${sys:user.home}/.elanus_history",
            description = "file of earlier lines (${DEFAULT-VALUE})")
    private Path history = Path.of(".elanus_history");

    /// 0; 1 when a statement failed, 2 when there is no server or no file.
    @Override
    public Integer call() throws IOException {
        boolean shell = statements.isEmpty()
                && file == null
                && System.console() != null
                && System.console().isTerminal();
        return shell ? interactive(url, account(), format, timing, history) : batch();
    }

    private int batch() {
        var console = new Console(writer(System.out), writer(System.err), () -> 0);
        if (file != null && !Files.isReadable(file)) {
            console.err().println("File [" + file + "] cannot be read.");
            console.err().flush();
            return UNUSABLE;
        }
        try (Runner runner = new Runner(console, connect(url, account()), format)) {
            runner.setTiming(timing);
            return runAll(new Commands(runner)) == Commands.Outcome.FAILED ? 1 : 0;
        } catch (SQLException e) {
            return refuse(console, e);
        } catch (IOException | UncheckedIOException e) {
            console.err().println("The statements cannot be read: " + e.getMessage());
            console.err().flush();
            return UNUSABLE;
        }
    }

    private Commands.Outcome runAll(Commands commands) throws IOException {
        Commands.Outcome outcome = Commands.Outcome.DONE;
        if (!statements.isEmpty()) {
            try (ScriptReader script = ScriptReader.of(String.join(";\n", statements), () -> System.in)) {
                outcome = commands.runAll(script, true);
            }
        }
        if (outcome == Commands.Outcome.DONE && (file != null || statements.isEmpty())) {
            Reader text = file == null
                    ? new InputStreamReader(System.in, StandardCharsets.UTF_8)
                    : Files.newBufferedReader(file);
            try (ScriptReader script = ScriptReader.of(text)) {
                outcome = commands.runAll(script, true);
            }
        }
        return outcome;
    }

    /// The user and the password, for the driver.
    private Properties account() throws IOException {
        var account = new Properties();
        if (user.isEmpty()) {
            return account;
        }
        account.setProperty("user", user);
        if (passwordFile != null) {
            account.setProperty("password", Files.readString(passwordFile).strip());
        } else if (System.console() != null) {
            char[] typed = System.console().readPassword("Password of %s: ", user);
            account.setProperty("password", typed == null ? "" : new String(typed));
        }
        return account;
    }

    /// A shell on the process's terminal.
    public static int interactive(String url, Runner.Format format, boolean timing, Path history) throws IOException {
        return interactive(url, new Properties(), format, timing, history);
    }

    private static int interactive(String url, Properties account, Runner.Format format, boolean timing, Path history)
            throws IOException {
        try (Terminal terminal =
                TerminalBuilder.builder().system(true).dumb(true).build()) {
            var console =
                    new Console(terminal.writer(), terminal.writer(), () -> Math.max(NARROWEST, terminal.getWidth()));
            try (Runner runner = new Runner(console, connect(url, account), format)) {
                runner.setTiming(timing);
                terminal.writer()
                        .println("Connected to " + url.replaceAll("(?i)password=[^&]*", "password=…")
                                + ". \\? helps, \\q quits." + webConsole(url));
                new Shell(terminal, runner, history).run();
                return 0;
            } catch (SQLException e) {
                return refuse(console, e);
            }
        }
    }

    /// Where the same server's console is for browsers; nothing if the URL does not tell.
    private static String webConsole(String url) {
        Matcher server = SERVER.matcher(url);
        return server.find() ? " In a browser: http://" + server.group(1) + "/" : "";
    }

    private static int refuse(Console console, SQLException error) {
        console.err().println(ErrorText.of(error, ""));
        console.err().flush();
        return UNUSABLE;
    }

    private static Connection connect(String url, Properties account) throws SQLException {
        Connection connection = new Driver().connect(url, account);
        if (connection == null) {
            throw new SQLException(
                    "[" + url + "] is no URL of this driver. Write jdbc:elanus://host:port/schema", "08001");
        }
        return connection;
    }

    private static PrintWriter writer(OutputStream stream) {
        return new PrintWriter(stream, false, StandardCharsets.UTF_8);
    }
}
