package io.elanus.sql.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/// All metrics of a server, by name.
public final class Metrics {
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private record Named(String type, String help, Metric metric) {}

    sealed interface Metric {
        void write(String name, StringBuilder out);
    }

    private final Map<String, Named> metrics = new ConcurrentSkipListMap<>();

    public Counter counter(String name, String help) {
        return add(name, "counter", help, new Counter());
    }

    public void gauge(String name, String help, DoubleSupplier value) {
        add(name, "gauge", help, new Gauge(value));
    }

    /// Of durations in seconds.
    public Histogram histogram(String name, String help) {
        return add(name, "histogram", help, new Histogram());
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
            named.metric().write(name, out);
        });
        return out.toString();
    }

    private static void line(StringBuilder out, String name, Object value) {
        out.append(name).append(' ').append(value).append('\n');
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
        public void write(String name, StringBuilder out) {
            line(out, name, value.sum());
        }
    }

    private record Gauge(DoubleSupplier value) implements Metric {
        @Override
        public void write(String name, StringBuilder out) {
            line(out, name, value.getAsDouble());
        }
    }

    /// Buckets from half a millisecond to a minute, each about twice the one before.
    public static final class Histogram implements Metric {
        private static final double[] BOUNDS = {
            0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60
        };

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
        public void write(String name, StringBuilder out) {
            long count = 0;
            for (int i = 0; i < BOUNDS.length; i++) {
                count += buckets[i].sum();
                line(out, name + "_bucket{le=\"" + BOUNDS[i] + "\"}", count);
            }
            count += buckets[BOUNDS.length].sum();
            line(out, name + "_bucket{le=\"+Inf\"}", count);
            line(out, name + "_sum", sum.sum());
            line(out, name + "_count", count);
        }
    }
}
