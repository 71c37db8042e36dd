package io.elanus.sql.server;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.elanus.cluster.runtime.Trace;

/// The trace that an event of the server's log belongs to (`%trace` in logback.xml): ` trace=…`, or nothing.
public final class TraceConverter extends ClassicConverter {
    @Override
    public String convert(ILoggingEvent event) {
        Trace trace = Trace.current();
        return trace == null ? "" : " trace=" + trace.id();
    }
}
