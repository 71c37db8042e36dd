package io.elanus.storage.meta;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.elanus.storage.meta.MetaStore.Change;
import io.elanus.storage.meta.MetaStore.Entry;
import io.elanus.storage.meta.MetaStore.TxnResult;
import io.elanus.storage.meta.Txn.Condition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every [MetaStore] does. A subclass opens its kind and can let time pass for its leases.
public abstract class MetaStoreContract {
    protected abstract MetaStore open() throws Exception;

    /// Makes the store's lease clock move on by at least this much.
    protected abstract void passTime(Duration duration);

    private MetaStore meta;

    @BeforeEach
    void openStore() throws Exception {
        meta = open();
    }

    @AfterEach
    void closeStore() {
        meta.close();
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    private static ByteString value(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private TxnResult put(String key, String text) throws Exception {
        return await(meta.commit(Txn.always().put(key, value(text)).build()));
    }

    @Test
    void everyTransactionRaisesTheRevision() throws Exception {
        long first = put("/a", "1").revision();
        long second = put("/a", "2").revision();
        assertThat(second).isEqualTo(first + 1);
        Entry entry = await(meta.load("/a")).orElseThrow();
        assertThat(entry.value()).isEqualTo(value("2"));
        assertThat(entry.createRevision()).isEqualTo(first);
        assertThat(entry.modRevision()).isEqualTo(second);
    }

    @Test
    void aRefusedTransactionChangesNothing() throws Exception {
        put("/a", "1");
        TxnResult refused = await(meta.commit(Txn.when(new Condition.Absent("/a"))
                .put("/a", value("2"))
                .put("/b", value("2"))
                .build()));
        assertThat(refused.succeeded()).isFalse();
        assertThat(await(meta.load("/a")).orElseThrow().value()).isEqualTo(value("1"));
        assertThat(await(meta.load("/b"))).isEmpty();
    }

    @Test
    void everyKindOfConditionIsChecked() throws Exception {
        long revision = put("/a", "1").revision();
        assertThat(holds(new Condition.Present("/a"))).isTrue();
        assertThat(holds(new Condition.Present("/none"))).isFalse();
        assertThat(holds(new Condition.Absent("/none"))).isTrue();
        assertThat(holds(new Condition.ModRevision("/a", revision))).isTrue();
        assertThat(holds(new Condition.ModRevision("/a", revision + 1))).isFalse();
        assertThat(holds(new Condition.ValueIs("/a", value("1")))).isTrue();
        assertThat(holds(new Condition.ValueIs("/a", value("2")))).isFalse();
        assertThat(holds(new Condition.ValueIs("/none", value("2")))).isFalse();
    }

    private boolean holds(Condition condition) throws Exception {
        return await(meta.commit(Txn.when(condition).build())).succeeded();
    }

    @Test
    void ofRacingCompareAndSetsOneWins() throws Exception {
        var races = new ArrayList<CompletableFuture<TxnResult>>();
        for (int i = 0; i < 50; i++) {
            races.add(meta.commit(Txn.when(new Condition.Absent("/owner"))
                    .put("/owner", value("n" + i))
                    .build()));
        }
        int winners = 0;
        for (CompletableFuture<TxnResult> race : races) {
            winners += await(race).succeeded() ? 1 : 0;
        }
        assertThat(winners).isOne();
    }

    @Test
    void aRangeIsInKeyOrderAndEndsWithThePrefix() throws Exception {
        put("/t/2", "b");
        put("/t/1", "a");
        put("/t0", "no");
        put("/u", "no");
        assertThat(await(meta.range("/t/")).entries()).extracting(Entry::key).containsExactly("/t/1", "/t/2");
    }

    @Test
    void stateAndRevisionSurviveReopening() throws Exception {
        put("/a", "1");
        await(meta.commit(Txn.always().delete("/a").put("/b", value("2")).build()));
        long revision = await(meta.range("")).revision();
        meta.close();
        meta = open();
        assertThat(await(meta.load("/a"))).isEmpty();
        assertThat(await(meta.load("/b")).orElseThrow().value()).isEqualTo(value("2"));
        assertThat(await(meta.range("/")).revision()).isGreaterThanOrEqualTo(revision);
        assertThat(put("/c", "3").revision()).isGreaterThan(revision);
    }

    @Test
    void aWatchSeesEveryChangeAfterItsRevisionInOrder() throws Exception {
        long start = put("/w/a", "1").revision();
        put("/w/b", "2");
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (var watch = meta.watch("/w/", start, recorder(seen))) {
            await(meta.commit(Txn.always()
                    .delete("/w/a")
                    .put("/w/c", value("3"))
                    .put("/other", value("x"))
                    .build()));
            assertThat(take(seen, 3)).containsExactly("put /w/b", "delete /w/a", "put /w/c");
        }
        put("/w/d", "4");
        assertThat(seen.poll(200, TimeUnit.MILLISECONDS)).isNull();
    }

    private static MetaStore.WatchListener recorder(BlockingQueue<String> seen) {
        return new MetaStore.WatchListener() {
            @Override
            public void onChange(long revision, List<Change> changes) {
                for (Change change : changes) {
                    seen.add(
                            switch (change) {
                                case Change.Put put -> "put " + put.key();
                                case Change.Deleted(String key) -> "delete " + key;
                            });
                }
            }

            @Override
            public void onLost(Throwable cause) {
                seen.add("lost");
            }
        };
    }

    private static List<String> take(BlockingQueue<String> queue, int count) throws InterruptedException {
        var taken = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            taken.add(String.valueOf(queue.poll(20, TimeUnit.SECONDS)));
        }
        return taken;
    }

    @Test
    void aLeaseThatIsNotKeptAliveDeletesItsKeys() throws Exception {
        long lease = await(meta.grantLease(Duration.ofSeconds(2)));
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        long revision = await(
                        meta.commit(Txn.always().put("/n/1", value("up"), lease).build()))
                .revision();
        try (var watch = meta.watch("/n/", revision, recorder(seen))) {
            passTime(Duration.ofMillis(1500));
            assertThat(await(meta.keepAlive(lease))).isTrue();
            passTime(Duration.ofMillis(1500));
            assertThat(await(meta.load("/n/1"))).isPresent();
            passTime(Duration.ofMillis(2500));
            assertThat(take(seen, 1)).containsExactly("delete /n/1");
            assertThat(await(meta.keepAlive(lease))).isFalse();
        }
    }

    @Test
    void aRevokedLeaseDeletesItsKeysAtOnce() throws Exception {
        long lease = await(meta.grantLease(Duration.ofMinutes(1)));
        await(meta.commit(Txn.always().put("/n/1", value("up"), lease).build()));
        await(meta.revokeLease(lease));
        assertThat(await(meta.load("/n/1"))).isEmpty();
    }

    @Test
    void aKeyCannotBePutUnderALeaseThatIsGone() throws Exception {
        long lease = await(meta.grantLease(Duration.ofMinutes(1)));
        await(meta.revokeLease(lease));
        var put = meta.commit(Txn.always().put("/n/1", value("up"), lease).build());
        assertThat(put.handle((result, failure) -> failure != null || !result.succeeded())
                        .get(20, TimeUnit.SECONDS))
                .isTrue();
        assertThat(await(meta.load("/n/1"))).isEmpty();
    }
}
