package io.elanus.sql.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.Session;
import io.elanus.sql.testing.SqlFixture.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A script: statements, each followed by what it must answer.
///
/// ```text
/// SELECT a FROM t
/// ---- rows        then the rows, in order, values joined by |
/// ---- unordered   then the rows, in any order
/// ---- ok          anything but an error
/// ---- count 3     rows changed
/// ---- error 42P01 text that the message or the hint contains
/// ```
///
/// Steps are separated by blank lines; `#` begins a comment line.
public record SqlScript(Path file, List<Step> steps) {
    /// @param line in the file, for messages
    public record Step(int line, String sql, String expectation, List<String> expected) {}

    /// What the statements are sent to: a session in this process, or a server.
    public interface Target {
        /// @throws Refused for an error
        Answer run(String sql) throws Refused;
    }

    /// An error as a script sees it.
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final String sqlState;

        /// @param message with the hint
        public Refused(String sqlState, String message, Throwable cause) {
            super(message, cause);
            this.sqlState = sqlState;
        }
    }

    public static SqlScript load(Path file) throws IOException {
        var steps = new ArrayList<Step>();
        List<String> lines = Files.readAllLines(file);
        int at = 0;
        while (at < lines.size()) {
            String line = lines.get(at);
            if (line.isBlank() || line.startsWith("#")) {
                at++;
                continue;
            }
            int start = at;
            var sql = new ArrayList<String>();
            while (at < lines.size() && !lines.get(at).startsWith("----")) {
                sql.add(lines.get(at++));
            }
            String expectation =
                    at < lines.size() ? lines.get(at++).substring(4).strip() : "ok";
            var expected = new ArrayList<String>();
            while (at < lines.size() && !lines.get(at).isBlank()) {
                expected.add(lines.get(at++));
            }
            steps.add(new Step(start + 1, String.join("\n", sql), expectation, List.copyOf(expected)));
        }
        return new SqlScript(file, List.copyOf(steps));
    }

    public void run(Session session) {
        run(sql -> {
            try {
                return SqlFixture.run(session, sql);
            } catch (QueryException e) {
                throw new Refused(
                        e.code().sqlState(), e.getMessage() + " " + e.hint().orElse(""), e);
            }
        });
    }

    public void run(Target target) {
        var failures = new ArrayList<String>();
        for (Step step : steps) {
            try {
                run(target, step);
            } catch (AssertionError e) {
                failures.add(e.getMessage() == null ? step + " broke an assertion" : e.getMessage());
                if (e.getMessage() == null) {
                    throw new AssertionError(step.toString(), e);
                }
            }
        }
        assertThat(failures)
                .as("%d of %d steps failed", failures.size(), steps.size())
                .isEmpty();
    }

    private void run(Target target, Step step) {
        String where = "%s:%d %s".formatted(file.getFileName(), step.line(), step.sql());
        Answer answer;
        try {
            answer = target.run(step.sql());
        } catch (Refused e) {
            checkError(step, where, e);
            return;
        }
        String[] words = step.expectation().split(" ", 2);
        switch (words[0]) {
            case "ok" -> {}
            case "count" -> assertThat(answer.count()).as(where).isEqualTo(Long.parseLong(words[1]));
            case "rows" -> assertThat(answer.rows()).as(where).containsExactlyElementsOf(step.expected());
            case "unordered" ->
                assertThat(answer.rows()).as(where).containsExactlyInAnyOrderElementsOf(step.expected());
            case "error" -> fail(where + " succeeded, expected was an error: " + words[1]);
            default -> fail(where + ": unknown expectation " + step.expectation());
        }
    }

    private static void checkError(Step step, String where, Refused e) {
        if (!step.expectation().startsWith("error")) {
            throw new AssertionError(where + " failed: " + e.sqlState + " " + e.getMessage(), e);
        }
        String[] words = step.expectation().split(" ", 3);
        assertThat(e.sqlState).as(where + ": " + e.getMessage()).isEqualTo(words[1]);
        assertThat(e.getMessage()).as(where).doesNotContain("io.elanus", "org.apache", "java.lang");
        if (words.length > 2) {
            assertThat(e.getMessage()).as(where).contains(words[2]);
        }
    }
}
