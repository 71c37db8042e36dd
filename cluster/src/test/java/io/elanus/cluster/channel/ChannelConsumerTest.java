package io.elanus.cluster.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.cluster.fixture.FakeLog;
import io.elanus.cluster.fixture.FakeLoop;
import io.elanus.cluster.fixture.Messages;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.log.Durability;
import io.elanus.storage.setting.DataSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChannelConsumerTest {
    private static final String P = "p0";

    private final FakeLoop loop = new FakeLoop(0);
    private final FakeLog log = new FakeLog();
    private final ChannelHub hub = new ChannelHub(log, loop, ChannelConfig.defaults());

    @Test
    void firstReadGets1And2AndTheSecondGets6And7And8() {
        var seen = new Recorder();
        hub.open(new ChannelStart("v", P, 1, 0, 0), seen);
        append(Messages.write("v", 2), Messages.write("v", 6), Messages.write("v", 1), Messages.tick(5));
        loop.run();
        assertThat(seen.timestamps).containsExactly(1L, 2L);

        append(Messages.write("v", 8), Messages.write("v", 7), Messages.write("v", 12), Messages.tick(10));
        loop.run();
        assertThat(seen.timestamps).containsExactly(1L, 2L, 6L, 7L, 8L);
        assertThat(seen.last().tick()).isEqualTo(10);
    }

    @Test
    void resumePositionIsThatOfTheEarliestMessageStillHeld() {
        var seen = new Recorder();
        hub.open(new ChannelStart("v", P, 1, 0, 0), seen);
        append(Messages.write("v", 1), Messages.write("v", 9), Messages.write("v", 2), Messages.tick(5));
        loop.run();
        assertThat(seen.last().resumePosition()).isEqualTo(1);
        append(Messages.tick(9));
        loop.run();
        assertThat(seen.last().resumePosition()).isEqualTo(5);
    }

    @Test
    void oneThatResumesWhereASpanEndedRepeatsNothingAndMissesNothing() {
        var first = new Recorder();
        ChannelConsumer consumer = hub.open(new ChannelStart("v", P, 1, 0, 0), first);
        append(Messages.write("v", 1), Messages.write("v", 9), Messages.write("v", 2), Messages.tick(5));
        loop.run();
        consumer.close();
        append(Messages.write("v", 8), Messages.tick(10));

        var second = new Recorder();
        ChannelSpan end = first.last();
        hub.open(new ChannelStart("v", P, 1, end.resumePosition(), end.tick()), second);
        loop.run();
        assertThat(first.timestamps).containsExactly(1L, 2L);
        assertThat(second.timestamps).containsExactly(8L, 9L);
    }

    @Test
    void dropsAndCountsAMessageBehindItsTick() {
        var seen = new Recorder();
        ChannelConsumer consumer = hub.open(new ChannelStart("v", P, 1, 0, 0), seen);
        append(Messages.tick(5), Messages.write("v", 5), Messages.write("v", 4), Messages.write("v", 6));
        append(Messages.tick(7));
        loop.run();
        assertThat(seen.timestamps).containsExactly(6L);
        assertThat(consumer.lateMessages()).isEqualTo(2);
    }

    @Test
    void doesNotCountWhatItsStartCoversAsLate() {
        var seen = new Recorder();
        append(Messages.write("v", 3), Messages.tick(4), Messages.write("v", 6), Messages.tick(7));
        ChannelConsumer consumer = hub.open(new ChannelStart("v", P, 1, 0, 4), seen);
        loop.run();
        assertThat(seen.timestamps).containsExactly(6L);
        assertThat(consumer.lateMessages()).isZero();
    }

    @Test
    void keepsTablesThatShareAPchannelApart() {
        var one = new Recorder();
        var two = new Recorder();
        hub.open(new ChannelStart("v1", P, 1, 0, 0), one);
        hub.open(new ChannelStart("v2", P, 2, 0, 0), two);
        append(Messages.write("v1", 1), Messages.write("v2", 2), Messages.dropTable(2, 3), Messages.tick(5));
        loop.run();
        assertThat(one.timestamps).containsExactly(1L);
        assertThat(two.timestamps).containsExactly(2L, 3L);
        assertThat(log.readers(P)).isEqualTo(1);
    }

    @Test
    void consumersShareAReaderOnceTheyStandAtTheSamePlace() {
        var one = new Recorder();
        hub.open(new ChannelStart("v", P, 1, 0, 0), one);
        append(Messages.write("v", 1), Messages.tick(2), Messages.write("v", 3));
        loop.run();
        var two = new Recorder();
        ChannelConsumer late = hub.open(new ChannelStart("v", P, 1, 0, 0), two);
        assertThat(hub.cursors()).isEqualTo(2);
        loop.run();
        assertThat(hub.cursors()).isEqualTo(1);
        append(Messages.tick(4));
        loop.run();
        assertThat(one.timestamps).containsExactly(1L, 3L);
        assertThat(two.timestamps).containsExactly(1L, 3L);
        late.close();
        hub.close();
        assertThat(log.readers(P)).isZero();
    }

    @Test
    void waitsForTheHandlerAndMergesWhatCameMeanwhile() {
        var seen = new Recorder();
        seen.gate = new CompletableFuture<>();
        hub.open(new ChannelStart("v", P, 1, 0, 0), seen);
        append(Messages.write("v", 1), Messages.tick(2));
        append(Messages.write("v", 3), Messages.tick(4), Messages.tick(6), Messages.write("v", 7), Messages.tick(8));
        loop.run();
        assertThat(seen.timestamps).containsExactly(1L);
        seen.open();
        loop.run();
        assertThat(seen.timestamps).containsExactly(1L, 3L, 7L);
        assertThat(seen.spans).hasSize(2);
    }

    @Test
    void aSlowConsumerLeavesTheSharedReaderAndComesBack() {
        var small = new ChannelConfig(new DataSize(4096), new DataSize(4096), Duration.ofMillis(10));
        var narrow = new ChannelHub(log, loop, small);
        var slow = new Recorder();
        slow.gate = new CompletableFuture<>();
        var quick = new Recorder();
        narrow.open(new ChannelStart("v", P, 1, 0, 0), slow);
        narrow.open(new ChannelStart("v", P, 1, 0, 0), quick);
        for (int i = 1; i <= 1000; i++) {
            append(Messages.write("v", i), Messages.tick(i));
        }
        loop.run();
        assertThat(quick.timestamps).hasSize(1000);
        assertThat(slow.timestamps).hasSize(1);
        slow.open();
        loop.run();
        assertThat(slow.timestamps).isEqualTo(quick.timestamps);
        assertThat(narrow.cursors()).isEqualTo(1);
        narrow.close();
    }

    @Test
    void readsAgainAfterAFailedRead() {
        var seen = new Recorder();
        log.failReads(true);
        hub.open(new ChannelStart("v", P, 1, 0, 0), seen);
        append(Messages.write("v", 1), Messages.tick(2));
        loop.run();
        assertThat(seen.spans).isEmpty();
        log.failReads(false);
        loop.advance(Duration.ofSeconds(1));
        assertThat(seen.timestamps).containsExactly(1L);
    }

    @Test
    void tellsTheHandlerThatItsPositionWasTruncated() {
        append(Messages.write("v", 1), Messages.tick(2));
        var _ = log.truncate(P, 1);
        var seen = new Recorder();
        hub.open(new ChannelStart("v", P, 1, 0, 0), seen);
        loop.run();
        assertThat(seen.lost)
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LOG_TRUNCATED));
        assertThat(hub.cursors()).isZero();
    }

    @Test
    void tellsTheHandlerThatARecordIsDamaged() {
        byte[] record = Messages.write("v", 1);
        record[record.length - 1] ^= 1;
        append(record);
        var seen = new Recorder();
        hub.open(new ChannelStart("v", P, 1, 0, 0), seen);
        loop.run();
        assertThat(seen.lost)
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT));
    }

    /// Any interleaving of writers and any restarts: each message once, in order.
    @Test
    void restartsAnywhereSeeEveryMessageOnceAndInOrder() {
        for (long seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            String pchannel = "seed-" + seed;
            Map<Long, Long> pending = new HashMap<>();
            long tick = 0;
            int count = 60;
            for (long ts = 1; ts <= count; ts++) {
                pending.put(ts, ts);
            }
            while (!pending.isEmpty()) {
                List<Long> near = pending.keySet().stream().sorted().limit(6).toList();
                long ts = near.get(random.nextInt(near.size()));
                pending.remove(ts);
                var _ = log.append(pchannel, Messages.write("v", ts), Durability.DURABLE);
                long least = pending.keySet().stream()
                        .mapToLong(Long::longValue)
                        .min()
                        .orElse(count + 1);
                if (random.nextInt(3) == 0 && least - 1 > tick) {
                    tick = least - 1;
                    var _ = log.append(pchannel, Messages.tick(tick), Durability.SOFT);
                }
            }
            var _ = log.append(pchannel, Messages.tick(count), Durability.SOFT);
            assertThat(readWithRestarts(pchannel, random, count))
                    .as("seed %d", seed)
                    .isEqualTo(LongStream.rangeClosed(1, count).boxed().toList());
        }
    }

    private List<Long> readWithRestarts(String pchannel, Random random, long end) {
        var all = new ArrayList<Long>();
        long position = 0;
        long released = 0;
        while (released < end) {
            int spans = 1 + random.nextInt(4);
            var seen = new Recorder();
            seen.gate = new CompletableFuture<>();
            ChannelConsumer consumer = hub.open(new ChannelStart("v", pchannel, 1, position, released), seen);
            loop.run();
            for (int i = 1; i < spans; i++) {
                seen.step();
                loop.run();
            }
            consumer.close();
            all.addAll(seen.timestamps);
            position = seen.last().resumePosition();
            released = seen.last().tick();
        }
        return all;
    }

    private void append(byte[]... records) {
        for (byte[] record : records) {
            var _ = log.append(P, record, Durability.DURABLE);
        }
    }

    /// Remembers what it was given; while it has a gate, a span is done when the gate opens.
    private static final class Recorder implements ChannelHandler {
        private final List<ChannelSpan> spans = new ArrayList<>();
        private final List<Long> timestamps = new ArrayList<>();
        private @Nullable CompletableFuture<Void> gate;
        private @Nullable Throwable lost;

        @Override
        public CompletableFuture<Void> onSpan(ChannelSpan span) {
            spans.add(span);
            span.messages().forEach(message -> timestamps.add(message.ts()));
            return gate == null ? CompletableFuture.completedFuture(null) : gate;
        }

        @Override
        public void onLost(Throwable cause) {
            lost = cause;
        }

        ChannelSpan last() {
            return spans.getLast();
        }

        void open() {
            CompletableFuture<Void> closed = gate;
            gate = null;
            if (closed != null) {
                closed.complete(null);
            }
        }

        void step() {
            CompletableFuture<Void> closed = gate;
            gate = new CompletableFuture<>();
            if (closed != null) {
                closed.complete(null);
            }
        }
    }
}
