package io.elanus.storage.meta;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// Conditions and the operations they guard. At most [#MAX_OPERATIONS] of both together (the default limit of
/// etcd), and at most one operation a key (etcd takes no transaction that puts a key twice, nor one that puts and
/// deletes it).
public record Txn(List<Condition> conditions, List<Operation> operations) {
    public static final int MAX_OPERATIONS = 120;
    /// Lease id of a key that belongs to none.
    public static final long NO_LEASE = 0;

    public Txn {
        conditions = List.copyOf(conditions);
        operations = List.copyOf(operations);
        if (conditions.size() + operations.size() > MAX_OPERATIONS) {
            throw new IllegalArgumentException("A transaction takes at most %d conditions and operations, given %d"
                    .formatted(MAX_OPERATIONS, conditions.size() + operations.size()));
        }
        var keys = new HashSet<String>();
        for (Operation operation : operations) {
            if (!keys.add(operation.key())) {
                throw new IllegalArgumentException(
                        "A transaction writes a key once, [%s] is written twice".formatted(operation.key()));
            }
        }
    }

    /// What must hold of a key.
    public sealed interface Condition {
        String key();

        record Absent(String key) implements Condition {}

        record Present(String key) implements Condition {}

        record ModRevision(String key, long revision) implements Condition {}

        record ValueIs(String key, ByteString value) implements Condition {}
    }

    public sealed interface Operation {
        String key();

        record Put(String key, ByteString value, long leaseId) implements Operation {}

        record Delete(String key) implements Operation {}
    }

    public static Builder when(Condition... conditions) {
        return new Builder(conditions);
    }

    public static Builder always() {
        return new Builder();
    }

    public static final class Builder {
        private final List<Condition> conditions;
        private final List<Operation> operations = new ArrayList<>();

        private Builder(Condition... conditions) {
            this.conditions = new ArrayList<>(List.of(conditions));
        }

        public Builder and(Condition condition) {
            conditions.add(condition);
            return this;
        }

        public Builder put(String key, ByteString value) {
            return put(key, value, NO_LEASE);
        }

        public Builder put(String key, ByteString value, long leaseId) {
            operations.add(new Operation.Put(key, value, leaseId));
            return this;
        }

        public Builder delete(String key) {
            operations.add(new Operation.Delete(key));
            return this;
        }

        public Txn build() {
            return new Txn(conditions, operations);
        }
    }
}
