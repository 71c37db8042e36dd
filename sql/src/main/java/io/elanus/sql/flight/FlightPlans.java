package io.elanus.sql.flight;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.PreparedQuery;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.storage.ErrorCode;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.TicketStatementQuery;
import org.apache.arrow.vector.types.pojo.Schema;

/// Answers with the plan of a statement before it runs: the schema of its rows, and a ticket for each part of them.
/// Any thread; a session is entered as [FlightSession] says.
final class FlightPlans {
    private final Tickets tickets;
    private final FlightConfig config;
    private final Supplier<Instant> now;

    FlightPlans(Tickets tickets, FlightConfig config, Supplier<Instant> now) {
        this.tickets = tickets;
        this.config = config;
        this.now = now;
    }

    /// Of a statement that was not prepared.
    FlightInfo of(FlightSession session, CommandStatementQuery command, FlightDescriptor descriptor) {
        Commands.refuseTransaction(command.getTransactionId());
        PreparedQuery query = session.prepare(command.getQuery());
        if (!query.parameters().isEmpty()) {
            throw new QueryException(
                    ErrorCode.PROTOCOL_VIOLATION,
                    "The statement has [%d] parameters."
                            .formatted(query.parameters().size()),
                    "Prepare it and bind them.");
        }
        return of(session, query, ParameterRows.NONE, descriptor);
    }

    FlightInfo of(FlightSession session, PreparedQuery query, ParameterRows parameters, FlightDescriptor descriptor) {
        Schema schema = ResultSchemas.of(query.columns());
        List<PreparedQuery.Part> shards = session.enter(query::parts);
        List<FlightEndpoint> endpoints = shards.isEmpty() || shards.size() > config.maxStatements()
                ? List.of(endpoint(session, query, parameters, RunOptions.DEFAULT))
                : shards.stream()
                        .map(part -> endpoint(session, query, parameters, RunOptions.of(part)))
                        .toList();
        return new FlightInfo(schema, descriptor, endpoints, -1, -1);
    }

    /// Without a location: it is read here, whatever address the client knows the server by.
    private FlightEndpoint endpoint(
            FlightSession session, PreparedQuery query, ParameterRows parameters, RunOptions options) {
        ByteString handle = tickets.add(session, query, parameters, options);
        var ticket =
                TicketStatementQuery.newBuilder().setStatementHandle(handle).build();
        return FlightEndpoint.builder(new Ticket(Any.pack(ticket).toByteArray()))
                .setExpirationTime(now.get().plus(config.ticketLife()))
                .build();
    }
}
