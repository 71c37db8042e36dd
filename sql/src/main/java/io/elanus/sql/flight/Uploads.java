package io.elanus.sql.flight;

import io.elanus.cluster.proxy.Catalog;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.PreparedQuery;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.sql.session.Running;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.setting.DataSize;
import io.grpc.Context;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.arrow.flight.FlightProducer.StreamListener;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.flight.sql.impl.FlightSql.DoPutUpdateResult;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Calls in which the client sends rows or changes something, each on the thread that Flight gives it.
final class Uploads {
    private final BufferAllocator memory;
    private final Executor threads;
    private final Supplier<Catalog> catalog;
    private final DataSize largest;

    /// @param memory for answers; borrowed
    /// @param threads on which a client's leaving is heard
    /// @param largest a batch may be
    Uploads(BufferAllocator memory, Executor threads, Supplier<Catalog> catalog, DataSize largest) {
        this.memory = memory;
        this.threads = threads;
        this.catalog = catalog;
        this.largest = largest;
    }

    /// Runs a statement without parameters and tells the client how many rows it changed.
    void update(FlightSession session, String sql, StreamListener<PutResult> answer) {
        answer(session, answer, work -> {
            try (PreparedQuery query = session.prepare(sql)) {
                return run(session, query, List.of(), work);
            }
        });
    }

    /// Runs a prepared statement for the rows of parameters that the client sends, batch by batch: the rows of one
    /// batch are one statement where it is an INSERT.
    void update(
            FlightSession session,
            FlightSession.Prepared prepared,
            FlightStream sent,
            StreamListener<PutResult> answer) {
        answer(session, answer, work -> {
            PreparedQuery query = prepared.query;
            boolean any = false;
            long count = 0;
            try (var source = new SentBatches(sent, largest)) {
                for (VectorSchemaRoot batch = source.next(); batch != null; batch = source.next()) {
                    if (batch.getRowCount() > 0) {
                        any = true;
                        count += runBatch(session, query, ParameterRows.read(batch, query.parameters()), work);
                    }
                }
            }
            return any ? count : runBatch(session, query, prepared.parameters(), work);
        });
    }

    /// Keeps the parameters that the client sends for the next run of the statement.
    void bind(FlightSession.Prepared prepared, FlightStream sent, StreamListener<PutResult> answer) {
        try (var source = new SentBatches(sent, largest)) {
            bind(prepared, source);
        }
        answer.onCompleted();
    }

    private static void bind(FlightSession.Prepared prepared, SentBatches source) {
        VectorSchemaRoot batch = source.next();
        if (batch == null) {
            throw new QueryException(
                    ErrorCode.PROTOCOL_VIOLATION, "No parameters were sent.", "Send a batch with a column for each ?.");
        }
        prepared.bind(ParameterRows.read(batch, prepared.query.parameters()));
        if (source.next() != null) {
            throw new QueryException(
                    ErrorCode.PROTOCOL_VIOLATION,
                    "The parameters of a query were sent in several batches.",
                    "Send their rows in one.");
        }
    }

    /// Appends what the client sends to a table, which is made first if the client asks for that.
    void ingest(
            FlightSession session,
            CommandStatementIngest command,
            FlightStream sent,
            StreamListener<PutResult> answer) {
        answer(session, answer, work -> {
            try (var source = new SentBatches(sent, largest)) {
                Optional<VectorSchemaRoot> first = Optional.ofNullable(source.next());
                var target = new IngestTarget(command, session.session().settings(), catalog.get());
                for (String sql : target.statements(source.schema())) {
                    run(session, session.prepare(sql), List.of(), work);
                }
                return count(
                        session,
                        work,
                        () -> session.session().ingest(target.request(), source.from(first), RunOptions.DEFAULT));
            }
        });
    }

    private static long runBatch(FlightSession session, PreparedQuery query, ParameterRows parameters, Work work) {
        if (parameters.rows().size() == 1 || query.kind() != PreparedQuery.Kind.DML) {
            long count = 0;
            for (var row : parameters.rows()) {
                count += run(session, query, row, work);
            }
            return count;
        }
        work.starting();
        try {
            long count = 0;
            for (long rows : session.enter(() -> query.runBatch(parameters.rows(), RunOptions.DEFAULT))) {
                count += rows;
            }
            return count;
        } finally {
            work.ended();
        }
    }

    private static long run(
            FlightSession session, PreparedQuery query, List<? extends @Nullable Object> row, Work work) {
        return count(session, work, () -> query.run(row, RunOptions.DEFAULT));
    }

    private static long count(FlightSession session, Work work, Supplier<Running> start) {
        work.starting();
        try (Running running = session.enter(start)) {
            work.started(running);
            for (VectorSchemaRoot rows = running.next(); rows != null; rows = running.next()) {
                rows.close(); // an answer that nobody asked for
            }
            return Math.max(0, running.updateCount());
        } finally {
            work.ended();
        }
    }

    /// Does the work, which ends early when the client goes away, and sends the number that it returns.
    private void answer(FlightSession session, StreamListener<PutResult> answer, ToLongFunction<Work> doing) {
        var work = new Work();
        Context.CancellationListener gone = _ -> work.cancel();
        Context.current().addListener(gone, threads);
        try (var _ = session.busy()) {
            long count = doing.applyAsLong(work);
            byte[] message =
                    DoPutUpdateResult.newBuilder().setRecordCount(count).build().toByteArray();
            try (ArrowBuf buffer = memory.buffer(message.length)) {
                buffer.writeBytes(message);
                answer.onNext(PutResult.metadata(buffer));
            }
            answer.onCompleted();
        } finally {
            Context.current().removeListener(gone);
        }
    }
}
