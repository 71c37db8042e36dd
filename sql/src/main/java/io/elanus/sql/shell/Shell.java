package io.elanus.sql.shell;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;

/// Reads statements from a terminal until its user leaves.
final class Shell {
    private static final String PROMPT = "elanus> ";
    private static final String MORE = "     -> ";
    private static final String ROWS = "   row> ";

    private final Terminal terminal;
    private final Runner runner;
    private final Commands commands;
    private final Names names;
    private final LineReader reader;

    /// @param history file of earlier lines
    Shell(Terminal terminal, Runner runner, Path history) {
        this.terminal = terminal;
        this.runner = runner;
        this.commands = new Commands(runner);
        this.names = new Names(runner.connection());
        this.reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("elanus")
                .parser(new StatementParser())
                .completer(names)
                .variable(LineReader.HISTORY_FILE, history)
                // What may hold a password is not kept.
                .variable(LineReader.HISTORY_IGNORE, "*[pP][aA][sS][sS][wW][oO][rR][dD]*")
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, MORE)
                .variable(LineReader.INDENTATION, 0)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.CASE_INSENSITIVE, true)
                .build();
    }

    void run() {
        Terminal.SignalHandler before = terminal.handle(Terminal.Signal.INT, _ -> runner.cancel());
        try {
            while (readAndRun() != Commands.Outcome.QUIT) {
                names.forget();
            }
        } finally {
            terminal.handle(Terminal.Signal.INT, before);
        }
    }

    private Commands.Outcome readAndRun() {
        try {
            return commands.runAll(ScriptReader.of(reader.readLine(PROMPT), this::readRows), true);
        } catch (UserInterruptException e) {
            // Ctrl-C at the prompt throws the line away.
            return Commands.Outcome.DONE;
        } catch (EndOfFileException e) {
            return Commands.Outcome.QUIT;
        }
    }

    /// The rows of a COPY, typed or pasted.
    private InputStream readRows() {
        LineReader lines = LineReaderBuilder.builder()
                .terminal(terminal)
                .variable(LineReader.DISABLE_HISTORY, true)
                .variable(LineReader.DISABLE_COMPLETION, true)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .build();
        terminal.writer().println("Type the rows; a line \\. ends them, ctrl-C gives up.");
        var rows = new StringBuilder();
        try {
            for (String line = lines.readLine(ROWS); !line.equals("\\."); line = lines.readLine(ROWS)) {
                rows.append(line).append('\n');
            }
        } catch (EndOfFileException e) {
            // Ctrl-D ends the rows as well.
        }
        return new ByteArrayInputStream(rows.toString().getBytes(StandardCharsets.UTF_8));
    }
}
