package io.elanus.sql.metrics;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All metrics of a server, by name.
public final class Metrics {
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);

    private record Named(String type, String help, Metric metric) {}

    sealed interface Metric {
        /// @param labels of all lines, such as `kind="query"`; empty: none
        void write(String name, String labels, StringBuilder out);
    }

    /// One value of several that a name has, told apart by labels.
    ///
    /// @param labels names with values; few values each, because every one is a series in whoever collects them
    public record Sample(Map<String, String> labels, double value) {
        public Sample {
            labels = Map.copyOf(labels);
        }
    }

    private final Map<String, Named> metrics = new ConcurrentSkipListMap<>();

    public Counter counter(String name, String help) {
        return add(name, "counter", help, new Counter());
    }

    /// Counters that a label tells apart.
    public Family<Counter> counters(String name, String help, String label) {
        return add(name, "counter", help, new Family<>(label, Counter::new));
    }

    public void gauge(String name, String help, DoubleSupplier value) {
        add(name, "gauge", help, new Read(() -> List.of(new Sample(Map.of(), value.getAsDouble()))));
    }

    /// Gauges that labels tell apart, read when somebody asks. What cannot be read is left out.
    public void gauges(String name, String help, Supplier<List<Sample>> values) {
        add(name, "gauge", help, new Read(values));
    }

    /// A number that somebody else counts, and that only rises.
    public void counted(String name, String help, DoubleSupplier value) {
        add(name, "counter", help, new Read(() -> List.of(new Sample(Map.of(), value.getAsDouble()))));
    }

    /// Of durations in seconds.
    public Histogram histogram(String name, String help) {
        return add(name, "histogram", help, new Histogram());
    }

    /// Of durations in seconds that a label tells apart.
    public Family<Histogram> histograms(String name, String help, String label) {
        return add(name, "histogram", help, new Family<>(label, Histogram::new));
    }

    private <M extends Metric> M add(String name, String type, String help, M metric) {
        if (metrics.putIfAbsent(name, new Named(type, help, metric)) != null) {
            throw new IllegalStateException("Metric [%s] is made twice".formatted(name));
        }
        return metric;
    }

    /// In the text format of Prometheus.
    public String text() {
        var out = new StringBuilder();
        metrics.forEach((name, named) -> {
            out.append("# HELP ").append(name).append(' ').append(named.help()).append('\n');
            out.append("# TYPE ").append(name).append(' ').append(named.type()).append('\n');
            named.metric().write(name, "", out);
        });
        return out.toString();
    }

    private static void line(StringBuilder out, String name, String labels, String value) {
        out.append(name);
        if (!labels.isEmpty()) {
            out.append('{').append(labels).append('}');
        }
        out.append(' ').append(value).append('\n');
    }

    private static String label(String name, String value) {
        String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        return name + "=\"" + escaped + '"';
    }

    private static String joined(String labels, String more) {
        return labels.isEmpty() ? more : labels + ',' + more;
    }

    /// Only rises.
    public static final class Counter implements Metric {
        private final LongAdder value = new LongAdder();

        public void increment() {
            value.increment();
        }

        public void add(long amount) {
            value.add(amount);
        }

        @Override
        public void write(String name, String labels, StringBuilder out) {
            line(out, name, labels, Long.toString(value.sum()));
        }
    }

    /// Metrics of one name, one for each value of a label.
    public static final class Family<M extends Metric> implements Metric {
        private final String label;
        private final Supplier<M> make;
        private final Map<String, M> members = new ConcurrentHashMap<>();

        Family(String label, Supplier<M> make) {
            this.label = label;
            this.make = make;
        }

        /// @param value one of few
        public M of(String value) {
            return members.computeIfAbsent(value, _ -> make.get());
        }

        @Override
        public void write(String name, String labels, StringBuilder out) {
            new TreeMap<>(members)
                    .forEach((value, member) -> member.write(name, joined(labels, label(label, value)), out));
        }
    }

    /// What is read when somebody asks.
    private record Read(Supplier<List<Sample>> values) implements Metric {
        @Override
        public void write(String name, String labels, StringBuilder out) {
            List<Sample> samples;
            try {
                samples = values.get();
            } catch (RuntimeException e) { // a coordinator that is not there; the other metrics are
                LOG.atDebug().addKeyValue("metric", name).setCause(e).log("A metric could not be read");
                return;
            }
            for (Sample sample : samples) {
                var own = new StringBuilder();
                new TreeMap<>(sample.labels())
                        .forEach((label, value) ->
                                own.append(own.isEmpty() ? "" : ",").append(label(label, value)));
                line(out, name, own.toString(), Double.toString(sample.value()));
            }
        }
    }

    /// Buckets from half a millisecond to a minute, each about twice the one before.
    public static final class Histogram implements Metric {
        private static final double[] BOUNDS = {
            0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60
        };
        private static final List<String> TEXTS = Arrays.stream(BOUNDS)
                .mapToObj(bound -> new BigDecimal(Double.toString(bound))
                        .stripTrailingZeros()
                        .toPlainString())
                .toList();

        private final LongAdder[] buckets = new LongAdder[BOUNDS.length + 1];
        private final DoubleAdder sum = new DoubleAdder();

        Histogram() {
            for (int i = 0; i < buckets.length; i++) {
                buckets[i] = new LongAdder();
            }
        }

        public void record(double seconds) {
            int bucket = 0;
            while (bucket < BOUNDS.length && seconds > BOUNDS[bucket]) {
                bucket++;
            }
            buckets[bucket].increment();
            sum.add(seconds);
        }

        @Override
        public void write(String name, String labels, StringBuilder out) {
            long count = 0;
            for (int i = 0; i < BOUNDS.length; i++) {
                count += buckets[i].sum();
                line(out, name + "_bucket", joined(labels, label("le", TEXTS.get(i))), Long.toString(count));
            }
            count += buckets[BOUNDS.length].sum();
            line(out, name + "_bucket", joined(labels, label("le", "+Inf")), Long.toString(count));
            line(out, name + "_sum", labels, Double.toString(sum.sum()));
            line(out, name + "_count", labels, Long.toString(count));
        }
    }
}
