package io.elanus.sql.audit;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The audit log as a file of JSON lines: `time` and `event` (`login`, `statement`) first, then what belongs to the
/// event. A full file becomes `NAME.1`, the one before `NAME.2`. Owns the open file. Any thread.
public final class AuditFile implements AuditLog, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditFile.class);
    private static final JsonFactory JSON = new JsonFactory();
    private static final int LONGEST_SQL = 10_000;

    private final Path file;
    private final AuditConfig config;
    private final LongSupplier wallMillis;
    private FileChannel channel;
    private long bytes;

    /// @param file is made, with its folder, if it is not there
    /// @param wallMillis the wall clock
    public AuditFile(Path file, AuditConfig config, LongSupplier wallMillis) {
        this.file = file;
        this.config = config;
        this.wallMillis = wallMillis;
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            channel = FileChannel.open(file, CREATE, APPEND);
            bytes = channel.size();
        } catch (IOException e) {
            throw new QueryException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "The audit log [%s] cannot be opened: %s".formatted(file, e.getMessage()),
                    0,
                    "Choose another file with security.audit.file.",
                    e);
        }
    }

    @Override
    public void login(LoginOutcome outcome, String user, String address, String door) {
        write("login", json -> {
            json.writeStringField("outcome", outcome.text());
            json.writeStringField("user", user);
            json.writeStringField("address", address);
            json.writeStringField("door", door);
        });
    }

    @Override
    public void statement(StatementEvent event) {
        String sql = Redaction.text(event.sql());
        write("statement", json -> {
            json.writeStringField("kind", event.kind());
            json.writeStringField("user", event.user());
            json.writeStringField("session", event.session());
            json.writeStringField("outcome", event.sqlState().isEmpty() ? "ok" : event.sqlState());
            json.writeStringField("sql", sql.substring(0, Math.min(sql.length(), LONGEST_SQL)));
        });
    }

    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private void write(String event, Fields fields) {
        var line = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField(
                    "time", Instant.ofEpochMilli(wallMillis.getAsLong()).toString());
            json.writeStringField("event", event);
            fields.write(json);
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new IllegalStateException("Memory can be written to", e);
        }
        append(ByteBuffer.wrap(line.toByteArray()));
    }

    private synchronized void append(ByteBuffer line) {
        try {
            if (bytes > 0 && bytes + line.remaining() > config.maxSize().bytes()) {
                beginAnother();
            }
            bytes += line.remaining();
            while (line.hasRemaining()) {
                channel.write(line);
            }
        } catch (IOException e) {
            // The server goes on: a full disk must not lock its operator out.
            LOG.atError().addKeyValue("file", file).setCause(e).log("The audit log cannot be written");
        }
    }

    private void beginAnother() throws IOException {
        channel.close();
        for (int i = config.maxFiles() - 1; i >= 1; i--) {
            if (Files.exists(numbered(i))) {
                Files.move(numbered(i), numbered(i + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(file, numbered(1), StandardCopyOption.REPLACE_EXISTING);
        channel = FileChannel.open(file, CREATE, APPEND);
        bytes = 0;
    }

    private Path numbered(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    @Override
    public synchronized void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("file", file).setCause(e).log("The audit log was not closed in order");
        }
    }
}
