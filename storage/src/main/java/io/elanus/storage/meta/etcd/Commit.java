package io.elanus.storage.meta.etcd;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.meta.MetaStore.TxnResult;
import io.elanus.storage.meta.Txn;
import io.elanus.storage.meta.etcd.Slots.Slot;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One transaction on its slot: attempts until the outcome is known. See the package.
final class Commit {
    private final KV kv;
    private final Keys keys;
    private final Txn txn;
    private final String session;
    private final ByteSequence id;
    /// In the slot: the conditions did not hold, and no attempt will be applied any more.
    private final ByteSequence refusal;
    private final Attempts attempts;
    private final Consumer<Slot> giveBack;
    private final CompletableFuture<TxnResult> result = new CompletableFuture<>();
    private Slot slot;
    /// Attempts that may have been applied for all we know.
    private int unanswered;

    /// What all transactions of a store share.
    ///
    /// @param session begin of their ids
    record Via(KV kv, Keys keys, String session) {}

    /// @param giveBack takes the slot when the outcome is known or given up
    Commit(Via via, Txn txn, long number, Slot slot, Attempts attempts, Consumer<Slot> giveBack) {
        this.kv = via.kv();
        this.keys = via.keys();
        this.txn = txn;
        this.session = via.session();
        this.id = Keys.bytes(session + number);
        this.refusal = Keys.bytes(session + number + "-refused");
        this.slot = slot;
        this.attempts = attempts;
        this.giveBack = giveBack;
    }

    CompletableFuture<TxnResult> start() {
        attempt();
        return result;
    }

    private void attempt() {
        if (slot.revision() == Slot.UNKNOWN) {
            readSlot();
            return;
        }
        send(
                Stream.concat(txn.conditions().stream().map(this::compare), Stream.of(slotUnchanged())),
                Stream.concat(
                        txn.operations().stream().map(this::operation),
                        Stream.of(Op.put(slot.key(), id, PutOption.DEFAULT))),
                this::answered);
    }

    private void readSlot() {
        attempts.attempt(
                () -> kv.get(slot.key()),
                found -> {
                    slot = slot.at(
                            found.getKvs().isEmpty()
                                    ? 0
                                    : found.getKvs().getFirst().getModRevision());
                    attempt();
                },
                this::attempt,
                this::givenUp);
    }

    private void send(Stream<Cmp> conditions, Stream<Op> operations, Consumer<TxnResponse> then) {
        unanswered++;
        attempts.attempt(
                () -> kv.txn()
                        .If(conditions.toArray(Cmp[]::new))
                        .Then(operations.toArray(Op[]::new))
                        .Else(Op.get(slot.key(), GetOption.DEFAULT))
                        .commit(),
                response -> {
                    unanswered--;
                    then.accept(response);
                },
                this::attempt,
                this::givenUp);
    }

    private void givenUp(Throwable error) {
        if (EtcdErrors.leaseIsGone(error)) {
            // Refused before it was looked at, and so was every attempt before.
            end(slot, new TxnResult(false, slot.revision()));
        } else {
            giveBack.accept(slot.at(Slot.UNKNOWN));
            result.completeExceptionally(EtcdErrors.of("commit a transaction", error, unanswered > 0));
        }
    }

    private void answered(TxnResponse response) {
        long revision = response.getHeader().getRevision();
        if (response.isSucceeded()) {
            end(slot.at(revision), new TxnResult(true, revision));
            return;
        }
        KeyValue found = slotIn(response);
        long foundRevision = found == null ? 0 : found.getModRevision();
        if (foundRevision == slot.revision()) {
            refused(revision);
        } else if (found != null && found.getValue().equals(id)) {
            end(slot.at(foundRevision), new TxnResult(true, foundRevision));
        } else if (found != null && found.getValue().equals(refusal)) {
            end(slot.at(foundRevision), new TxnResult(false, foundRevision));
        } else if (found != null
                && found.getValue().toString(StandardCharsets.UTF_8).startsWith(session)) {
            // The last attempt of this slot's earlier transaction came late; now it is known.
            slot = slot.at(foundRevision);
            attempt();
        } else {
            giveBack.accept(slot.at(Slot.UNKNOWN));
            result.completeExceptionally(
                    new StorageException(
                            ErrorCode.UNAVAILABLE,
                            "Another process writes metadata under the name of this node. Give each process a name of its own."));
        }
    }

    /// The conditions do not hold; what is still on its way must not find them holding later.
    private void refused(long revision) {
        if (unanswered > 0) {
            send(Stream.of(slotUnchanged()), Stream.of(Op.put(slot.key(), refusal, PutOption.DEFAULT)), this::voided);
        } else {
            end(slot, new TxnResult(false, revision));
        }
    }

    private void voided(TxnResponse response) {
        if (response.isSucceeded()) {
            long revision = response.getHeader().getRevision();
            end(slot.at(revision), new TxnResult(false, revision));
        } else {
            answered(response);
        }
    }

    private void end(Slot after, TxnResult outcome) {
        giveBack.accept(after);
        result.complete(outcome);
    }

    private static @Nullable KeyValue slotIn(TxnResponse response) {
        List<KeyValue> found = response.getGetResponses().getFirst().getKvs();
        return found.isEmpty() ? null : found.getFirst();
    }

    private Cmp slotUnchanged() {
        return new Cmp(slot.key(), Cmp.Op.EQUAL, CmpTarget.modRevision(slot.revision()));
    }

    private Cmp compare(Txn.Condition condition) {
        ByteSequence key = keys.of(condition.key());
        return switch (condition) {
            case Txn.Condition.Absent _ -> new Cmp(key, Cmp.Op.EQUAL, CmpTarget.version(0));
            case Txn.Condition.Present _ -> new Cmp(key, Cmp.Op.GREATER, CmpTarget.version(0));
            case Txn.Condition.ModRevision(String _, long revision) ->
                new Cmp(key, Cmp.Op.EQUAL, CmpTarget.modRevision(revision));
            case Txn.Condition.ValueIs(String _, var value) ->
                new Cmp(key, Cmp.Op.EQUAL, CmpTarget.value(Keys.bytes(value)));
        };
    }

    private Op operation(Txn.Operation operation) {
        return switch (operation) {
            case Txn.Operation.Put(String key, var value, long lease) ->
                Op.put(
                        keys.of(key),
                        Keys.bytes(value),
                        PutOption.builder().withLeaseId(lease).build());
            case Txn.Operation.Delete(String key) -> Op.delete(keys.of(key), DeleteOption.DEFAULT);
        };
    }
}
