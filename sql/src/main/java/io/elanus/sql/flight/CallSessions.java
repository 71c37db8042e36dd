package io.elanus.sql.flight;

import io.elanus.cluster.runtime.Trace;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.login.Credentials;
import io.elanus.sql.login.Login;
import io.elanus.sql.login.Logins;
import io.elanus.sql.login.Peer;
import io.elanus.sql.session.Setting;
import io.elanus.storage.ErrorCode;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.grpc.StatusUtils;
import org.jspecify.annotations.Nullable;

/// Finds the session of every call and tells the client its word. See the package.
final class CallSessions extends ServerTransportFilter implements ServerInterceptor {
    private static final Context.Key<FlightSession> SESSION = Context.key("elanus-session");
    private static final Attributes.Key<FlightSessions.Connection> CONNECTION =
            Attributes.Key.create("elanus-connection");
    private static final String COOKIE_NAME = "elanus-session";
    private static final Metadata.Key<String> COOKIE = ascii("cookie");
    private static final Metadata.Key<String> SET_COOKIE = ascii("set-cookie");
    private static final Metadata.Key<String> AUTHORIZATION = ascii("authorization");
    private static final Metadata.Key<String> TRACE = ascii("traceparent");
    private static final Pattern WORD =
            Pattern.compile("(?:^|[;,])\\s*" + COOKIE_NAME + "=\"?([A-Za-z0-9_-]{1,64})\"?\\s*(?:[;,]|$)");

    private static final String DOOR = "flight";
    /// Probes of container platforms have no password.
    private static final String OPEN_TO_ALL = HealthService.SERVICE;

    private final FlightSessions sessions;
    private final Logins logins;

    CallSessions(FlightSessions sessions, Logins logins) {
        this.sessions = sessions;
        this.logins = logins;
    }

    private static Metadata.Key<String> ascii(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    /// The session of the call that this thread works for.
    static FlightSession current() {
        return Objects.requireNonNull(SESSION.get(), "Every call has a session");
    }

    @Override
    public Attributes transportReady(Attributes attributes) {
        return attributes.toBuilder()
                .set(CONNECTION, new FlightSessions.Connection())
                .build();
    }

    @Override
    public void transportTerminated(@Nullable Attributes attributes) {
        FlightSessions.Connection connection = attributes == null ? null : attributes.get(CONNECTION);
        if (connection != null) {
            // Closing a session ends its statements; the transport's thread has other things to do.
            Thread.ofVirtual().name("flight-gone").start(() -> sessions.ended(connection));
        }
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (OPEN_TO_ALL.equals(call.getMethodDescriptor().getServiceName())) {
            return next.startCall(call, headers);
        }
        try {
            FlightSessions.Connection connection =
                    Objects.requireNonNull(call.getAttributes().get(CONNECTION), "Every transport was registered");
            Credentials credentials = Credentials.of(headers.get(AUTHORIZATION));
            Optional<String> shown = cookie(headers);
            FlightSession session = session(credentials, shown, connection, peer(call));
            trace(session, headers.get(TRACE));
            boolean cookie = !shown.equals(Optional.of(session.token()));
            boolean bearer = credentials instanceof Credentials.Password;
            ServerCall<Q, A> ours = telling(call, session.token(), cookie || bearer, bearer);
            return Contexts.interceptCall(Context.current().withValue(SESSION, session), ours, headers, next);
        } catch (RuntimeException e) { // whatever it is, the client must learn of it
            refuse(call, FlightErrors.of(e));
            return new ServerCall.Listener<>() {};
        }
    }

    /// A client that traces its calls says so in each.
    private static void trace(FlightSession session, @Nullable String parent) {
        if (parent != null) {
            Trace.parse(parent).ifPresent(trace -> session.session().set(Setting.TRACEPARENT.key(), trace.parent()));
        }
    }

    /// A token names its session, or stands for a login of another door. A password says who calls, and a cookie
    /// which session of theirs is meant; a cookie alone says nothing where clients have to log in.
    private FlightSession session(
            Credentials credentials, Optional<String> cookie, FlightSessions.Connection connection, Peer peer) {
        if (credentials instanceof Credentials.Token(String token)) {
            Optional<FlightSession> named = sessions.find(token, connection);
            if (named.isPresent()) {
                return current(named.get());
            }
            if (!logins.required()) {
                throw ended();
            }
        }
        Login login = logins.of(credentials, peer);
        return cookie.flatMap(word -> sessions.find(word, connection))
                .filter(found -> found.isOf(login.user()))
                .orElseGet(() -> sessions.of(login, connection));
    }

    private FlightSession current(FlightSession session) {
        if (!logins.isCurrent(session.login())) {
            sessions.close(session);
            throw ended();
        }
        return session;
    }

    private static QueryException ended() {
        return new QueryException(
                ErrorCode.INVALID_CONNECTION, "The session of this token has ended.", "Connect again.");
    }

    private static Peer peer(ServerCall<?, ?> call) {
        Attributes attributes = call.getAttributes();
        boolean encrypted = attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION) != null;
        return Peer.of(DOOR, attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR), encrypted);
    }

    private static Optional<String> cookie(Metadata headers) {
        Iterable<String> cookies = headers.getAll(COOKIE);
        if (cookies != null) {
            for (String line : cookies) {
                Matcher matcher = WORD.matcher(line);
                if (matcher.find()) {
                    return Optional.of(matcher.group(1));
                }
            }
        }
        return Optional.empty();
    }

    /// The call as its client sees it: with the session's word, and never with what Flight itself says of a fault.
    private static <Q, A> ServerCall<Q, A> telling(ServerCall<Q, A> call, String word, boolean cookie, boolean bearer) {
        return new SimpleForwardingServerCall<>(call) {
            private boolean told;

            @Override
            public void sendHeaders(Metadata headers) {
                told = true;
                if (cookie) {
                    headers.put(SET_COOKIE, COOKIE_NAME + "=" + word);
                }
                if (bearer) {
                    headers.put(AUTHORIZATION, "Bearer " + word);
                }
                super.sendHeaders(headers);
            }

            @Override
            public void close(Status status, Metadata trailers) {
                if (bearer && !told && status.isOk()) {
                    // A handshake ends without a message, and its headers are all that the client wants of it.
                    sendHeaders(new Metadata());
                }
                super.close(FlightErrors.polite(status), trailers);
            }
        };
    }

    private static void refuse(ServerCall<?, ?> call, FlightRuntimeException problem) {
        CallStatus status = problem.status();
        Status grpc = StatusUtils.toGrpcStatus(status);
        call.close(grpc, new Metadata());
    }
}
