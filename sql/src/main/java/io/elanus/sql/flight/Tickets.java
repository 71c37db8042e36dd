package io.elanus.sql.flight;

import com.google.protobuf.ByteString;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.PreparedQuery;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.storage.ErrorCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// Results that clients may read, by their tickets. Any thread.
final class Tickets {
    /// A planned statement with its parameters.
    ///
    /// @param options all of the result, or which part of it
    /// @param works its streams that run
    record Result(
            FlightSession session,
            PreparedQuery query,
            ParameterRows parameters,
            RunOptions options,
            AtomicBoolean taken,
            Set<Work> works,
            long endNanos) {
        /// It changes something: the first reader runs it.
        boolean once() {
            return query.kind() != PreparedQuery.Kind.QUERY;
        }
    }

    private final FlightConfig config;
    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final Map<ByteString, Result> results = new LinkedHashMap<>();
    private final Map<FlightSession, Integer> counts = new LinkedHashMap<>();

    /// @param random unguessable
    Tickets(FlightConfig config, LongSupplier nanos, RandomGenerator random) {
        this.config = config;
        this.nanos = nanos;
        this.random = random;
    }

    ByteString newHandle() {
        byte[] bits = new byte[16];
        random.nextBytes(bits);
        return ByteString.copyFrom(bits);
    }

    /// Holds a result until it is read, or too old, or its session ends.
    synchronized ByteString add(
            FlightSession session, PreparedQuery query, ParameterRows parameters, RunOptions options) {
        if (counts.getOrDefault(session, 0) >= config.maxStatements()) {
            results.entrySet().stream()
                    .filter(entry -> entry.getValue().session() == session)
                    .findFirst()
                    .map(Map.Entry::getKey)
                    .ifPresent(this::remove);
        }
        ByteString ticket = newHandle();
        long end = nanos.getAsLong() + config.ticketLife().toNanos();
        results.put(
                ticket,
                new Result(
                        session, query, parameters, options, new AtomicBoolean(), ConcurrentHashMap.newKeySet(), end));
        counts.merge(session, 1, Integer::sum);
        return ticket;
    }

    /// The result to send to its user; one that runs once is not given again.
    synchronized Result take(ByteString ticket, String user) {
        return find(ticket, user)
                .filter(result -> !result.taken().getAndSet(result.once()))
                .orElseThrow(() -> new QueryException(
                        ErrorCode.INVALID_STATEMENT_ID,
                        "The ticket is not one of this server, was used up, or is too old.",
                        "Run the statement again and read its result soon."));
    }

    /// The result, if it is this user's.
    synchronized Optional<Result> find(ByteString ticket, String user) {
        return Optional.ofNullable(results.get(ticket))
                .filter(result -> result.endNanos() - nanos.getAsLong() > 0)
                .filter(result -> result.session().isOf(user));
    }

    synchronized void remove(ByteString ticket) {
        Result removed = results.remove(ticket);
        if (removed != null) {
            counts.computeIfPresent(removed.session(), (_, count) -> count == 1 ? null : count - 1);
        }
    }

    synchronized void removeOf(FlightSession session) {
        results.values().removeIf(result -> result.session() == session);
        counts.remove(session);
    }

    synchronized void removeOld() {
        long now = nanos.getAsLong();
        results.entrySet().stream()
                .filter(entry -> entry.getValue().endNanos() - now <= 0)
                .map(Map.Entry::getKey)
                .toList()
                .forEach(this::remove);
    }
}
