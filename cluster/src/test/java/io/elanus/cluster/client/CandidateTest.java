package io.elanus.cluster.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.fixture.FakeLog;
import io.elanus.cluster.fixture.FakeLoop;
import io.elanus.cluster.fixture.FakeMeta;
import io.elanus.cluster.fixture.FakeNetwork;
import io.elanus.cluster.fixture.FakeObjects;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.ServiceTable;
import io.elanus.proto.grpc.DataCoordGrpc;
import io.elanus.proto.grpc.FlushReply;
import io.elanus.proto.grpc.FlushRequest;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.meta.Txn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Two nodes that stand for one role over one metadata store, each with a clock and a loop of its own, so that one
/// can be paused while the other goes on.
class CandidateTest {
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final String KEY = Election.key(RoleNames.DATA_COORD);

    private final BufferAllocator memory = new RootAllocator();
    private final FakeMeta meta = new FakeMeta();
    private final Node first = new Node("datacoord-1");
    private final Node second = new Node("datacoord-2");

    @AfterEach
    void closeMemory() {
        memory.close();
    }

    @Test
    void oneServesAndTheOtherStandsBy() {
        first.start();
        second.start();

        assertThat(first.call()).isEqualTo(1);
        assertThat(second.refusal()).isEqualTo(ErrorCode.NOT_READY);
        assertThat(first.started).isCompleted();
        assertThat(second.started).isNotCompleted();
    }

    @Test
    void theStandbyTakesOverAtOnceWhenTheActiveOneStops() {
        first.start();
        second.start();
        first.loop.await(first.candidate.stop());
        second.loop.advance(LEASE.dividedBy(10));

        assertThat(second.call()).isEqualTo(1);
        assertThat(first.terms).extracting(TestTerm::closed).containsExactly(true);
        assertThat(first.refusal()).isEqualTo(ErrorCode.NOT_READY);
    }

    @Test
    void aNodeThatWasPausedRefusesBeforeItKnowsThatItsTermHasEnded() {
        first.start();
        second.start();
        Txn.Condition fence = first.terms.getFirst().fence();
        meta.expire(KEY);
        second.loop.advance(LEASE);
        assertThat(second.call()).isEqualTo(1);

        // The first node has not run since; the clock is the only thing it sees when it goes on.
        first.loop.skip(LEASE);
        assertThat(first.terms.getFirst().closed).isFalse();
        assertThat(first.refusal()).isEqualTo(ErrorCode.NOT_READY);
        assertThat(meta.commit(Txn.when(fence).delete("/data/x").build()).join().succeeded())
                .isFalse();

        first.loop.advance(LEASE);
        assertThat(first.terms).extracting(TestTerm::closed).containsExactly(true);
    }

    /// A store that stands still for longer than a lease must not end a node's candidacy.
    @Test
    void aNodeWhoseLeaseEndsWhileItAsksWhoIsElectedStandsAgain() {
        var answers = new CompletableFuture<Void>();
        meta.answerLoadsAfter(answers);
        first.start();
        var _ = meta.revokeLease(1);
        first.loop.advance(LEASE);

        answers.complete(null);
        first.loop.advance(LEASE);
        assertThat(first.call()).isEqualTo(1);
    }

    @Test
    void aTermThatCannotBeOpenedIsTriedAgainAfterAPause() {
        first.failures = 2;
        first.start();
        assertThat(first.refusal()).isEqualTo(ErrorCode.NOT_READY);
        assertThat(meta.keys(KEY)).as("the lease is given back meanwhile").isEmpty();

        first.loop.advance(Duration.ofSeconds(1));
        assertThat(first.refusal()).isEqualTo(ErrorCode.NOT_READY);
        first.loop.advance(Duration.ofSeconds(1));
        assertThat(first.call()).isEqualTo(1);
    }

    @Test
    void aTermThatResignsIsFollowedByANewOneWithAHigherEpoch() {
        first.start();
        TestTerm ended = first.terms.getFirst();
        ended.resign.run();
        first.loop.run();

        assertThat(first.terms).hasSize(2);
        assertThat(ended.closed).isTrue();
        assertThat(first.terms.getLast().leadership.epoch()).isGreaterThan(ended.leadership.epoch());
        assertThat(first.call()).isEqualTo(2);

        ended.resign.run();
        first.loop.run();
        assertThat(first.call())
                .as("a term that has ended cannot end its successor")
                .isEqualTo(2);
    }

    @Test
    void aTermThatIsStillBeingOpenedWhenTheNodeStopsIsClosed() {
        first.opening = new CompletableFuture<>();
        first.start();
        first.loop.await(first.candidate.stop());
        first.opening.complete(null);
        first.loop.run();

        assertThat(first.terms).extracting(TestTerm::closed).containsExactly(true);
        assertThat(meta.keys(KEY)).isEmpty();
    }

    /// Answers a flush with the number of its term.
    private static final class TestTerm implements Candidate.Term {
        private final int number;
        private final Leadership leadership;
        private final Runnable resign;
        private boolean closed;

        TestTerm(int number, Leadership leadership, Runnable resign) {
            this.number = number;
            this.leadership = leadership;
            this.resign = resign;
        }

        CompletableFuture<FlushReply> flush(FlushRequest request) {
            return CompletableFuture.completedFuture(FlushReply.newBuilder()
                    .setSegments(number + (int) request.getTableId())
                    .build());
        }

        Txn.Condition fence() {
            return leadership.fence();
        }

        boolean closed() {
            return closed;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private final class Node {
        private final FakeLoop loop = new FakeLoop(1_000_000);
        private final List<TestTerm> terms = new ArrayList<>();
        private final ServiceTable services = new ServiceTable();
        private final FakeNetwork network = new FakeNetwork(loop);
        private final Candidate<TestTerm> candidate;
        private CompletableFuture<Void> opening = CompletableFuture.completedFuture(null);
        private CompletableFuture<Void> started = new CompletableFuture<>();
        private int failures;

        Node(String name) {
            var stores = new RoleContext.Stores(new FakeLog(), meta, new FakeObjects(loop::wallMillis), memory);
            var context = new RoleContext(name, loop, loop, loop, network, stores, new Random(1));
            candidate = new Candidate<>(context, RoleNames.DATA_COORD, LEASE, this::open);
            candidate.serve(services, DataCoordGrpc.getFlushMethod(), TestTerm::flush);
            network.serve(name, services);
        }

        private CompletableFuture<TestTerm> open(Leadership leadership, Runnable resign) {
            if (failures-- > 0) {
                return CompletableFuture.failedFuture(new ClusterException(ErrorCode.UNAVAILABLE, "planted"));
            }
            var term = new TestTerm(terms.size() + 1, leadership, resign);
            terms.add(term);
            return opening.thenApply(_ -> term);
        }

        void start() {
            started = candidate.start();
            loop.run();
        }

        private CompletableFuture<FlushReply> ask() {
            String method = DataCoordGrpc.getFlushMethod().getFullMethodName();
            return flush(Objects.requireNonNull(services.entries().get(method)));
        }

        @SuppressWarnings("unchecked") // the entry was added for this method
        private CompletableFuture<FlushReply> flush(ServiceTable.Entry<?, ?> entry) {
            return ((ServiceTable.Entry<FlushRequest, FlushReply>) entry)
                    .handler()
                    .handle(FlushRequest.getDefaultInstance());
        }

        int call() {
            return loop.await(ask()).getSegments();
        }

        ErrorCode refusal() {
            CompletableFuture<FlushReply> answer = ask();
            if (answer.isDone() && answer.exceptionNow() instanceof ClusterException refused) {
                return refused.code();
            }
            throw new AssertionError("The node serves");
        }
    }
}
