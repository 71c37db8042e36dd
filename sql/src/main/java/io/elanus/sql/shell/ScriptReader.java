package io.elanus.sql.shell;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The statements of a text, one at a time: each may run before the next is read. The rows of a COPY … FROM STDIN
/// follow it, up to a line `\.`, as in psql. Closing it closes the text.
final class ScriptReader implements AutoCloseable {
    private static final String END_OF_ROWS = "\\.";

    private final BufferedReader in;
    private final @Nullable Supplier<InputStream> rows;
    private final Script script = new Script();
    private boolean ended;

    private ScriptReader(Reader in, @Nullable Supplier<InputStream> rows) {
        this.in = new BufferedReader(in);
        this.rows = rows;
    }

    static ScriptReader of(Reader in) {
        return new ScriptReader(in, null);
    }

    /// @param rows where the rows of a COPY come from
    static ScriptReader of(String text, Supplier<InputStream> rows) {
        return new ScriptReader(new StringReader(text), rows);
    }

    /// The last statement needs no semicolon.
    Optional<String> next() {
        Optional<String> found = script.next();
        while (found.isEmpty() && !ended) {
            String line = readLine();
            if (line == null) {
                ended = true;
                String rest = script.rest();
                script.skipLine();
                return rest.isEmpty() ? Optional.empty() : Optional.of(rest);
            }
            if (script.betweenStatements() && Commands.isWord(line)) {
                script.skipLine(); // comments that lead to it
                return Optional.of(line.strip());
            }
            script.append(line + "\n");
            found = script.next();
        }
        return found;
    }

    /// The rows behind the statement that was read last. What is not read of them is skipped on closing.
    InputStream rows() {
        if (rows != null) {
            return rows.get();
        }
        script.skipLine();
        return new RowLines();
    }

    private @Nullable String readLine() {
        try {
            return in.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /// The lines up to the one that ends them, as bytes.
    private final class RowLines extends InputStream {
        private byte[] line = new byte[0];
        private int at;
        private boolean done;

        @Override
        public int read() {
            return more() ? line[at++] & 0xff : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            var block = new ByteArrayOutputStream(length);
            while (block.size() < length && more()) {
                int count = Math.min(length - block.size(), line.length - at);
                block.write(line, at, count);
                at += count;
            }
            System.arraycopy(block.toByteArray(), 0, target, offset, block.size());
            return block.size() == 0 && length > 0 ? -1 : block.size();
        }

        private boolean more() {
            if (at == line.length && !done) {
                String next = readLine();
                done = next == null || next.equals(END_OF_ROWS);
                line = done ? new byte[0] : (next + "\n").getBytes(StandardCharsets.UTF_8);
                at = 0;
            }
            return at < line.length;
        }

        @Override
        public void close() {
            while (more()) {
                at = line.length;
            }
        }
    }
}
