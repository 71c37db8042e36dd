package io.elanus.sql.avatica;

import io.elanus.sql.console.BrowserGuard;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.metrics.Metrics;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Called on the thread that reads from sockets, for which all others of its sockets wait: answers there what takes
/// no longer than handing it to another thread, and hands all else to a virtual thread.
final class QuickAnswers extends Handler.Wrapper {
    /// A request that may be answered on the thread that reads it is no longer.
    private static final int QUICK_BYTES = 64 * 1024;

    private final HttpLogins logins;
    private final HttpCalls calls;
    private final Executor waiting;
    private final Metrics.Counter quick;

    /// @param waiting a thread of its own for each request
    /// @param all answers what is not answered here
    QuickAnswers(HttpLogins logins, HttpCalls calls, Executor waiting, Metrics metrics, Handler all) {
        super(all);
        this.logins = logins;
        this.calls = calls;
        this.waiting = waiting;
        quick = metrics.counter("elanus_http_quick_total", "Requests answered by the thread that read them");
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!answersQuickly(request, response, callback)) {
            apart(request, response, callback, () -> {
                if (!super.handle(request, response, callback)) {
                    Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
                }
            });
        }
        return true;
    }

    private interface Work {
        @SuppressWarnings("checkstyle:IllegalThrows")
        void run() throws Exception;
    }

    private void apart(Request request, Response response, Callback callback, Work work) {
        waiting.execute(() -> {
            try {
                work.run();
            } catch (Exception | Error e) { // as the server does with what a handler throws
                Response.writeError(request, response, callback, e);
            }
        });
    }

    /// False: not, and the request is as it was but for the start of its body.
    private boolean answersQuickly(Request request, Response response, Callback callback) {
        long length = request.getLength();
        if (length <= 0
                || length > QUICK_BYTES
                || !HttpMethod.POST.is(request.getMethod())
                || !JdbcRoutes.PATHS.contains(Request.getPathInContext(request))
                || BrowserGuard.refusesOrigin(request).isPresent()
                || HttpLogins.sentPassword(request)) {
            return false;
        }
        long started = calls.now();
        JdbcService.Context context;
        Call call;
        try {
            context = HttpCalls.context(logins.of(request).user(), request);
            Optional<byte[]> body = HttpBodies.ifHere(request, (int) length);
            if (body.isEmpty() || HttpCalls.isJson(request, body.get())) {
                return false;
            }
            call = calls.protobuf.read(body.get());
        } catch (RuntimeException e) { // told in the usual way
            return false;
        }
        if (!(call instanceof Call.Execute) || !FairConnector.takeTurn(request)) {
            return false;
        }
        calls.begun();
        request.addIdleTimeoutListener(_ -> false);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, calls.protobuf.contentType());
        try {
            switch (calls.service().begin(call, context, calls.protobuf)) {
                case JdbcService.Begun.Answered(Answer answer) -> {
                    quick.increment();
                    calls.conclude(
                            started,
                            calls.reply(call, context, calls.protobuf, () -> answer, response),
                            response,
                            callback);
                }
                case JdbcService.Begun.Waits(Supplier<Answer> rest) ->
                    apart(
                            request,
                            response,
                            callback,
                            () -> calls.conclude(
                                    started,
                                    calls.reply(call, context, calls.protobuf, rest, response),
                                    response,
                                    callback));
            }
        } catch (RuntimeException | Error e) { // as in #answer
            QueryException told = Failures.asQueryException(e);
            calls.conclude(
                    started,
                    HttpCalls.Reply.of(calls.service().failure(told, context, call.connection()), calls.protobuf),
                    response,
                    callback);
        }
        return true;
    }
}
