package io.elanus.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import io.elanus.cluster.ClusterException;
import io.elanus.storage.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What the server's own log configuration prints for an event with a cause.
class CauseConverterTest {
    @Test
    void an_expected_error_is_one_line_without_a_stack_trace() throws Exception {
        var cause = new ClusterException(ErrorCode.NOT_READY, "The data coordinator is not active here (yet).");

        assertThat(printed(new CompletionException(cause)).lines())
                .hasSize(2)
                .last()
                .isEqualTo("    NOT_READY: The data coordinator is not active here (yet).");
    }

    @Test
    void a_bug_keeps_its_stack_trace() throws Exception {
        assertThat(printed(new IllegalStateException("never")))
                .contains("java.lang.IllegalStateException: never")
                .contains("CauseConverterTest.a_bug_keeps_its_stack_trace");
    }

    @Test
    void an_event_without_cause_is_one_line() throws Exception {
        assertThat(printed(null).lines()).hasSize(1);
    }

    private static String printed(@Nullable Throwable cause) throws Exception {
        var context = new LoggerContext();
        var configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(Objects.requireNonNull(ServerConfig.class.getResource("/logback.xml")));
        var logger = context.getLogger("test");
        var event = new LoggingEvent("test", logger, Level.WARN, "Trying again", cause, null);
        var stderr = (ConsoleAppender<ILoggingEvent>) context.getLogger("ROOT").getAppender("stderr");
        return new String(((PatternLayoutEncoder) stderr.getEncoder()).encode(event), StandardCharsets.UTF_8);
    }
}
