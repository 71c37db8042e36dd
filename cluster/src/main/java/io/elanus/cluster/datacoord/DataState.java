package io.elanus.cluster.datacoord;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.datacoord.Assignment.Owner;
import io.elanus.proto.grpc.ChannelInfo;
import io.elanus.proto.grpc.LoadedFile;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.SchemaProtos;
import io.elanus.storage.type.TableSchema;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the active data coordinator knows: the committed metadata, and beside it the soft state that owners report.
/// Changed only after a commit. Lives on the loop.
final class DataState {
    private final Map<Long, TableSchema> tables = new HashMap<>();
    private final TreeMap<String, Channel> channels = new TreeMap<>();
    private final Map<Long, Segment> segments = new LinkedHashMap<>();
    private final Map<String, Map<Long, Segment>> byChannel = new HashMap<>();
    private final Map<LoadedKey, LoadedFile> loadedFiles = new LinkedHashMap<>();

    private record LoadedKey(long tableId, String job, String place) {
        static LoadedKey of(LoadedFile file) {
            return new LoadedKey(file.getTableId(), file.getJob(), file.getPlace());
        }
    }

    static DataState of(DataStore.Loaded loaded, long nowNanos) {
        var state = new DataState();
        loaded.tables().forEach(table -> state.put(SchemaProtos.fromProto(table)));
        loaded.channels().forEach(channel -> state.put(channel.info(), channel.revision(), nowNanos));
        loaded.files().forEach(state::put);
        loaded.segments().forEach(segment -> state.put(segment).expiryFloor = segment.getLastExpiry());
        return state;
    }

    Optional<TableSchema> findTable(long tableId) {
        return Optional.ofNullable(tables.get(tableId));
    }

    TableSchema table(long tableId) {
        return findTable(tableId)
                .orElseThrow(() -> new ClusterException(
                        ErrorCode.UNDEFINED_TABLE,
                        "Table [%d] does not exist (any more). Look at the catalog again.".formatted(tableId)));
    }

    Collection<TableSchema> tables() {
        return List.copyOf(tables.values());
    }

    Collection<Channel> channels() {
        return List.copyOf(channels.values());
    }

    List<Channel> channelsOf(long tableId) {
        return channels.values().stream()
                .filter(channel -> channel.info.getTableId() == tableId)
                .toList();
    }

    @Nullable
    Channel findChannel(String vchannel) {
        return channels.get(vchannel);
    }

    Channel channel(String vchannel) {
        Channel channel = channels.get(vchannel);
        if (channel == null) {
            throw new ClusterException(
                    ErrorCode.UNDEFINED_TABLE,
                    "Channel [%s] does not exist (any more). Look at the catalog again.".formatted(vchannel));
        }
        return channel;
    }

    /// The channel, if this epoch may still write for it.
    Channel channel(String vchannel, long epoch) {
        Channel channel = channel(vchannel);
        if (channel.assignment.epoch() != epoch) {
            throw new ClusterException(
                    ErrorCode.STALE_EPOCH,
                    "Channel [%s] is at epoch [%d], the request is of epoch [%d]: another node owns it now. Let go."
                            .formatted(vchannel, channel.assignment.epoch(), epoch));
        }
        return channel;
    }

    Collection<Segment> segments() {
        return List.copyOf(segments.values());
    }

    @Nullable
    Segment findSegment(long segmentId) {
        return segments.get(segmentId);
    }

    List<Segment> segmentsOf(String vchannel) {
        return List.copyOf(byChannel.getOrDefault(vchannel, Map.of()).values());
    }

    void put(LoadedFile file) {
        loadedFiles.put(LoadedKey.of(file), file);
    }

    boolean isLoaded(LoadedFile file) {
        return loadedFiles.containsKey(LoadedKey.of(file));
    }

    /// What jobs have loaded into a table; 0: into any.
    List<LoadedFile> loadedFiles(long tableId) {
        return loadedFiles.values().stream()
                .filter(file -> tableId == 0 || file.getTableId() == tableId)
                .toList();
    }

    void put(TableSchema table) {
        tables.put(table.tableId(), table);
    }

    void removeTable(long tableId) {
        tables.remove(tableId);
        loadedFiles.keySet().removeIf(file -> file.tableId() == tableId);
    }

    /// The new committed form of a channel.
    Channel put(ChannelInfo info, long revision, long nowNanos) {
        Channel channel = channels.computeIfAbsent(info.getVchannel(), _ -> new Channel(info));
        channel.info = info;
        channel.revision = revision;
        Assignment assignment = assignment(info, nowNanos);
        if (assignment.epoch() != channel.assignment.epoch()) {
            channel.tick = 0;
            channel.tickPosition = 0;
        }
        channel.assignment = assignment;
        return channel;
    }

    void removeChannel(String vchannel) {
        channels.remove(vchannel);
    }

    /// The new committed form of a segment.
    Segment put(SegmentInfo info) {
        Segment segment = segments.get(info.getSegmentId());
        if (segment == null) {
            segment = new Segment(info);
            segments.put(info.getSegmentId(), segment);
            byChannel
                    .computeIfAbsent(info.getVchannel(), _ -> new LinkedHashMap<>())
                    .put(info.getSegmentId(), segment);
        }
        segment.info = info;
        return segment;
    }

    void removeSegment(long segmentId) {
        Segment segment = segments.remove(segmentId);
        if (segment != null) {
            byChannel.getOrDefault(segment.info.getVchannel(), Map.of()).remove(segmentId);
        }
    }

    private static Assignment assignment(ChannelInfo info, long nowNanos) {
        var owner = new Owner(info.getNode(), info.getNodeLease());
        return switch (info.getState()) {
            case CHANNEL_UNASSIGNED, UNRECOGNIZED -> new Assignment.Unassigned(info.getEpoch());
            case CHANNEL_TO_WATCH -> new Assignment.ToWatch(owner, info.getEpoch(), nowNanos);
            case CHANNEL_WATCHED -> new Assignment.Watched(owner, info.getEpoch());
            case CHANNEL_TO_RELEASE -> new Assignment.ToRelease(owner, info.getEpoch(), nowNanos);
        };
    }

    static final class Channel {
        private ChannelInfo info;
        private long revision;
        private Assignment assignment = new Assignment.Unassigned(0);
        private long tick;
        private long tickPosition;

        private Channel(ChannelInfo info) {
            this.info = info;
        }

        ChannelInfo info() {
            return info;
        }

        String name() {
            return info.getVchannel();
        }

        /// Of the transaction that last wrote it.
        long revision() {
            return revision;
        }

        Assignment assignment() {
            return assignment;
        }

        /// The last tick that the present owner reported; 0: none yet.
        long tick() {
            return tick;
        }

        /// Where the present owner reads; 0: unknown.
        long tickPosition() {
            return tickPosition;
        }

        void report(long newTick, long position) {
            tick = Math.max(tick, newTick);
            tickPosition = Math.max(tickPosition, position);
        }

        /// The node that serves the channel now.
        Optional<Owner> watchedBy() {
            return assignment instanceof Assignment.Watched(Owner owner, long _)
                    ? Optional.of(owner)
                    : Optional.empty();
        }
    }

    static final class Segment {
        private final Grants grants = new Grants();
        private SegmentInfo info;
        private long expiryFloor;
        private boolean sealing;
        private long receivedRows;
        private long receivedBytes;
        private long heldPosition;
        private long lastGrowthTs;
        private long lastFlushNanos;
        private boolean flushed;

        private Segment(SegmentInfo info) {
            this.info = info;
        }

        SegmentInfo info() {
            return info;
        }

        long id() {
            return info.getSegmentId();
        }

        Grants grants() {
            return grants;
        }

        /// Persisted or in its owner's memory, as far as reported.
        long rows() {
            return Math.max(receivedRows, info.getRows());
        }

        long bytes() {
            return Math.max(receivedBytes, info.getBytes());
        }

        /// When rows were last seen to come, in hybrid time.
        long lastGrowthTs() {
            return Math.max(lastGrowthTs, info.getCreatedTs());
        }

        /// Where the log is needed from for it; 0: nowhere.
        long heldPosition() {
            return heldPosition;
        }

        void received(long rows, long bytes, long held, long nowTs) {
            heldPosition = held;
            if (rows > receivedRows) {
                receivedRows = rows;
                receivedBytes = bytes;
                lastGrowthTs = nowTs;
            }
        }

        boolean is(SegmentState state) {
            return info.getState() == state;
        }

        boolean holdsRows() {
            return info.getLevel() != SegmentLevel.L0;
        }

        /// Rows that can still be handed out.
        long room() {
            return is(SegmentState.GROWING) && !sealing ? info.getMaxRows() - rows() - grants.rows() : 0;
        }

        /// Stops handing out space for good, ahead of the commit.
        void startSealing() {
            sealing = true;
        }

        boolean sealing() {
            return sealing;
        }

        /// At or above the expiry of all space ever handed out: what an earlier term may have handed out is bounded
        /// by what it wrote ahead.
        long lastExpiry() {
            return Math.max(expiryFloor, grants.lastExpiry());
        }

        void flushAsked(long nowNanos) {
            flushed = true;
            lastFlushNanos = nowNanos;
        }

        long sinceFlushAsked(long nowNanos) {
            return flushed ? nowNanos - lastFlushNanos : Long.MAX_VALUE;
        }
    }
}
