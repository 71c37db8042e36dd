package io.elanus.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.cluster.runtime.ServiceTable;
import io.elanus.cluster.sim.SimClusters.Shape;
import io.elanus.proto.grpc.EndAllocationsReply;
import io.elanus.proto.grpc.EndAllocationsRequest;
import io.elanus.proto.grpc.FenceLocksReply;
import io.elanus.proto.grpc.FenceLocksRequest;
import io.elanus.proto.grpc.LogHeader;
import io.elanus.proto.grpc.ReportTicksRequest;
import io.elanus.proto.grpc.SyncTargetRequest;
import io.elanus.storage.log.LogEntry;
import io.elanus.storage.log.LogMessage;
import io.elanus.storage.log.LogMessageCodec;
import io.elanus.storage.type.HybridTime;
import io.grpc.MethodDescriptor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final int SEEDS = 1_000;
    /// A planted fault shows within so many seeds.
    private static final int SEEDS_TO_FIND = 100;

    @Test
    void keepsEveryInvariantUnderFaults() {
        long acknowledged = 0;
        long reads = 0;
        long late = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Simulation.Result result = new Simulation(seed, SimClusters.shapeOf(seed), SimPlants.NONE).run();
            acknowledged += result.acknowledged();
            reads += result.reads();
            late += result.late();
        }
        assertThat(acknowledged).isGreaterThan(SEEDS * 10L);
        assertThat(reads).isGreaterThan(SEEDS);
        assertThat(late).as("late messages occur, and none is acknowledged").isPositive();
    }

    @Test
    void repeatsARunFromItsSeed() {
        Simulation.Result first = new Simulation(42, Shape.WHOLE, SimPlants.NONE).run();
        assertThat(new Simulation(42, Shape.WHOLE, SimPlants.NONE).run()).isEqualTo(first);
        assertThat(new Simulation(43, Shape.WHOLE, SimPlants.NONE).run().digest())
                .isNotEqualTo(first.digest());
    }

    @Test
    void findsATickThatSkipsAWriteUnderWay() {
        assertFinds(Shape.WRITERS, "R-50", new SimPlants() {
            @Override
            public <Q, R> CompletableFuture<R> handle(
                    SimProcess callee, ServiceTable.Entry<?, ?> entry, MethodDescriptor<Q, R> method, Q request) {
                return SimPlants.super.handle(callee, entry, method, request).thenApply(SimulationTest::emptied);
            }
        });
    }

    @Test
    void findsADeleteThatAQueryNodeDrops() {
        assertFinds(Shape.WHOLE, "the log says", new SimPlants() {
            @Override
            public LogEntry read(SimProcess reader, String pchannel, LogEntry entry) {
                LogMessage message = LogMessageCodec.decode(pchannel, entry);
                if (!reader.name().startsWith("querynode")
                        || message.header().getWrite().getDeletesBytes() == 0) {
                    return entry;
                }
                LogHeader.Builder header = message.header().toBuilder();
                header.getWriteBuilder().setDeletesBytes(0);
                return new LogEntry(entry.position(), LogMessageCodec.encode(header.build(), message.rows()));
            }
        });
    }

    @Test
    void findsAHandoffBeforeTheSealedSegmentsServe() {
        assertFinds(Shape.WHOLE, "the log says", new SimPlants() {
            @Override
            public <Q, R> CompletableFuture<R> handle(
                    SimProcess callee, ServiceTable.Entry<?, ?> entry, MethodDescriptor<Q, R> method, Q request) {
                return SimPlants.super.handle(callee, entry, method, tooEarly(request));
            }
        });
    }

    @Test
    void findsAnOwnerThatDoesNotFenceTheLocksBeforeIt() {
        assertFinds(Shape.RESTLESS, "was decided on", new SimPlants() {
            @Override
            @SuppressWarnings("unchecked")
            public <Q, R> CompletableFuture<R> handle(
                    SimProcess callee, ServiceTable.Entry<?, ?> entry, MethodDescriptor<Q, R> method, Q request) {
                return request instanceof FenceLocksRequest
                        ? (CompletableFuture<R>) CompletableFuture.completedFuture(FenceLocksReply.getDefaultInstance())
                        : SimPlants.super.handle(callee, entry, method, request);
            }
        });
    }

    @Test
    void findsAProxyThatUsesSpaceItGaveBack() {
        assertFinds(Shape.WHOLE, "names segment", new SimPlants() {
            @Override
            @SuppressWarnings("unchecked")
            public <Q, R> CompletableFuture<R> handle(
                    SimProcess callee, ServiceTable.Entry<?, ?> entry, MethodDescriptor<Q, R> method, Q request) {
                return request instanceof EndAllocationsRequest
                        ? (CompletableFuture<R>)
                                CompletableFuture.completedFuture(EndAllocationsReply.getDefaultInstance())
                        : SimPlants.super.handle(callee, entry, method, request);
            }
        });
    }

    @Test
    void findsABlindWriteThatIsSentTwice() {
        assertFinds(Shape.WRITERS, "sent twice", new SimPlants() {
            @Override
            public List<byte[]> append(SimProcess sender, String pchannel, byte[] record) {
                LogMessage message = LogMessageCodec.decode(pchannel, new LogEntry(0, record));
                if (!message.header().hasWrite()) {
                    return List.of(record);
                }
                LogHeader again = message.header().toBuilder()
                        .setTs(message.header().getTs() + 1)
                        .build();
                return List.of(record, LogMessageCodec.encode(again, message.rows()));
            }
        });
    }

    /// a consumer that takes a tick for a later one lets go of what is not complete.
    @Test
    void findsAReaderThatIsAheadOfTheTicks() {
        assertFinds(Shape.WHOLE, "the log says", new SimPlants() {
            @Override
            public LogEntry read(SimProcess reader, String pchannel, LogEntry entry) {
                LogMessage message = LogMessageCodec.decode(pchannel, entry);
                if (!reader.name().startsWith("querynode") || !message.header().hasTick()) {
                    return entry;
                }
                LogHeader later = message.header().toBuilder()
                        .setTs(HybridTime.plusMillis(message.ts(), 50))
                        .build();
                return new LogEntry(entry.position(), LogMessageCodec.encode(later));
            }
        });
    }

    /// A loss of power takes ticks out of the log, and later rows get their positions.
    @Test
    void findsACheckpointBehindWhatAPowerLossTakes() {
        assertFinds(Shape.WHOLE, "may vanish", new SimPlants() {
            @Override
            public boolean endIsDurable() {
                return false;
            }
        });
    }

    /// R-102 the other way round: what compaction replaced stays beside what replaces it.
    @Test
    void findsAHandoffThatKeepsReplacedSegments() {
        assertFinds(Shape.WHOLE, "R-102", new SimPlants() {
            private final Map<String, SyncTargetRequest> before = new HashMap<>();

            @Override
            public <Q, R> CompletableFuture<R> handle(
                    SimProcess callee, ServiceTable.Entry<?, ?> entry, MethodDescriptor<Q, R> method, Q request) {
                return SimPlants.super.handle(callee, entry, method, withThoseBefore(callee, request));
            }

            @SuppressWarnings("unchecked")
            private <Q> Q withThoseBefore(SimProcess callee, Q request) {
                if (!(request instanceof SyncTargetRequest target)) {
                    return request;
                }
                SyncTargetRequest last = before.put(callee.name() + target.getVchannel(), target);
                return last == null || last.getVersion() + 1 != target.getVersion()
                        ? request
                        : (Q) target.toBuilder()
                                .addAllSealedSegmentIds(last.getSealedSegmentIdsList())
                                .build();
            }
        });
    }

    private static void assertFinds(Shape shape, String what, SimPlants plants) {
        assertThatThrownBy(() -> {
                    for (long seed = 1; seed <= SEEDS_TO_FIND; seed++) {
                        new Simulation(seed, shape, plants).run();
                    }
                })
                .isInstanceOf(SimFailure.class)
                .hasMessageContaining(what)
                .hasMessageContaining("--seed");
    }

    /// A proxy's report that leaves out what is under way.
    @SuppressWarnings("unchecked")
    private static <R> R emptied(R reply) {
        return reply instanceof ReportTicksRequest report
                ? (R) report.toBuilder().clearLeastByPchannel().build()
                : reply;
    }

    /// A target whose growing segments go but whose sealed ones are missing.
    @SuppressWarnings("unchecked")
    private static <Q> Q tooEarly(Q request) {
        return request instanceof SyncTargetRequest target
                ? (Q) target.toBuilder().clearSealedSegmentIds().build()
                : request;
    }
}
