package io.elanus.cluster.runtime;

import io.grpc.Context;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where work comes from: the trace of a client's statement, as W3C Trace Context writes it.
///
/// The trace of the work that a thread does now lies in gRPC's context; event loops, workers and calls carry it on,
/// so that it reaches every process that has a part in the statement. Work of no trace, as nearly all is, costs one
/// look at the context.
///
/// @param id 32 digits
/// @param span what the work is a part of; 16 digits
/// @param sampled the client keeps the trace
public record Trace(String id, String span, boolean sampled) {
    private static final Context.Key<Trace> KEY = Context.key("elanus-trace");
    /// Version 00; later ones may go on behind the flags.
    private static final Pattern PARENT =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

    /// Reads a `traceparent`; empty when it is none.
    public static Optional<Trace> parse(String parent) {
        Matcher matcher = PARENT.matcher(parent.strip().toLowerCase(Locale.ROOT));
        return matcher.matches()
                ? Optional.of(new Trace(
                        matcher.group(1), matcher.group(2), (Integer.parseInt(matcher.group(3), 16) & 1) != 0))
                : Optional.empty();
    }

    /// One that begins here.
    public static Trace begun(RandomGenerator random) {
        HexFormat digits = HexFormat.of();
        // Neither may be all zeros.
        return new Trace(
                digits.toHexDigits(random.nextLong()) + digits.toHexDigits(random.nextLong() | 1),
                digits.toHexDigits(random.nextLong() | 1),
                true);
    }

    /// As `traceparent`.
    public String parent() {
        return "00-" + id + "-" + span + (sampled ? "-01" : "-00");
    }

    /// Of the work that this thread does now.
    public static @Nullable Trace current() {
        return KEY.get();
    }

    /// Null: of none.
    public static @Nullable String currentId() {
        Trace trace = current();
        return trace == null ? null : trace.id();
    }

    /// The context of work of this trace. It is nobody's child: a call that ends cancels no other.
    Context context() {
        return Context.ROOT.withValue(KEY, this);
    }

    /// What a thread does until it closes the scope.
    public interface Scope extends AutoCloseable {
        @Override
        void close();
    }

    private static final Scope NOTHING = () -> {};

    /// The thread's work is of this trace until it closes the scope; null: it goes on as it was.
    public static Scope of(@Nullable Trace trace) {
        if (trace == null) {
            return NOTHING;
        }
        Context own = trace.context();
        Context before = own.attach();
        return () -> own.detach(before);
    }

    /// The task as a part of what this thread does now, wherever it runs.
    static Runnable carried(Runnable task) {
        Trace trace = current();
        return trace == null ? task : trace.context().wrap(task);
    }

    /// As [#carried(Runnable)].
    static <T> Callable<T> carried(Callable<T> task) {
        Trace trace = current();
        return trace == null ? task : trace.context().wrap(task);
    }
}
