package io.elanus.cluster.rootcoord;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.elanus.cluster.ClusterException;
import io.elanus.cluster.access.Access;
import io.elanus.proto.grpc.DdlReply;
import io.elanus.proto.grpc.IndexSchema;
import io.elanus.proto.grpc.PendingDdl;
import io.elanus.proto.grpc.RelationAccess;
import io.elanus.proto.grpc.RoleSchema;
import io.elanus.proto.grpc.SchemaAccess;
import io.elanus.proto.grpc.TableSchema;
import io.elanus.proto.grpc.ViewSchema;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.meta.MetaStore.Entry;
import io.elanus.storage.meta.MetaStore.Range;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// What the metadata store holds for the root coordinator.
///
/// @param fresh   nothing was ever stored
/// @param tso     no timestamp above it was handed out
/// @param ids     no id above it was handed out
/// @param pending statements with work left, oldest first
/// @param answers of statements, by request id
record RootStored(
        boolean fresh,
        long tso,
        long ids,
        CatalogState catalog,
        List<PendingDdl> pending,
        Map<String, DdlReply> answers) {

    static ByteString number(long value) {
        return ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(0, value));
    }

    static RootStored parse(Range range) {
        long tso = 0;
        long ids = 0;
        long newest = -1;
        var schemas = new TreeSet<String>();
        var tables = new TreeMap<Long, TableSchema>();
        var indexes = new TreeMap<Long, IndexSchema>();
        var views = new TreeMap<Long, ViewSchema>();
        var roles = new TreeMap<String, RoleSchema>();
        var relations = new TreeMap<Long, RelationAccess>();
        var schemaAccess = new TreeMap<String, SchemaAccess>();
        List<PendingDdl> pending = new ArrayList<>();
        var answers = new TreeMap<String, DdlReply>();
        for (Entry entry : range.entries()) {
            String key = entry.key();
            ByteString value = entry.value();
            try {
                if (key.equals(RootKeys.TSO)) {
                    tso = number(value);
                } else if (key.equals(RootKeys.IDS)) {
                    ids = number(value);
                } else if (key.equals(RootKeys.NEWEST)) {
                    newest = number(value);
                } else if (key.startsWith(RootKeys.SCHEMAS)) {
                    String schema = key.substring(RootKeys.SCHEMAS.length());
                    schemas.add(schema);
                    if (!value.isEmpty()) {
                        schemaAccess.put(schema, SchemaAccess.parseFrom(value));
                    }
                } else if (key.startsWith(RootKeys.ROLES)) {
                    RoleSchema role = RoleSchema.parseFrom(value);
                    roles.put(role.getName(), role);
                } else if (key.startsWith(RootKeys.ACCESS)) {
                    RelationAccess access = RelationAccess.parseFrom(value);
                    relations.put(access.getRelationId(), access);
                } else if (key.startsWith(RootKeys.TABLES)) {
                    TableSchema table = TableSchema.parseFrom(value);
                    tables.put(table.getTableId(), table);
                } else if (key.startsWith(RootKeys.INDEXES)) {
                    IndexSchema index = IndexSchema.parseFrom(value);
                    indexes.put(index.getIndexId(), index);
                } else if (key.startsWith(RootKeys.VIEWS)) {
                    ViewSchema view = ViewSchema.parseFrom(value);
                    views.put(view.getViewId(), view);
                } else if (key.startsWith(RootKeys.PENDING)) {
                    pending.add(PendingDdl.parseFrom(value));
                } else if (key.startsWith(RootKeys.REQUESTS)) {
                    answers.put(key.substring(RootKeys.REQUESTS.length()), DdlReply.parseFrom(value));
                }
            } catch (InvalidProtocolBufferException e) {
                throw new ClusterException(
                        ErrorCode.CORRUPT,
                        "Metadata key [%s] does not parse. Restore the metadata from a copy.".formatted(key),
                        e);
            }
        }
        pending.forEach(open -> answers.remove(open.getRequestId())); // answered again when their work is done
        var access = new Access(roles, relations, schemaAccess);
        var catalog = new CatalogState(schemas, tables, indexes, views, access, Math.max(newest, 0));
        return new RootStored(newest < 0, tso, ids, catalog, pending, answers);
    }

    private static long number(ByteString value) throws InvalidProtocolBufferException {
        if (value.size() != Long.BYTES) {
            throw new InvalidProtocolBufferException("Not a number");
        }
        return value.asReadOnlyByteBuffer().getLong();
    }
}
