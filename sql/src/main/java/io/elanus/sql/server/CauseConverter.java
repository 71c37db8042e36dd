package io.elanus.sql.server;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.CoreConstants;
import io.elanus.cluster.runtime.Failures;
import io.elanus.storage.ErrorCode;
import java.util.StringJoiner;

/// How the server's log shows the cause of an event (`%cause` in logback.xml). An error with a code of ours is
/// expected: its code and the sentences of its chain, on one line. Everything else is a bug and keeps its stack trace.
public final class CauseConverter extends ThrowableProxyConverter {
    @Override
    protected String throwableProxyToString(IThrowableProxy proxy) {
        if (proxy instanceof ThrowableProxy known) {
            Throwable error = Failures.unwrap(known.getThrowable());
            ErrorCode code = Failures.code(error).orElse(ErrorCode.INTERNAL);
            if (code != ErrorCode.INTERNAL) {
                return "    " + code + ": " + sentences(error) + CoreConstants.LINE_SEPARATOR;
            }
        }
        return super.throwableProxyToString(proxy);
    }

    private static String sentences(Throwable error) {
        var chain = new StringJoiner(" <- ");
        String last = "";
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            String sentence = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            if (!sentence.equals(last)) {
                chain.add(sentence);
            }
            last = sentence;
        }
        return chain.toString();
    }
}
