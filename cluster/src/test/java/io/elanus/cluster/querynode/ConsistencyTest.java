package io.elanus.cluster.querynode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.exchange.BatchStream;
import io.elanus.cluster.querynode.RowModel.Row;
import io.elanus.proto.grpc.Fragment;
import io.elanus.storage.ErrorCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The four consistency levels against a consumer that gets no tick, and reads of the past.
class ConsistencyTest {
    @TempDir
    Path folder;

    private ShardWorld world;
    private long segment;

    @BeforeEach
    void startLeader() {
        world = new ShardWorld(folder);
        world.tick();
        world.start();
        segment = world.newSegment();
        world.write(world.insert(segment, row(1, world.nextTs())));
    }

    @AfterEach
    void closeLeader() {
        world.close();
    }

    @Test
    void strongReadWaitsForTheTickThatReleasesWhatWasWritten() {
        var write = world.insert(segment, row(2, world.nextTs()));
        world.append(write);
        world.loop.run();
        long now = world.nextTs();
        CompletableFuture<BatchStream> answer = world.desk.execute(world.leader, strong(now));
        world.loop.run();
        assertThat(answer).isNotDone();

        world.tick();
        assertThat(Fragments.longs(world.loop.await(answer))).containsExactly(1L, 2L);
    }

    @Test
    void strongReadThatWaitsInVainSaysThatTheChannelLags() {
        CompletableFuture<BatchStream> answer = world.desk.execute(world.leader, strong(world.nextTs()));
        world.loop.run();
        world.loop.advance(Duration.ofMillis(1_001));
        assertThatThrownBy(answer::join).cause().isInstanceOfSatisfying(ClusterException.class, error -> {
            assertThat(error.code()).isEqualTo(ErrorCode.TIMESTAMP_LAG);
            assertThat(error).hasMessageContaining("Try again, or read at a lower consistency level");
        });
    }

    @Test
    void sessionReadSeesItsOwnWriteAndWaitsForNothingElse() {
        long own = world.lastTick();
        Fragment session = Fragments.scan(0).setGuaranteeTs(own).build();
        assertThat(Fragments.longs(world.execute(session))).containsExactly(1L);
    }

    @Test
    void boundedReadIsServedFromAnOlderTimeWhileTheConsumerIsPaused() {
        world.append(world.insert(segment, row(2, world.nextTs())));
        world.loop.run();
        Fragment bounded =
                Fragments.scan(0).setGuaranteeTs(world.lastTick() - 1).build();
        assertThat(Fragments.longs(world.execute(bounded))).containsExactly(1L);
    }

    @Test
    void eventualReadNeverWaits() {
        Fragment eventual = Fragments.scan(0).setGuaranteeTs(0).build();
        BatchStream stream = world.execute(eventual);
        assertThat(Fragments.longs(stream)).containsExactly(1L);
        assertThat(stream.statistics().getReadTs()).isEqualTo(world.lastTick());
    }

    @Test
    void noReadSeesTheReplayOfANewLeaderBeforeItIsComplete() {
        world.append(world.insert(segment, row(2, world.nextTs())));
        world.takeOver();
        CompletableFuture<BatchStream> eventual =
                world.desk.execute(world.leader, Fragments.scan(0).build());
        world.loop.run();
        assertThat(eventual).isNotDone();

        world.tick();
        assertThat(Fragments.longs(world.loop.await(eventual))).containsExactly(1L, 2L);
    }

    @Test
    void readOfThePastSeesWhatWasDeletedSinceAlsoAfterCompaction() {
        long before = world.lastTick();
        world.write(world.delete(1L));
        long after = world.lastTick();
        assertThat(keysAt(before)).containsExactly(1L);
        assertThat(keysAt(after)).isEmpty();

        world.flush(segment);
        segment = world.newSegment();
        world.write(world.insert(segment, row(3, world.nextTs())));
        world.checkpoint();
        world.compact(world.flushedIds(), before);
        world.syncTarget();
        assertThat(keysAt(before)).containsExactly(1L);
        assertThat(keysAt(after)).isEmpty();
        assertThat(keysAt(world.lastTick())).containsExactly(3L);
    }

    private List<Long> keysAt(long readTs) {
        return Fragments.longs(world.execute(Fragments.scan(readTs).build()));
    }

    private static Fragment strong(long now) {
        return Fragments.scan(now).build();
    }

    private static Row row(long key, long ts) {
        return new Row(key, (int) key, new float[] {key, 0, 0, 0}, ts);
    }
}
