package io.elanus.sql.flight;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.PreparedQuery;
import io.elanus.storage.ErrorCode;
import io.grpc.Context;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.ActionType;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.CloseSessionResult;
import org.apache.arrow.flight.FlightConstants;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.GetSessionOptionsRequest;
import org.apache.arrow.flight.GetSessionOptionsResult;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.SchemaResult;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.SetSessionOptionsResult;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.FlightSqlUtils;
import org.apache.arrow.flight.sql.NoOpFlightSqlProducer;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionClosePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementResult;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetCrossReference;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetDbSchemas;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetExportedKeys;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetImportedKeys;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetPrimaryKeys;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetSqlInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetTables;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetXdbcTypeInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementUpdate;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementUpdate;
import org.apache.arrow.flight.sql.impl.FlightSql.TicketStatementQuery;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/// The calls of Flight SQL, each handed to the part that does it. Whatever a part throws becomes the call's status
/// here, so that Flight never writes one of its own. One thread per call.
final class SqlProducer extends NoOpFlightSqlProducer {
    /// The parts that do the work.
    record Parts(
            FlightSessions sessions,
            Tickets tickets,
            ResultStreams streams,
            Uploads uploads,
            FlightMetadata metadata,
            ServerInfo info,
            BufferAllocator memory) {}

    private static final List<ActionType> ACTIONS = List.of(
            FlightSqlUtils.FLIGHT_SQL_CREATE_PREPARED_STATEMENT,
            FlightSqlUtils.FLIGHT_SQL_CLOSE_PREPARED_STATEMENT,
            FlightConstants.CANCEL_FLIGHT_INFO,
            FlightConstants.SET_SESSION_OPTIONS,
            FlightConstants.GET_SESSION_OPTIONS,
            FlightConstants.CLOSE_SESSION);

    private final Parts parts;
    private final FlightPlans plans;

    SqlProducer(Parts parts, FlightConfig config, Supplier<Instant> now) {
        this.parts = parts;
        this.plans = new FlightPlans(parts.tickets(), config, now);
    }

    private static FlightSession session() {
        return CallSessions.current();
    }

    private static <T> T checked(Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException | Error e) { // see the class
            throw FlightErrors.of(e);
        }
    }

    private static void checked(Runnable work) {
        checked(() -> {
            work.run();
            return work;
        });
    }

    // What a statement answers with, before it runs.

    @Override
    public FlightInfo getFlightInfo(CallContext context, FlightDescriptor descriptor) {
        return checked(() -> {
            Any command = Commands.of(descriptor);
            if (command.is(CommandStatementQuery.class)) {
                return plans.of(session(), Commands.unpack(command, CommandStatementQuery.class), descriptor);
            }
            if (command.is(CommandPreparedStatementQuery.class)) {
                ByteString handle = Commands.unpack(command, CommandPreparedStatementQuery.class)
                        .getPreparedStatementHandle();
                FlightSession session = session();
                FlightSession.Prepared prepared = session.prepared(handle);
                return plans.of(session, prepared.query, prepared.parameters(), descriptor);
            }
            Schema schema = super.getSchema(context, descriptor).getSchema();
            var endpoint =
                    FlightEndpoint.builder(new Ticket(descriptor.getCommand())).build();
            return new FlightInfo(schema, descriptor, List.of(endpoint), -1, -1);
        });
    }

    @Override
    public SchemaResult getSchema(CallContext context, FlightDescriptor descriptor) {
        return checked(() -> {
            Any command = Commands.of(descriptor);
            if (command.is(CommandStatementQuery.class)) {
                String sql =
                        Commands.unpack(command, CommandStatementQuery.class).getQuery();
                try (PreparedQuery query = session().prepare(sql)) {
                    return new SchemaResult(ResultSchemas.of(query.columns()));
                }
            }
            if (command.is(CommandPreparedStatementQuery.class)) {
                ByteString handle = Commands.unpack(command, CommandPreparedStatementQuery.class)
                        .getPreparedStatementHandle();
                return new SchemaResult(
                        ResultSchemas.of(session().prepared(handle).query.columns()));
            }
            return super.getSchema(context, descriptor);
        });
    }

    // Results.

    @Override
    public void getStream(CallContext context, Ticket ticket, ServerStreamListener listener) {
        checked(() -> {
            Any command = Commands.parse(ticket.getBytes());
            if (command.is(TicketStatementQuery.class)) {
                ByteString handle =
                        Commands.unpack(command, TicketStatementQuery.class).getStatementHandle();
                parts.streams().send(handle, session().login().user(), listener);
            } else {
                super.getStream(context, ticket, listener);
            }
        });
    }

    private void send(MetadataRows rows, ServerStreamListener listener) {
        rows.send(listener, parts.memory());
    }

    @Override
    public void getStreamCatalogs(CallContext context, ServerStreamListener listener) {
        send(FlightMetadata.catalogs(), listener);
    }

    @Override
    public void getStreamSchemas(CommandGetDbSchemas command, CallContext context, ServerStreamListener listener) {
        send(FlightMetadata.schemas(session(), command), listener);
    }

    @Override
    public void getStreamTables(CommandGetTables command, CallContext context, ServerStreamListener listener) {
        send(parts.metadata().tables(session(), command), listener);
    }

    @Override
    public void getStreamTableTypes(CallContext context, ServerStreamListener listener) {
        send(FlightMetadata.tableTypes(), listener);
    }

    @Override
    public void getStreamPrimaryKeys(
            CommandGetPrimaryKeys command, CallContext context, ServerStreamListener listener) {
        send(parts.metadata().primaryKeys(session(), command), listener);
    }

    @Override
    public void getStreamExportedKeys(
            CommandGetExportedKeys command, CallContext context, ServerStreamListener listener) {
        send(FlightMetadata.noForeignKeys(), listener);
    }

    @Override
    public void getStreamImportedKeys(
            CommandGetImportedKeys command, CallContext context, ServerStreamListener listener) {
        send(FlightMetadata.noForeignKeys(), listener);
    }

    @Override
    public void getStreamCrossReference(
            CommandGetCrossReference command, CallContext context, ServerStreamListener listener) {
        send(FlightMetadata.noForeignKeys(), listener);
    }

    @Override
    public void getStreamSqlInfo(CommandGetSqlInfo command, CallContext context, ServerStreamListener listener) {
        parts.info().send(command.getInfoList(), listener, parts.memory());
    }

    @Override
    public void getStreamTypeInfo(CommandGetXdbcTypeInfo command, CallContext context, ServerStreamListener listener) {
        send(TypeInfo.list(command), listener);
    }

    // What clients send.

    @Override
    public Runnable acceptPut(CallContext context, FlightStream sent, StreamListener<PutResult> answer) {
        return () -> {
            Thread waiting = Thread.currentThread();
            Context.CancellationListener gone = _ -> waiting.interrupt();
            try {
                // Flight waits here for the first message, also of a client that has gone.
                Context.current().addListener(gone, Runnable::run);
                Any command;
                try {
                    command = Commands.of(sent.getDescriptor());
                } finally {
                    Context.current().removeListener(gone);
                    boolean _ = Thread.interrupted();
                }
                accept(command, sent, answer);
            } catch (RuntimeException | Error e) { // see the class
                answer.onError(FlightErrors.of(e));
            }
        };
    }

    private void accept(Any command, FlightStream sent, StreamListener<PutResult> answer) {
        FlightSession session = session();
        if (command.is(CommandStatementUpdate.class)) {
            var update = Commands.unpack(command, CommandStatementUpdate.class);
            Commands.refuseTransaction(update.getTransactionId());
            parts.uploads().update(session, update.getQuery(), answer);
        } else if (command.is(CommandPreparedStatementUpdate.class)) {
            ByteString handle = Commands.unpack(command, CommandPreparedStatementUpdate.class)
                    .getPreparedStatementHandle();
            parts.uploads().update(session, session.prepared(handle), sent, answer);
        } else if (command.is(CommandPreparedStatementQuery.class)) {
            ByteString handle = Commands.unpack(command, CommandPreparedStatementQuery.class)
                    .getPreparedStatementHandle();
            parts.uploads().bind(session.prepared(handle), sent, answer);
        } else if (command.is(CommandStatementIngest.class)) {
            parts.uploads().ingest(session, Commands.unpack(command, CommandStatementIngest.class), sent, answer);
        } else {
            throw new QueryException(ErrorCode.FEATURE_NOT_SUPPORTED, "The server takes no uploads of this kind.");
        }
    }

    // Actions.

    @Override
    public void listActions(CallContext context, StreamListener<ActionType> listener) {
        ACTIONS.forEach(listener::onNext);
        listener.onCompleted();
    }

    @Override
    public void doAction(CallContext context, Action action, StreamListener<Result> listener) {
        checked(() -> super.doAction(context, action, listener));
    }

    @Override
    public void createPreparedStatement(
            ActionCreatePreparedStatementRequest request, CallContext context, StreamListener<Result> listener) {
        Commands.refuseTransaction(request.getTransactionId());
        FlightSession session = session();
        PreparedQuery query = session.prepare(request.getQuery());
        ByteString handle = parts.tickets().newHandle();
        session.keep(handle, query);
        var result = ActionCreatePreparedStatementResult.newBuilder().setPreparedStatementHandle(handle);
        if (!query.columns().isEmpty()) {
            result.setDatasetSchema(ResultSchemas.bytes(ResultSchemas.of(query.columns())));
        }
        if (!query.parameters().isEmpty()) {
            result.setParameterSchema(ResultSchemas.bytes(ResultSchemas.ofParameters(query.parameters())));
        }
        listener.onNext(new Result(Any.pack(result.build()).toByteArray()));
        listener.onCompleted();
    }

    @Override
    public void closePreparedStatement(
            ActionClosePreparedStatementRequest request, CallContext context, StreamListener<Result> listener) {
        session().forget(request.getPreparedStatementHandle());
        listener.onCompleted();
    }

    @Override
    public void cancelFlightInfo(
            CancelFlightInfoRequest request, CallContext context, StreamListener<CancelStatus> listener) {
        boolean found = false;
        for (FlightEndpoint endpoint : request.getInfo().getEndpoints()) {
            Any command = Commands.parse(endpoint.getTicket().getBytes());
            if (command.is(TicketStatementQuery.class)) {
                ByteString handle =
                        Commands.unpack(command, TicketStatementQuery.class).getStatementHandle();
                Optional<Tickets.Result> result =
                        parts.tickets().find(handle, session().login().user());
                result.ifPresent(known -> {
                    known.works().forEach(Work::cancel);
                    parts.tickets().remove(handle);
                });
                found |= result.isPresent();
            }
        }
        listener.onNext(found ? CancelStatus.CANCELLED : CancelStatus.NOT_CANCELLABLE);
        listener.onCompleted();
    }

    @Override
    public void setSessionOptions(
            SetSessionOptionsRequest request, CallContext context, StreamListener<SetSessionOptionsResult> listener) {
        listener.onNext(SessionOptions.set(session(), request));
        listener.onCompleted();
    }

    @Override
    public void getSessionOptions(
            GetSessionOptionsRequest request, CallContext context, StreamListener<GetSessionOptionsResult> listener) {
        listener.onNext(SessionOptions.all(session()));
        listener.onCompleted();
    }

    @Override
    public void closeSession(
            CloseSessionRequest request, CallContext context, StreamListener<CloseSessionResult> listener) {
        parts.sessions().close(session());
        listener.onNext(new CloseSessionResult(CloseSessionResult.Status.CLOSED));
        listener.onCompleted();
    }
}
