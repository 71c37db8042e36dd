package io.elanus.sql.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a Quidem script: statements that end with a semicolon, what they print, and a command that says how to
/// compare. Commands that print plans and types are passed over, and blocks that the script itself turns off.
final class IqScript {
    private final BufferedReader lines;
    private final List<String> printed = new ArrayList<>();
    private int line;
    private int sqlLine;
    private String sql = "";
    private boolean open;

    /// What is to be done with a statement.
    sealed interface Step {
        int line();

        /// @param name of a schema for the statements to come
        record Use(int line, String name) implements Step {}

        /// @param printed as a table, or empty lines
        record Ask(int line, String sql, List<String> printed) implements Step {
            public Ask {
                printed = List.copyOf(printed);
            }
        }

        record Change(int line, String sql) implements Step {}

        record Refuse(int line, String sql) implements Step {}
    }

    IqScript(BufferedReader lines) {
        this.lines = lines;
    }

    /// The next step; null at the end.
    @Nullable
    Step next() throws IOException {
        for (String text = read(); text != null; text = read()) {
            if (text.startsWith("!")) {
                Step step = command(text);
                if (step != null) {
                    return step;
                }
            } else if (open || (!text.startsWith("#") && !text.isBlank() && !printing())) {
                statement(text);
            } else {
                printed.add(text);
            }
        }
        return null;
    }

    private @Nullable String read() throws IOException {
        line++;
        return lines.readLine();
    }

    /// Whether the line is what the statement before it prints, as all are between it and its command.
    private boolean printing() {
        return !sql.isEmpty();
    }

    private void statement(String text) {
        if (!open) {
            open = true;
            sql = "";
            sqlLine = line;
            printed.clear();
        }
        if (text.startsWith("#") || text.startsWith("--")) {
            return;
        }
        String code = text.stripTrailing();
        if (code.endsWith(";")) {
            open = false;
            code = code.substring(0, code.length() - 1);
        }
        sql += code + "\n";
    }

    private @Nullable Step command(String text) throws IOException {
        if (open) { // what was read since the last command is no statement but a plan
            open = false;
            sql = "";
        }
        String[] words = text.substring(1).strip().split("\\s+", 3);
        Step step = switch (words[0]) {
            case "use" -> new Step.Use(line, words[1]);
            case "ok" -> sql.isEmpty() ? null : new Step.Ask(sqlLine, sql.strip(), printed);
            case "update" -> sql.isEmpty() ? null : new Step.Change(sqlLine, sql.strip());
            case "error" -> sql.isEmpty() ? null : new Step.Refuse(sqlLine, sql.strip());
            default -> null;
        };
        if (words[0].equals("if") && !words[1].equals("(jdk18)")) {
            skipBlock();
        }
        printed.clear();
        if (step != null || !words[0].equals("type")) {
            sql = "";
        }
        return step;
    }

    private void skipBlock() throws IOException {
        for (String text = read(); text != null && !text.startsWith("!}"); text = read()) {}
    }
}
