package io.elanus.cluster.sim;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.log.Durability;
import io.elanus.storage.log.LogBroker;
import io.elanus.storage.log.LogEntry;
import io.elanus.storage.log.LogReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The log of a world. Survives every process; a power cut takes what was not durable.
final class SimLog {
    private static final long STUCK_NANOS = 5_000_000_000L;

    private final SimWorld world;
    private final SimScheduler scheduler;
    private final Map<String, Channel> channels = new TreeMap<>();

    private static final class Channel {
        private final List<byte[]> records = new ArrayList<>();
        private final List<Runnable> waiting = new ArrayList<>();
        private int start;
        private int durable;
    }

    SimLog(SimWorld world) {
        this.world = world;
        this.scheduler = world.scheduler();
    }

    /// What was appended without durability since the last durable record is gone. Every process must be down.
    void losePower() {
        channels.values().forEach(channel -> {
            channel.records.subList(channel.durable, channel.records.size()).clear();
            channel.waiting.clear();
        });
        world.checks().onPowerLoss(this);
    }

    /// All records of a pchannel, truncated ones too.
    List<byte[]> records(String pchannel) {
        return channel(pchannel).records;
    }

    /// Where a power cut would end the pchannel.
    long durable(String pchannel) {
        return channel(pchannel).durable;
    }

    List<String> pchannels() {
        return List.copyOf(channels.keySet());
    }

    LogBroker facade(SimProcess process) {
        return new Facade(process);
    }

    private Channel channel(String pchannel) {
        return channels.computeIfAbsent(pchannel, _ -> new Channel());
    }

    private final class Facade implements LogBroker {
        private final SimProcess process;
        private final Map<String, Long> lastArrival = new TreeMap<>();

        Facade(SimProcess process) {
            this.process = process;
        }

        @Override
        public CompletableFuture<Long> append(String pchannel, byte[] record, Durability durability) {
            var done = new CompletableFuture<Long>();
            long stuck = scheduler.chance(world.faults().stores().stuck())
                    ? scheduler.random().nextLong(STUCK_NANOS)
                    : 0;
            long arrival = Math.max(lastArrival.getOrDefault(pchannel, 0L), scheduler.now() + latency() + stuck);
            lastArrival.put(pchannel, arrival);
            Object sender = world.checks().onSend(process, record);
            // On its way the record no longer depends on its sender.
            List<byte[]> records = world.plants().append(process, pchannel, record);
            scheduler.at(arrival, () -> arrive(pchannel, records.getFirst(), durability, sender, done));
            for (byte[] more : records.subList(1, records.size())) {
                scheduler.at(arrival, () -> arrive(pchannel, more, durability, sender, new CompletableFuture<>()));
            }
            return done;
        }

        private void arrive(
                String pchannel, byte[] record, Durability durability, Object sender, CompletableFuture<Long> done) {
            if (scheduler.chance(world.faults().stores().failBefore())) {
                process.after(latency(), () -> done.completeExceptionally(failed("append")));
                return;
            }
            Channel channel = channel(pchannel);
            long position = channel.records.size();
            channel.records.add(record);
            if (durability == Durability.DURABLE) {
                channel.durable = channel.records.size();
            }
            world.checks().onAppend(pchannel, position, record, sender);
            List<Runnable> woken = List.copyOf(channel.waiting);
            channel.waiting.clear();
            woken.forEach(Runnable::run);
            boolean lostAnswer = scheduler.chance(world.faults().stores().failAfter());
            process.after(latency(), () -> {
                if (lostAnswer) {
                    done.completeExceptionally(failed("append"));
                } else {
                    done.complete(position);
                }
            });
        }

        @Override
        public LogReader read(String pchannel, long position) {
            return new Reader(process, pchannel, position);
        }

        @Override
        public CompletableFuture<Long> endPosition(String pchannel) {
            return ask(pchannel, channel -> {
                if (world.plants().endIsDurable()) {
                    channel.durable = channel.records.size();
                }
                return (long) channel.records.size();
            });
        }

        @Override
        public CompletableFuture<Long> startPosition(String pchannel) {
            return ask(pchannel, channel -> (long) channel.start);
        }

        @Override
        public CompletableFuture<Void> truncate(String pchannel, long position) {
            return ask(pchannel, channel -> {
                        channel.start = Math.max(channel.start, (int) Math.min(position, channel.records.size()));
                        return position;
                    })
                    .thenAccept(_ -> {});
        }

        private CompletableFuture<Long> ask(String pchannel, Function<Channel, Long> question) {
            var answer = new CompletableFuture<Long>();
            scheduler.after(latency(), () -> {
                if (scheduler.chance(world.faults().stores().failBefore())) {
                    process.after(latency(), () -> answer.completeExceptionally(failed("question")));
                } else {
                    Long value = question.apply(channel(pchannel));
                    process.after(latency(), () -> answer.complete(value));
                }
            });
            return answer;
        }

        @Override
        public void close() {}
    }

    private final class Reader implements LogReader {
        private final SimProcess process;
        private final String pchannel;
        private long position;
        private @Nullable CompletableFuture<List<LogEntry>> outstanding;
        private boolean closed;

        Reader(SimProcess process, String pchannel, long position) {
            this.process = process;
            this.pchannel = pchannel;
            this.position = position;
        }

        @Override
        public CompletableFuture<List<LogEntry>> next(int maxBytes) {
            var next = new CompletableFuture<List<LogEntry>>();
            outstanding = next;
            scheduler.after(latency(), () -> read(next, maxBytes));
            return next;
        }

        private void read(CompletableFuture<List<LogEntry>> next, int maxBytes) {
            Channel channel = channel(pchannel);
            if (closed || !process.alive()) {
                return;
            }
            if (position < channel.start) {
                process.after(
                        latency(),
                        () -> next.completeExceptionally(new StorageException(
                                ErrorCode.LOG_TRUNCATED,
                                "Position [%d] of [%s] is truncated, the least is [%d]."
                                        .formatted(position, pchannel, channel.start))));
                return;
            }
            if (position >= channel.records.size()) {
                channel.waiting.add(() -> read(next, maxBytes));
                return;
            }
            List<LogEntry> entries = new ArrayList<>();
            long bytes = 0;
            while (position < channel.records.size() && (entries.isEmpty() || bytes < maxBytes)) {
                byte[] record = channel.records.get((int) position);
                bytes += record.length;
                entries.add(world.plants().read(process, pchannel, new LogEntry(position++, record)));
            }
            process.after(latency(), () -> {
                if (!closed) {
                    next.complete(entries);
                }
            });
        }

        @Override
        public void close() {
            closed = true;
            if (outstanding != null) {
                outstanding.cancel(false);
            }
        }
    }

    private long latency() {
        return scheduler.delay(10_000, world.faults().stores().slowest());
    }

    private static StorageException failed(String what) {
        return new StorageException(ErrorCode.IO_ERROR, "The log failed an %s.".formatted(what));
    }
}
