package io.elanus.cluster.sim;

import io.elanus.cluster.runtime.ServiceTable;
import io.elanus.storage.log.LogEntry;
import io.grpc.MethodDescriptor;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Faults planted on purpose, to show that the checks find them. The world calls these hooks on the way of every
/// request and every record read; by default they change nothing.
interface SimPlants {
    SimPlants NONE = new SimPlants() {};

    /// Carries a request out at its callee.
    @SuppressWarnings("unchecked")
    default <Q, R> CompletableFuture<R> handle(
            SimProcess callee, ServiceTable.Entry<?, ?> entry, MethodDescriptor<Q, R> method, Q request) {
        return ((ServiceTable.Entry<Q, R>) entry).handler().handle(request);
    }

    /// What reaches the log of a record that a process sends.
    default List<byte[]> append(SimProcess sender, String pchannel, byte[] record) {
        return List.of(record);
    }

    /// Is what stands below the end of the log durable when somebody was told the end?
    default boolean endIsDurable() {
        return true;
    }

    /// A record as a process reads it.
    default LogEntry read(SimProcess reader, String pchannel, LogEntry entry) {
        return entry;
    }
}
