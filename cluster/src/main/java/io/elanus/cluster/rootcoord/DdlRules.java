package io.elanus.cluster.rootcoord;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.access.Access;
import io.elanus.cluster.access.AccessRules;
import io.elanus.proto.grpc.DdlRequest;
import io.elanus.proto.grpc.PendingDdl;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.meta.Txn;
import java.util.List;

/// What a DDL statement does to the catalog: a pure function of the catalog, the statement, its timestamp and a new
/// id. Refusals are thrown as [ClusterException]. The rules of each kind of object are in a class of their own.
final class DdlRules {
    private static final String PCHANNEL = "elanus-dml-";

    /// What a statement gets beside the catalog.
    ///
    /// @param pchannels how many there are
    record Given(long ts, long newId, int pchannels) {}

    /// @param writes   what the transaction writes beside the statement's own records
    /// @param pending  what is left to do; no steps: nothing
    /// @param objectId 0: there was nothing to do
    record Outcome(CatalogState state, List<Txn.Operation> writes, PendingDdl pending, long objectId) {}

    private DdlRules() {}

    static String pchannel(int number) {
        return PCHANNEL + number;
    }

    static Outcome apply(CatalogState catalog, DdlRequest request, Given given) {
        if (given.ts <= catalog.newestTs()) {
            throw new ClusterException(
                    ErrorCode.CONFLICT,
                    "A statement with timestamp [%d] came after one with timestamp [%d]. Send it again."
                            .formatted(given.ts, catalog.newestTs()));
        }
        var draft = new DdlDraft(catalog, given, request.getRole());
        return switch (request.getStatementCase()) {
            case CREATE_SCHEMA -> SchemaRules.create(draft, request.getCreateSchema());
            case DROP_SCHEMA -> SchemaRules.drop(draft, request.getDropSchema());
            case CREATE_TABLE -> TableRules.create(draft, request.getCreateTable());
            case DROP_TABLE -> TableRules.drop(draft, request.getDropTable());
            case ALTER_TABLE -> TableRules.alter(draft, request.getAlterTable());
            case CREATE_INDEX -> IndexRules.create(draft, request.getCreateIndex());
            case DROP_INDEX -> IndexRules.drop(draft, request.getDropIndex());
            case CREATE_VIEW -> ViewRules.create(draft, request.getCreateView());
            case DROP_VIEW -> ViewRules.drop(draft, request.getDropView());
            case CREATE_ROLE, ALTER_ROLE, DROP_ROLE, CHANGE_GRANTS, ALTER_ACCESS, CREATE_POLICY, DROP_POLICY ->
                changeAccess(draft, request);
            case STATEMENT_NOT_SET ->
                throw new ClusterException(ErrorCode.PROTOCOL_VIOLATION, "A DDL request without a statement.");
        };
    }

    private static Outcome changeAccess(DdlDraft draft, DdlRequest request) {
        CatalogState catalog = draft.before();
        var objects = new AccessRules.Objects(
                id -> catalog.tables().containsKey(id) || catalog.views().containsKey(id),
                name -> catalog.schemas().contains(name));
        Access after = AccessRules.apply(catalog.access(), objects, request).orElseThrow();
        if (after.equals(catalog.access())) {
            return draft.nothing();
        }
        draft.change(_ -> after);
        return draft.done(draft.newId());
    }
}
