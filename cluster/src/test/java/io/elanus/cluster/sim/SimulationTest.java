package io.elanus.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.cluster.runtime.ServiceTable;
import io.elanus.proto.grpc.ProxyGrpc;
import io.elanus.proto.grpc.ReportTicksRequest;
import io.grpc.MethodDescriptor;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final int SEEDS = 1_000;

    @Test
    void keepsEveryInvariantUnderFaults() {
        long acknowledged = 0;
        long late = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Simulation.Result result = new Simulation(seed, SimPlants.NONE).run();
            acknowledged += result.acknowledged();
            late += result.late();
        }
        assertThat(acknowledged).isGreaterThan(SEEDS * 10L);
        assertThat(late).as("late messages occur, and none is acknowledged").isPositive();
    }

    @Test
    void repeatsARunFromItsSeed() {
        assertThat(new Simulation(42, SimPlants.NONE).run()).isEqualTo(new Simulation(42, SimPlants.NONE).run());
        assertThat(new Simulation(42, SimPlants.NONE).run().digest())
                .isNotEqualTo(new Simulation(43, SimPlants.NONE).run().digest());
    }

    @Test
    void findsAProxyThatBreaksItsPromise() {
        SimPlants promiseBroken = new SimPlants() {
            @Override
            public <Q, R> CompletableFuture<R> handle(
                    SimProcess callee, ServiceTable.Entry<?, ?> entry, MethodDescriptor<Q, R> method, Q request) {
                CompletableFuture<R> reply = SimPlants.super.handle(callee, entry, method, request);
                if (!method.getFullMethodName()
                        .equals(ProxyGrpc.getRefreshTicksMethod().getFullMethodName())) {
                    return reply;
                }
                return reply.thenApply(SimulationTest::withoutWritesUnderWay);
            }
        };
        assertThatThrownBy(() -> {
                    for (long seed = 1; seed <= 20; seed++) {
                        new Simulation(seed, promiseBroken).run();
                    }
                })
                .isInstanceOf(SimFailure.class)
                .hasMessageContaining("R-50")
                .hasMessageContaining("--seed");
    }

    @SuppressWarnings("unchecked")
    private static <R> R withoutWritesUnderWay(R reply) {
        ReportTicksRequest report = (ReportTicksRequest) reply;
        return (R) report.toBuilder().clearLeastByPchannel().build();
    }
}
