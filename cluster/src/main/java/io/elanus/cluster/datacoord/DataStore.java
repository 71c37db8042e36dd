package io.elanus.cluster.datacoord;

import com.google.protobuf.MessageLite;
import io.elanus.cluster.ClusterException;
import io.elanus.cluster.client.Leadership;
import io.elanus.cluster.client.StoredMessages;
import io.elanus.proto.grpc.ChannelInfo;
import io.elanus.proto.grpc.ImportSegmentsRequest;
import io.elanus.proto.grpc.LoadedFile;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.TableSchema;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.meta.MetaStore;
import io.elanus.storage.meta.Txn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/// The data coordinator's part of the metadata store. Every transaction is fenced by the term it was made for.
final class DataStore {
    private static final String PREFIX = "/data/";
    private static final String TABLES = PREFIX + "tables/";
    private static final String CHANNELS = PREFIX + "channels/";
    private static final String SEGMENTS = PREFIX + "segments/";
    private static final String IMPORTS = PREFIX + "imports/";
    private static final String LOADED = PREFIX + "loaded/";
    /// Segments of one transaction; leaves room for the channel and the fences.
    static final int SEGMENTS_PER_TXN = 100;

    /// Everything stored. Channels carry the revision that last wrote them.
    record Loaded(
            List<TableSchema> tables,
            List<StoredChannel> channels,
            List<SegmentInfo> segments,
            List<ImportSegmentsRequest> imports,
            List<LoadedFile> files) {}

    record StoredChannel(ChannelInfo info, long revision) {}

    private final MetaStore meta;
    private final Leadership leadership;

    DataStore(MetaStore meta, Leadership leadership) {
        this.meta = meta;
        this.leadership = leadership;
    }

    /// Certainly no other coordinator is in office yet.
    boolean certainlyInOffice() {
        return leadership.lease().certainlyValid();
    }

    CompletableFuture<Loaded> load() {
        return meta.range(PREFIX).thenApply(range -> {
            var loaded = new Loaded(
                    new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            for (MetaStore.Entry entry : range.entries()) {
                String key = entry.key();
                if (key.startsWith(SEGMENTS)) {
                    loaded.segments().add(StoredMessages.parse(entry, SegmentInfo.parser()));
                } else if (key.startsWith(CHANNELS)) {
                    loaded.channels()
                            .add(new StoredChannel(
                                    StoredMessages.parse(entry, ChannelInfo.parser()), entry.modRevision()));
                } else if (key.startsWith(TABLES)) {
                    loaded.tables().add(StoredMessages.parse(entry, TableSchema.parser()));
                } else if (key.startsWith(IMPORTS)) {
                    loaded.imports().add(StoredMessages.parse(entry, ImportSegmentsRequest.parser()));
                } else if (key.startsWith(LOADED)) {
                    loaded.files().add(StoredMessages.parse(entry, LoadedFile.parser()));
                }
            }
            return loaded;
        });
    }

    Change change() {
        return new Change();
    }

    /// One transaction in the making.
    final class Change {
        private final Txn.Builder txn = Txn.when(leadership.fence());

        Change table(TableSchema table) {
            txn.put(TABLES + table.getTableId(), table.toByteString());
            return this;
        }

        Change deleteTable(long tableId) {
            txn.delete(TABLES + tableId);
            return this;
        }

        /// Refused when the channel has changed since `revision`; 0: it must be new.
        Change channel(ChannelInfo channel, long revision) {
            unchanged(channel.getVchannel(), revision);
            return put(CHANNELS + channel.getVchannel(), channel);
        }

        Change deleteChannel(String vchannel) {
            txn.delete(CHANNELS + vchannel);
            return this;
        }

        Change segment(SegmentInfo segment) {
            return put(SEGMENTS + segment.getSegmentId(), segment);
        }

        Change segments(Iterable<SegmentInfo> segments) {
            segments.forEach(this::segment);
            return this;
        }

        Change deleteSegment(long segmentId) {
            txn.delete(SEGMENTS + segmentId);
            return this;
        }

        Change imports(ImportSegmentsRequest request) {
            return put(IMPORTS + request.getCommitTs(), request);
        }

        Change deleteImport(long commitTs) {
            txn.delete(IMPORTS + commitTs);
            return this;
        }

        Change loaded(LoadedFile file) {
            return put(key(file), file);
        }

        Change deleteLoaded(LoadedFile file) {
            txn.delete(key(file));
            return this;
        }

        /// Names of jobs and files may be long, and have any characters.
        private static String key(LoadedFile file) {
            String named = file.getJob() + "\0" + file.getPlace();
            return LOADED + file.getTableId() + "/" + UUID.nameUUIDFromBytes(named.getBytes(StandardCharsets.UTF_8));
        }

        /// Completes with the store's revision once everything is durable.
        CompletableFuture<Long> commit() {
            return meta.commit(txn.build()).thenApply(result -> {
                if (!result.succeeded()) {
                    throw new ClusterException(
                            ErrorCode.UNAVAILABLE,
                            "This data coordinator is no longer the active one. Send the request again.");
                }
                return result.revision();
            });
        }

        private void unchanged(String vchannel, long revision) {
            txn.and(
                    revision == 0
                            ? new Txn.Condition.Absent(CHANNELS + vchannel)
                            : new Txn.Condition.ModRevision(CHANNELS + vchannel, revision));
        }

        private Change put(String key, MessageLite value) {
            txn.put(key, value.toByteString());
            return this;
        }
    }
}
