package io.elanus.storage.meta.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.elanus.storage.meta.MetaStore;
import io.elanus.storage.meta.MetaStoreContract;
import io.elanus.storage.meta.Txn;
import io.elanus.storage.testbed.Etcd;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/// The contract against a real etcd, and what only a server in another process can do.
@EnabledIf("installed")
class EtcdMetaStoreTest extends MetaStoreContract {
    private static final AtomicInteger PREFIXES = new AtomicInteger();
    private static Etcd etcd;

    private final String prefix = "test" + PREFIXES.incrementAndGet();

    static boolean installed() {
        return Etcd.binary().isPresent();
    }

    @BeforeAll
    static void startEtcd() throws IOException {
        etcd = Etcd.start();
    }

    @AfterAll
    static void stopEtcd() {
        etcd.process().kill();
    }

    @Override
    protected MetaStore open() {
        return EtcdMetaStore.open(new EtcdConfig(etcd.url(), prefix, Duration.ofSeconds(15)), "node-1");
    }

    /// A server's leases know only real time.
    @Override
    protected void passTime(Duration duration) {
        long end = System.nanoTime() + duration.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    @Test
    void transactionsGoOnOverARestartOfTheServerEachAppliedOnce() throws Exception {
        try (MetaStore meta = open()) {
            increment(meta);
            etcd.process().kill();
            var duringTheOutage = meta.commit(
                    Txn.always().put("/after", ByteString.copyFromUtf8("1")).build());
            etcd.process().restart();
            assertThat(duringTheOutage.get(20, TimeUnit.SECONDS).succeeded()).isTrue();
            increment(meta);
            assertThat(meta.load("/counter")
                            .get(20, TimeUnit.SECONDS)
                            .orElseThrow()
                            .value())
                    .isEqualTo(ByteString.copyFromUtf8("2"));
        }
    }

    @Test
    void aTransactionIsAppliedOnceAndItsOutcomeIsToldThoughAnswersAreLost() throws Exception {
        var losses = new Losses(7, 0.4);
        var config = new EtcdConfig(etcd.url(), prefix, Duration.ofSeconds(40));
        try (MetaStore lossy = new EtcdMetaStore(config, "node-2", List.of(losses))) {
            int succeeded = 0;
            for (int round = 0; round < 15; round++) {
                // Four writers that know the same revision: exactly one of them may win.
                var old = lossy.load("/counter").get(60, TimeUnit.SECONDS);
                Txn.Condition unchanged = old.<Txn.Condition>map(
                                entry -> new Txn.Condition.ModRevision("/counter", entry.modRevision()))
                        .orElse(new Txn.Condition.Absent("/counter"));
                var races = new ArrayList<CompletableFuture<MetaStore.TxnResult>>();
                for (int writer = 0; writer < 4; writer++) {
                    races.add(lossy.commit(Txn.when(unchanged)
                            .put("/counter", ByteString.copyFromUtf8("written by " + writer))
                            .put("/log/" + round + "/" + writer, ByteString.EMPTY)
                            .build()));
                }
                int winners = 0;
                for (var race : races) {
                    winners += race.get(60, TimeUnit.SECONDS).succeeded() ? 1 : 0;
                }
                assertThat(winners).as("winners of round %d", round).isOne();
                succeeded += winners;
            }
            assertThat(lossy.range("/log/").get(60, TimeUnit.SECONDS).entries()).hasSize(succeeded);
            assertThat(losses.lost()).isGreaterThan(10);
        }
    }

    private static void increment(MetaStore meta) throws Exception {
        var old = meta.load("/counter").get(20, TimeUnit.SECONDS);
        int next =
                old.map(entry -> Integer.parseInt(entry.value().toStringUtf8())).orElse(0) + 1;
        Txn.Condition unchanged = old.<Txn.Condition>map(
                        entry -> new Txn.Condition.ModRevision("/counter", entry.modRevision()))
                .orElse(new Txn.Condition.Absent("/counter"));
        var result = meta.commit(Txn.when(unchanged)
                        .put("/counter", ByteString.copyFromUtf8(Integer.toString(next)))
                        .build())
                .get(20, TimeUnit.SECONDS);
        assertThat(result.succeeded()).isTrue();
    }
}
