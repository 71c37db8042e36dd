package io.elanus.cluster.rootcoord;

import com.google.protobuf.ByteString;
import io.elanus.cluster.access.Access;
import io.elanus.proto.grpc.Broadcast;
import io.elanus.proto.grpc.BroadcastStep;
import io.elanus.proto.grpc.DdlStep;
import io.elanus.proto.grpc.IndexSchema;
import io.elanus.proto.grpc.PendingDdl;
import io.elanus.proto.grpc.TableSchema;
import io.elanus.proto.grpc.ViewSchema;
import io.elanus.storage.meta.Txn;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// A DDL statement in the making: the catalog as it becomes, what its transaction writes, and what is left to do after
/// it. Each change of the catalog is made here together with its write, so that the two cannot differ. Made for one
/// statement, used by one thread.
final class DdlDraft {
    private final CatalogState before;
    private final DdlRules.Given given;
    /// Owns what the statement creates.
    private final String role;
    private CatalogState after;
    /// By key, as a transaction writes a key once: a schema's record is written with its access in it.
    private final Map<String, Txn.Operation> writes = new LinkedHashMap<>();
    private final PendingDdl.Builder pending = PendingDdl.newBuilder();

    DdlDraft(CatalogState before, DdlRules.Given given, String role) {
        this.before = before;
        this.given = given;
        this.role = role;
        after = before;
    }

    /// The catalog as the statement found it.
    CatalogState before() {
        return before;
    }

    DdlRules.Given given() {
        return given;
    }

    long newId() {
        return given.newId();
    }

    int writeCount() {
        return writes.size();
    }

    /// What is left to do after the transaction.
    PendingDdl.Builder pending() {
        return pending;
    }

    void createSchema(String name) {
        put(RootKeys.schema(name), ByteString.EMPTY);
        after = after.withSchema(name);
        change(access -> access.owning(name, role));
    }

    void dropSchema(String name) {
        delete(RootKeys.schema(name));
        after = after.withoutSchema(name);
        change(access -> access.withoutSchema(name));
    }

    void createTable(TableSchema table) {
        replaceTable(table);
        change(access -> access.owning(table.getTableId(), role));
    }

    void replaceTable(TableSchema table) {
        put(RootKeys.table(table.getTableId()), table.toByteString());
        after = after.withTable(table);
    }

    /// The table's record only: what hangs on it is dropped by [TableRules#drop].
    void dropTable(long tableId) {
        delete(RootKeys.table(tableId));
        after = after.withoutTable(tableId);
        change(access -> access.withoutRelation(tableId));
    }

    void createIndex(IndexSchema index) {
        put(RootKeys.index(index.getIndexId()), index.toByteString());
        after = after.withIndex(index);
    }

    void dropIndex(long indexId) {
        delete(RootKeys.index(indexId));
        after = after.withoutIndex(indexId);
    }

    void createView(ViewSchema view) {
        replaceView(view);
        change(access -> access.owning(view.getViewId(), role));
    }

    void replaceView(ViewSchema view) {
        put(RootKeys.view(view.getViewId()), view.toByteString());
        after = after.withView(view);
    }

    void dropViews(List<ViewSchema> views) {
        for (ViewSchema view : views) {
            delete(RootKeys.view(view.getViewId()));
            after = after.withoutView(view.getViewId());
            change(access -> access.withoutRelation(view.getViewId()));
        }
    }

    /// Writes what differs.
    void change(UnaryOperator<Access> to) {
        Access changed = to.apply(after.access());
        AccessWrites.changes(after.access(), changed, this::put, this::delete);
        after = after.with(changed);
    }

    /// The id of a broadcast is the statement's timestamp: unique, and the same when it is sent again.
    void broadcast(TableSchema table, Broadcast.Builder change) {
        pending.addSteps(DdlStep.newBuilder()
                .setBroadcast(BroadcastStep.newBuilder()
                        .setMessage(change.setBroadcastId(given.ts()).setTableId(table.getTableId()))
                        .addAllShards(table.getShardsList())));
    }

    CatalogState after() {
        return after;
    }

    DdlRules.Outcome done(long objectId) {
        return new DdlRules.Outcome(
                after.at(given.ts()),
                List.copyOf(writes.values()),
                pending.setId(given.ts()).build(),
                objectId);
    }

    /// There was nothing to do.
    DdlRules.Outcome nothing() {
        return new DdlRules.Outcome(before, List.of(), PendingDdl.getDefaultInstance(), 0);
    }

    private void put(String key, ByteString value) {
        writes.put(key, new Txn.Operation.Put(key, value, Txn.NO_LEASE));
    }

    private void delete(String key) {
        writes.put(key, new Txn.Operation.Delete(key));
    }
}
