package io.elanus.cluster.datanode;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.elanus.cluster.runtime.Failures;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.setting.Settings;
import io.elanus.storage.type.HybridTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class KeyLocksTest {
    private static final long NOW = HybridTime.of(1_700_000_000_000L, 0);
    private static final long LONG = HybridTime.plusMillis(NOW, 60_000);

    private boolean owned = true;
    private final KeyLocks locks = new KeyLocks(Settings.defaults(DataNodeConfig.Locks.class), () -> owned);

    KeyLocksTest() {
        locks.open();
        locks.onTick(NOW);
    }

    @Test
    void grantsAtOnceWhatIsFreeAndInOrderWhatIsNot() {
        assertThat(lock("a", "1", "2")).isCompleted();
        CompletableFuture<Long> b = lock("b", "2", "3");
        CompletableFuture<Long> c = lock("c", "3");
        assertThat(b).isNotDone();
        assertThat(c).as("behind b, which came first").isNotDone();
        locks.unlock("a");
        assertThat(b).isCompleted();
        assertThat(c).isNotDone();
        locks.unlock("b");
        assertThat(c).isCompleted();
    }

    @Test
    void aRequestThatComesAgainGetsTheSameAnswer() {
        CompletableFuture<Long> first = lock("a", "1");
        assertThat(lock("a", "1")).isSameAs(first);
    }

    @Test
    void aKeyThatOccursTwiceIsOneKey() {
        assertThat(lock("a", "1", "1")).isCompleted();
    }

    @Test
    void aLockEndsWhenTheTickPassesItsExpiryAndNotBefore() {
        long expiry = HybridTime.plusMillis(NOW, 5_000);
        assertThat(locks.lock("a", List.of(key("1")), expiry)).isCompletedWithValue(expiry);
        CompletableFuture<Long> b = lock("b", "1");
        locks.onTick(expiry);
        assertThat(b).isNotDone();
        locks.onTick(expiry + 1);
        assertThat(b).isCompleted();
    }

    @Test
    void aRequestThatWaitsBeyondItsOwnExpiryFails() {
        lock("a", "1");
        CompletableFuture<Long> b = locks.lock("b", List.of(key("1")), NOW + 10);
        locks.onTick(NOW + 11);
        assertThat(b).isCompletedExceptionally();
        assertThat(Failures.hasCode(b.exceptionNow(), ErrorCode.CONFLICT)).isTrue();
    }

    @Test
    void aNewOwnerGrantsNothingUntilEarlierLocksAreFenced() {
        var later = new KeyLocks(Settings.defaults(DataNodeConfig.Locks.class), () -> owned);
        CompletableFuture<Long> a = later.lock("a", List.of(key("1")), LONG);
        assertThat(a).isNotDone();
        later.open();
        assertThat(a).isCompleted();
    }

    @Test
    void grantsNothingWhileOwnershipIsInDoubt() {
        owned = false;
        CompletableFuture<Long> a = lock("a", "1");
        assertThat(a).isNotDone();
        owned = true;
        locks.grant();
        assertThat(a).isCompleted();
    }

    @Test
    void whoeverWaitsIsToldWhenTheChannelMoves() {
        lock("a", "1");
        CompletableFuture<Long> b = lock("b", "1");
        locks.close();
        assertThat(Failures.hasCode(b.exceptionNow(), ErrorCode.NOT_READY)).isTrue();
    }

    /// Any order of requests and releases: no key has two holders, and everyone gets the turn.
    @Test
    void noKeyEverHasTwoHoldersAndNobodyStarves() {
        for (long seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var table = new KeyLocks(Settings.defaults(DataNodeConfig.Locks.class), () -> true);
            table.open();
            table.onTick(NOW);
            Map<String, List<ByteString>> open = new HashMap<>();
            Map<String, CompletableFuture<Long>> answers = new HashMap<>();
            for (int i = 0; i < 60; i++) {
                String id = "r" + i;
                List<ByteString> keys = new ArrayList<>();
                for (int k = 0; k <= random.nextInt(3); k++) {
                    keys.add(key("k" + random.nextInt(5)));
                }
                open.put(id, keys);
                answers.put(id, table.lock(id, keys, LONG));
                checkHolders(seed, open, answers);
                while (random.nextBoolean() && release(table, open, answers)) {
                    checkHolders(seed, open, answers);
                }
            }
            while (release(table, open, answers)) {
                checkHolders(seed, open, answers);
            }
            assertThat(open).as("seed %d", seed).isEmpty();
            assertThat(table.waiting()).isZero();
        }
    }

    private static boolean release(
            KeyLocks table, Map<String, List<ByteString>> open, Map<String, CompletableFuture<Long>> answers) {
        for (String id : open.keySet().stream().sorted().toList()) {
            if (done(answers, id)) {
                open.remove(id);
                table.unlock(id);
                return true;
            }
        }
        return false;
    }

    private static void checkHolders(
            long seed, Map<String, List<ByteString>> open, Map<String, CompletableFuture<Long>> answers) {
        var held = new HashSet<ByteString>();
        open.forEach((id, keys) -> {
            if (done(answers, id)) {
                new HashSet<>(keys)
                        .forEach(key ->
                                assertThat(held.add(key)).as("seed %d", seed).isTrue());
            }
        });
    }

    private static boolean done(Map<String, CompletableFuture<Long>> answers, String id) {
        CompletableFuture<Long> answer = answers.get(id);
        return answer != null && answer.isDone();
    }

    private CompletableFuture<Long> lock(String id, String... keys) {
        return locks.lock(id, List.of(keys).stream().map(KeyLocksTest::key).toList(), LONG);
    }

    private static ByteString key(String key) {
        return ByteString.copyFromUtf8(key);
    }
}
