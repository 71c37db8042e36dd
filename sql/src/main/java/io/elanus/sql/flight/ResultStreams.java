package io.elanus.sql.flight;

import com.google.protobuf.ByteString;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.metrics.Metrics;
import io.elanus.sql.session.Running;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.segment.ArrowBatches;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Runs statements and sends their batches, each stream on a thread of its own. Any thread.
final class ResultStreams {
    private final FlightConfig config;
    private final Tickets tickets;
    private final BufferAllocator memory;
    private final Executor threads;
    private final AtomicInteger open = new AtomicInteger();
    private final Metrics.Counter streams;
    private final Metrics.Counter bytes;

    /// @param memory of what goes out; borrowed
    /// @param threads a thread of its own for each task
    ResultStreams(FlightConfig config, Tickets tickets, BufferAllocator memory, Executor threads, Metrics metrics) {
        this.config = config;
        this.tickets = tickets;
        this.memory = memory;
        this.threads = threads;
        streams = metrics.counter("elanus_flight_streams_total", "Results sent through the Flight door");
        bytes = metrics.counter("elanus_flight_sent_bytes_total", "Bytes of rows sent through the Flight door");
        metrics.gauge("elanus_flight_streams", "Results being sent through the Flight door", open::get);
    }

    /// Begins to send the result of this ticket.
    ///
    /// @param user who asks for it
    void send(ByteString ticket, String user, ServerStreamListener listener) {
        if (open.incrementAndGet() > config.maxStreams()) {
            open.decrementAndGet();
            throw new QueryException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "The server sends [%d] results already, the limit.".formatted(config.maxStreams()),
                    "Read again when others have ended, or raise listen.flight.max-streams.");
        }
        try {
            begin(tickets.take(ticket, user), ticket, listener);
        } catch (RuntimeException e) { // no stream runs that would count itself out
            open.decrementAndGet();
            throw e;
        }
    }

    private void begin(Tickets.Result result, ByteString ticket, ServerStreamListener listener) {
        var work = new Work();
        var outbound = new Outbound(listener, config.batchSize().bytes(), work::cancel);
        result.works().add(work);
        streams.increment();
        threads.execute(() -> {
            try (var _ = result.session().busy()) {
                run(result, ticket, work, outbound);
            } finally {
                open.decrementAndGet();
                result.works().remove(work);
            }
        });
    }

    private void run(Tickets.Result result, ByteString ticket, Work work, Outbound outbound) {
        try (VectorSchemaRoot out =
                VectorSchemaRoot.create(ResultSchemas.of(result.query().columns()), memory)) {
            outbound.start(out);
            for (List<? extends @Nullable Object> parameters :
                    result.parameters().rows()) {
                if (!run(result, parameters, work, outbound, out)) {
                    return;
                }
            }
            tickets.remove(ticket);
            outbound.completed();
        } catch (RuntimeException | Error e) {
            // The client must learn of everything that can go wrong, bugs included.
            outbound.failed(e);
        }
    }

    private boolean run(
            Tickets.Result result,
            List<? extends @Nullable Object> parameters,
            Work work,
            Outbound outbound,
            VectorSchemaRoot out) {
        work.starting();
        try (Running running = result.session().enter(() -> result.query().run(parameters, result.options()))) {
            work.started(running);
            for (VectorSchemaRoot batch = running.next(); batch != null; batch = running.next()) {
                try (VectorSchemaRoot owned = batch) {
                    long payload = ArrowBatches.payloadBytes(owned);
                    bytes.add(payload);
                    if (!outbound.send(owned, payload, out)) {
                        return false;
                    }
                }
            }
            long _ = running.updateCount(); // what loads rows does so now
            return !outbound.gone();
        } finally {
            work.ended();
        }
    }
}
