package io.elanus.sql.exec;

import io.elanus.proto.grpc.FragmentStatistics;
import io.elanus.sql.plan.Plan;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/// What a measured run saw, node by node. Belongs to the run's thread.
public final class Profile {
    private final IdentityHashMap<Plan, Node> nodes = new IdentityHashMap<>();

    /// What a shard counted.
    ///
    /// @param whole false: until the last of its rows that somebody wanted
    public record Shard(FragmentStatistics counted, boolean whole) {}

    /// One operator.
    public static final class Node {
        private long rows;
        private long batches;
        private long nanos;
        private long spilledBytes;
        private final List<Shard> shards = new ArrayList<>();

        /// Rows that came out.
        public long rows() {
            return rows;
        }

        public long batches() {
            return batches;
        }

        /// Time until the last of them, that of the inputs included.
        public long nanos() {
            return nanos;
        }

        /// Bytes that went to disk for want of memory.
        public long spilledBytes() {
            return spilledBytes;
        }

        /// What the shards counted that were asked; empty for other nodes.
        public List<Shard> shards() {
            return List.copyOf(shards);
        }
    }

    Node node(Plan plan) {
        return nodes.computeIfAbsent(plan, _ -> new Node());
    }

    /// The node of an operator that ran.
    public Optional<Node> find(Plan plan) {
        return Optional.ofNullable(nodes.get(plan));
    }

    static void count(Node node, int rows, long nanos) {
        node.rows += rows;
        node.batches += rows > 0 ? 1 : 0;
        node.nanos += nanos;
    }

    static void spilled(Node node, long bytes) {
        node.spilledBytes += bytes;
    }

    static void shard(Node node, Shard shard) {
        node.shards.add(shard);
    }
}
