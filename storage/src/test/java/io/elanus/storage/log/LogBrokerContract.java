package io.elanus.storage.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every [LogBroker] does. A subclass opens its kind; reopening gives a broker over the same data.
public abstract class LogBrokerContract {
    protected abstract LogBroker open() throws Exception;

    private LogBroker log;

    @BeforeEach
    void openLog() throws Exception {
        log = open();
    }

    @AfterEach
    void closeLog() {
        log.close();
    }

    protected static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    private static byte[] record(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }

    private void fill(String pchannel, int count) throws Exception {
        var appends = new ArrayList<CompletableFuture<Long>>();
        for (int i = 0; i < count; i++) {
            appends.add(log.append(pchannel, record(i), i % 3 == 0 ? Durability.SOFT : Durability.DURABLE));
        }
        for (int i = 0; i < count; i++) {
            assertThat(await(appends.get(i))).isEqualTo(i);
        }
    }

    private List<Integer> readAll(String pchannel, long from, int count) throws Exception {
        var values = new ArrayList<Integer>();
        try (LogReader reader = log.read(pchannel, from)) {
            long expected = from;
            while (values.size() < count) {
                for (LogEntry entry : await(reader.next(64))) {
                    assertThat(entry.position()).isEqualTo(expected++);
                    values.add(ByteBuffer.wrap(entry.record()).getInt());
                }
            }
        }
        return values;
    }

    @Test
    void positionsFollowTheOrderOfAppends() throws Exception {
        fill("a", 500);
        fill("b", 3);
        assertThat(readAll("a", 490, 10)).containsExactly(490, 491, 492, 493, 494, 495, 496, 497, 498, 499);
        assertThat(readAll("b", 0, 3)).containsExactly(0, 1, 2);
        assertThat(await(log.endPosition("a"))).isEqualTo(500);
    }

    @Test
    void aReaderWaitsForTheNextRecord() throws Exception {
        fill("a", 2);
        try (LogReader reader = log.read("a", 2)) {
            CompletableFuture<List<LogEntry>> next = reader.next(1000);
            assertThat(next).isNotDone();
            await(log.append("a", record(2), Durability.SOFT));
            assertThat(await(next))
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.position()).isEqualTo(2));
        }
    }

    @Test
    void aPollStopsOnceItsBytesAreExceededButHoldsOneRecord() throws Exception {
        fill("a", 10);
        try (LogReader reader = log.read("a", 0)) {
            assertThat(await(reader.next(1))).hasSize(1);
            assertThat(await(reader.next(8))).hasSize(2);
        }
    }

    @Test
    void whatWasAcknowledgedSurvivesReopening() throws Exception {
        fill("a", 100);
        fill("a-b", 5);
        log.close();
        log = open();
        assertThat(await(log.endPosition("a"))).isEqualTo(100);
        assertThat(await(log.endPosition("a-b"))).isEqualTo(5);
        assertThat(readAll("a", 0, 100)).hasSize(100);
        assertThat(await(log.append("a", record(7), Durability.DURABLE))).isEqualTo(100);
    }

    @Test
    void truncationIsRefusedToReadersAndSurvivesReopening() throws Exception {
        fill("a", 50);
        await(log.truncate("a", 20));
        await(log.truncate("a", 10));
        assertThat(await(log.startPosition("a"))).isEqualTo(20);
        assertThat(readAll("a", 20, 30)).first().isEqualTo(20);
        log.close();
        log = open();
        assertThat(await(log.startPosition("a"))).isEqualTo(20);
        try (LogReader reader = log.read("a", 19)) {
            assertThatThrownBy(() -> await(reader.next(100)))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LOG_TRUNCATED))
                    .hasMessageContaining("least position left is [20]");
        }
    }

    @Test
    void aChannelTruncatedToItsEndGoesOnFromThere() throws Exception {
        fill("a", 5);
        await(log.truncate("a", 5));
        log.close();
        log = open();
        assertThat(await(log.append("a", record(5), Durability.DURABLE))).isEqualTo(5);
        assertThat(readAll("a", 5, 1)).containsExactly(5);
    }

    @Test
    void theEndIsKnownOnceEverythingBelowItIsWritten() throws Exception {
        CompletableFuture<Long> soft = log.append("a", record(0), Durability.SOFT);
        assertThat(await(log.endPosition("a"))).isEqualTo(1);
        assertThat(soft).isCompletedWithValue(0L);
        assertThat(await(log.endPosition("a"))).isEqualTo(1);
    }

    @Test
    void anUnknownChannelIsEmpty() throws Exception {
        assertThat(await(log.startPosition("none"))).isZero();
        assertThat(await(log.endPosition("none"))).isZero();
    }

    @Test
    void closingAReaderCancelsItsRead() throws Exception {
        LogReader reader = log.read("a", 0);
        CompletableFuture<List<LogEntry>> next = reader.next(100);
        reader.close();
        assertThat(next).isCompletedExceptionally();
    }

    @Test
    void manyThreadsAppendEachInItsOwnOrder() throws Exception {
        int threads = 8;
        int each = 200;
        var futures = new ArrayList<List<CompletableFuture<Long>>>();
        var workers = new ArrayList<Thread>();
        for (int t = 0; t < threads; t++) {
            var mine = new ArrayList<CompletableFuture<Long>>();
            futures.add(mine);
            workers.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    mine.add(log.append("shared", record(i), Durability.DURABLE));
                }
            }));
        }
        for (Thread worker : workers) {
            worker.join();
        }
        var all = new ArrayList<Long>();
        for (List<CompletableFuture<Long>> mine : futures) {
            var positions = new ArrayList<Long>();
            for (CompletableFuture<Long> future : mine) {
                positions.add(await(future));
            }
            assertThat(positions).isSorted();
            all.addAll(positions);
        }
        assertThat(all).doesNotHaveDuplicates().hasSize(threads * each);
    }

    @Test
    void largeRecordsComeBackWhole() throws Exception {
        byte[] large = new byte[3 << 20];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31);
        }
        await(log.append("large", large, Durability.DURABLE));
        log.close();
        log = open();
        try (LogReader reader = log.read("large", 0)) {
            assertThat(await(reader.next(1)).getFirst().record()).isEqualTo(large);
        }
    }
}
