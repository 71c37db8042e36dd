package io.elanus.sql.console;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.elanus.sql.error.QueryErrors;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.PreparedQuery;
import io.elanus.sql.session.PreparedQuery.ResultColumn;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.sql.session.Running;
import io.elanus.storage.ErrorCode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs one statement and writes its answer, a JSON object a line: `columns` (if it has any), `rows` as they come,
/// and at the end `done` or `error`. Nothing is written before the first rows are there, so that an error until then
/// has its HTTP status.
final class QueryAnswer {
    private static final Logger LOG = LoggerFactory.getLogger(QueryAnswer.class);
    private static final int ROWS_PER_LINE = 500;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .rootValueSeparator("")
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();

    private final Tab tab;
    private final QueryRequest request;
    private final long mostRows;
    private final LongSupplier nanos;
    private final long startedNanos;

    /// The connection to the client; it begins with a status.
    @FunctionalInterface
    interface Outgoing {
        OutputStream begin(int status) throws IOException;
    }

    /// @param tab entered by the caller
    /// @param mostRows that an answer may have
    QueryAnswer(Tab tab, QueryRequest request, long mostRows, LongSupplier nanos) {
        this.tab = tab;
        this.request = request;
        this.mostRows = mostRows;
        this.nanos = nanos;
        this.startedNanos = nanos.getAsLong();
    }

    /// Runs it. An [IOException] means that the client has gone; the statement has ended then.
    ///
    /// @return did the statement succeed?
    boolean write(Outgoing client) throws IOException {
        long limit = request.maxRows() == 0 ? mostRows : Math.min(request.maxRows(), mostRows);
        // One more tells whether there are more.
        var options = new RunOptions(limit + 1, request.timeout());
        @Nullable Lines lines = null;
        String queryId = "";
        try (PreparedQuery query = tab.session().prepare(request.sql(), options);
                Running running = query.run(request.parameters(), options)) {
            tab.runs(running);
            queryId = running.queryId();
            List<ResultColumn> columns = query.columns();
            @Nullable VectorSchemaRoot first = columns.isEmpty() ? null : running.next();
            long updateCount;
            try {
                updateCount = running.updateCount();
                lines = new Lines(client.begin(HttpStatus.OK_200));
                if (!columns.isEmpty()) {
                    lines.columns(queryId, columns);
                }
            } catch (IOException | RuntimeException e) {
                if (first != null) {
                    first.close();
                }
                throw e;
            }
            long seen = rows(running, first, lines, new JsonCells(columns, request.vectors()), limit);
            lines.done(queryId, updateCount, columns.isEmpty() ? -1 : Math.min(seen, limit), seen > limit, millis());
            return true;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            QueryException problem = told(e);
            if (lines == null) {
                lines = new Lines(client.begin(status(problem)));
            }
            lines.error(problem, queryId, millis());
            return false;
        }
    }

    private static long rows(
            Running running, @Nullable VectorSchemaRoot first, Lines lines, JsonCells cells, long limit)
            throws IOException {
        long seen = 0;
        for (@Nullable VectorSchemaRoot next = first; next != null; next = running.next()) {
            try (VectorSchemaRoot batch = next) {
                lines.rows(batch, (int) Math.min(batch.getRowCount(), limit - seen), cells);
                seen += batch.getRowCount();
            }
            if (seen > limit) {
                break;
            }
        }
        return seen;
    }

    private double millis() {
        return Math.round((nanos.getAsLong() - startedNanos) / NANOS_PER_MILLI * 1000) / 1000.0;
    }

    /// What a client reads of an error; a bug of ours goes to the log, once, here.
    static QueryException told(Throwable error) {
        QueryException problem = QueryErrors.of(error);
        if (problem.code() == ErrorCode.INTERNAL) {
            LOG.atError().setCause(error).log("A statement met a bug");
        }
        return problem;
    }

    /// The HTTP status of an error, by the class of its SQLSTATE.
    static int status(QueryException problem) {
        String state = problem.code().sqlState();
        return switch (state.substring(0, 2)) {
            case "28" -> HttpStatus.UNAUTHORIZED_401;
            case "08" ->
                switch (problem.code()) {
                    case INVALID_CONNECTION -> HttpStatus.NOT_FOUND_404;
                    case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE_503;
                    default -> HttpStatus.BAD_REQUEST_400;
                };
            case "53" -> HttpStatus.SERVICE_UNAVAILABLE_503;
            case "57" ->
                problem.code() == ErrorCode.CANCELLED ? HttpStatus.BAD_REQUEST_400 : HttpStatus.SERVICE_UNAVAILABLE_503;
            case "58", "XX", "F0" -> HttpStatus.INTERNAL_SERVER_ERROR_500;
            default -> HttpStatus.BAD_REQUEST_400;
        };
    }

    /// Writes lines; each is flushed when it is complete.
    static final class Lines {
        private final JsonGenerator json;

        Lines(OutputStream out) throws IOException {
            json = JSON.createGenerator(out);
        }

        void columns(String queryId, List<ResultColumn> columns) throws IOException {
            begin("columns");
            json.writeStringField("queryId", queryId);
            json.writeArrayFieldStart("columns");
            for (ResultColumn column : columns) {
                json.writeStartObject();
                json.writeStringField("name", column.name());
                json.writeStringField("type", column.type().sql());
                json.writeBooleanField("nullable", column.nullable());
                json.writeArrayFieldStart("origin");
                for (String part : column.origin()) {
                    json.writeString(part);
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
            end();
        }

        void rows(VectorSchemaRoot batch, int count, JsonCells cells) throws IOException {
            for (int from = 0; from < count; from += ROWS_PER_LINE) {
                begin("rows");
                json.writeArrayFieldStart("rows");
                for (int row = from; row < Math.min(count, from + ROWS_PER_LINE); row++) {
                    cells.row(batch, row, json);
                }
                json.writeEndArray();
                end();
            }
        }

        /// @param updateCount -1: none
        /// @param rows -1: none
        void done(String queryId, long updateCount, long rows, boolean truncated, double millis) throws IOException {
            begin("done");
            json.writeStringField("queryId", queryId);
            if (updateCount >= 0) {
                json.writeNumberField("updateCount", updateCount);
            }
            if (rows >= 0) {
                json.writeNumberField("rows", rows);
                json.writeBooleanField("truncated", truncated);
            }
            json.writeNumberField("millis", millis);
            end();
        }

        void error(QueryException problem, String queryId, double millis) throws IOException {
            begin("error");
            json.writeStringField("sqlState", problem.code().sqlState());
            json.writeStringField("code", problem.code().name().toLowerCase(Locale.ROOT));
            json.writeStringField("message", String.valueOf(problem.getMessage()));
            if (problem.position() > 0) {
                json.writeNumberField("position", problem.position());
            }
            if (problem.hint().isPresent()) {
                json.writeStringField("hint", problem.hint().get());
            }
            if (!queryId.isEmpty()) {
                json.writeStringField("queryId", queryId);
            }
            json.writeNumberField("millis", millis);
            end();
        }

        private void begin(String type) throws IOException {
            json.writeStartObject();
            json.writeStringField("type", type);
        }

        private void end() throws IOException {
            json.writeEndObject();
            json.writeRaw('\n');
            json.flush();
        }
    }
}
