package io.elanus.cluster.sim;

import com.google.protobuf.InvalidProtocolBufferException;
import io.elanus.cluster.client.Election;
import io.elanus.cluster.client.NodeRegistry;
import io.elanus.cluster.client.RoleNames;
import io.elanus.proto.grpc.AllocateTimestampsReply;
import io.elanus.proto.grpc.AssignSegmentsReply;
import io.elanus.proto.grpc.ChannelInfo;
import io.elanus.proto.grpc.LogHeader;
import io.elanus.proto.grpc.RowSlice;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentSpace;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.storage.log.LogEntry;
import io.elanus.storage.log.LogMessage;
import io.elanus.storage.log.LogMessageCodec;
import io.elanus.storage.meta.MetaStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The invariants that are checked at every event.
///
/// - R-50: behind a tick at T comes no message at or below T from anybody who is still registered under the lease
///   it was sent under, and never one that is acknowledged.
/// - R-49: no write names a segment above the expiry of all space that was granted in it, nor above the last expiry
///   it was sealed with, which is earlier when its allocations were ended.
/// - R-52: no timestamp is handed out twice.
/// - R-55, R-56: a segment is flushed only when its channel's tick has passed its last expiry, and no write that
///   counts names it afterwards.
/// - A checkpoint is not behind anything that a loss of power takes out of the log.
/// - What was written without looking is never sent twice.
/// - R-81: DDL is carried out in the order of its timestamps.
final class SimChecks {
    /// Who sent a record under which lease.
    private record Sender(String process, String key, long leaseId) {}

    /// A write that counts: its position, and the message.
    record Accepted(String pchannel, long position, LogMessage message) {}

    private final SimWorld world;
    private final Map<String, Long> ticks = new HashMap<>();
    private final Map<Long, Long> grants = new HashMap<>();
    private final Map<Long, SegmentInfo> segments = new HashMap<>();
    /// The highest timestamp of the writes that count and name a segment.
    private final Map<Long, Long> named = new HashMap<>();
    private final TreeMap<Long, Long> timestamps = new TreeMap<>();
    private final Map<String, TreeMap<Long, Accepted>> accepted = new TreeMap<>();
    private final Set<String> late = new HashSet<>();
    private final Set<Long> blindTables = new HashSet<>();
    private final Map<String, Long> blindWrites = new HashMap<>();
    private long newestDdl;
    private long lateMessages;
    private long appended;

    SimChecks(SimWorld world) {
        this.world = world;
    }

    long lateMessages() {
        return lateMessages;
    }

    long appended() {
        return appended;
    }

    /// Writes and broadcasts of a vchannel that count, by timestamp.
    SortedMap<Long, Accepted> accepted(String vchannel) {
        return accepted.computeIfAbsent(vchannel, _ -> new TreeMap<>());
    }

    /// The timestamp of the first message of the statement whose message has this timestamp.
    long firstAttempt(String vchannel, long ts) {
        SortedMap<Long, Accepted> channel = accepted(vchannel);
        Accepted last = channel.get(ts);
        if (last == null) {
            throw new SimFailure("No message at [%d] in [%s]".formatted(ts, vchannel));
        }
        String request = last.message().header().getWrite().getRequestId();
        for (Map.Entry<Long, Accepted> entry : channel.entrySet()) {
            if (entry.getValue().message().header().getWrite().getRequestId().equals(request)) {
                return entry.getKey();
            }
        }
        return ts;
    }

    List<Accepted> acceptedWrites() {
        List<Accepted> all = new ArrayList<>();
        accepted.values().forEach(channel -> all.addAll(channel.values()));
        return all;
    }

    long tick(String pchannel) {
        return ticks.getOrDefault(pchannel, 0L);
    }

    /// Called when a process hands a record to the log; the result comes back with [#onAppend].
    Object onSend(SimProcess process, byte[] record) {
        String proxy = NodeRegistry.key(RoleNames.PROXY, process.name());
        MetaStore.Entry registered = world.meta().entry(proxy);
        if (registered != null) {
            return new Sender(process.name(), proxy, registered.leaseId());
        }
        String root = Election.key(RoleNames.ROOT_COORD);
        MetaStore.Entry elected = world.meta().entry(root);
        if (elected != null && elected.value().toStringUtf8().equals(process.name())) {
            return new Sender(process.name(), root, elected.leaseId());
        }
        return new Sender(process.name(), "", 0);
    }

    void onAppend(String pchannel, long position, byte[] record, Object sender) {
        appended++;
        LogMessage message = LogMessageCodec.decode(pchannel, new LogEntry(position, record));
        LogHeader header = message.header();
        switch (header.getBodyCase()) {
            case TICK -> ticks.merge(pchannel, header.getTs(), Math::max);
            case WRITE, BROADCAST -> {
                checkSentOnce(header);
                if (header.getTs() <= tick(pchannel)) {
                    onLate(pchannel, header, (Sender) sender);
                } else {
                    accepted(header.getVchannel()).put(header.getTs(), new Accepted(pchannel, position, message));
                    header.getWrite().getSlicesList().forEach(slice -> onSlice(header, slice));
                }
            }
            case BODY_NOT_SET -> throw new SimFailure("A record without a body in [%s]".formatted(pchannel));
        }
    }

    /// Only rows that nobody looked for are written to this table.
    void onBlindTable(long tableId) {
        blindTables.add(tableId);
    }

    private void checkSentOnce(LogHeader header) {
        if (blindTables.contains(header.getWrite().getTableId())) {
            Long before = blindWrites.put(
                    header.getVchannel() + "/" + header.getWrite().getRequestId(), header.getTs());
            if (before != null) {
                throw new SimFailure("A blind write was sent twice to [%s]: at [%d] and at [%d]"
                        .formatted(header.getVchannel(), before, header.getTs()));
            }
        }
    }

    private void onLate(String pchannel, LogHeader header, Sender sender) {
        lateMessages++;
        late.add(header.getVchannel() + "@" + header.getTs());
        MetaStore.Entry registration = world.meta().entry(sender.key);
        if (registration != null && registration.leaseId() == sender.leaseId) {
            throw new SimFailure(
                    "R-50: a message of [%s] at [%d] came into [%s] behind the tick [%d] while its lease lived"
                            .formatted(sender.process, header.getTs(), pchannel, tick(pchannel)));
        }
    }

    private void onSlice(LogHeader header, RowSlice slice) {
        Long expiry = grants.get(slice.getSegmentId());
        if (expiry == null || header.getTs() > expiry) {
            throw new SimFailure("R-49: a write at [%d] names segment [%d], whose space ended at [%s]"
                    .formatted(header.getTs(), slice.getSegmentId(), expiry));
        }
        named.merge(slice.getSegmentId(), header.getTs(), Math::max);
        SegmentInfo segment = segments.get(slice.getSegmentId());
        if (segment != null) {
            checkExpiry(segment);
        }
        if (segment != null && segment.getState() == SegmentState.FLUSHED) {
            throw new SimFailure("R-56: a write at [%d] names segment [%d], which is flushed"
                    .formatted(header.getTs(), slice.getSegmentId()));
        }
    }

    void onReply(String method, Object request, @Nullable Object reply) {
        switch (reply) {
            case AssignSegmentsReply granted -> {
                for (SegmentSpace space : granted.getSpacesList()) {
                    grants.merge(space.getSegmentId(), space.getExpiry(), Math::max);
                }
            }
            case AllocateTimestampsReply allocated -> onTimestamps(allocated.getFirst(), allocated.getCount());
            case null, default -> {}
        }
    }

    private void onTimestamps(long first, long count) {
        Map.Entry<Long, Long> below = timestamps.floorEntry(first + count - 1);
        if (below != null && below.getKey() + below.getValue() > first) {
            throw new SimFailure("R-52: the timestamps from [%d] were handed out twice".formatted(first));
        }
        timestamps.put(first, count);
    }

    void onMeta(List<MetaStore.Change> changes) {
        for (MetaStore.Change change : changes) {
            if (change instanceof MetaStore.Change.Put(MetaStore.Entry entry)) {
                if (entry.key().equals("/root/newest")) {
                    onDdl(entry.value().asReadOnlyByteBuffer().getLong());
                } else if (entry.key().startsWith("/data/segments/")) {
                    onSegment(entry);
                } else if (entry.key().startsWith("/data/channels/")) {
                    onChannel(entry);
                }
            }
        }
    }

    private void onDdl(long ts) {
        if (ts < newestDdl || (ts == newestDdl && ts != 0)) {
            throw new SimFailure("R-81: DDL at [%d] was carried out after DDL at [%d]".formatted(ts, newestDdl));
        }
        newestDdl = ts;
    }

    private void onChannel(MetaStore.Entry entry) {
        ChannelInfo info;
        try {
            info = ChannelInfo.parseFrom(entry.value());
        } catch (InvalidProtocolBufferException e) {
            throw new SimFailure("Metadata of a channel does not parse", e);
        }
        if (info.getCheckpoint() > world.log().durable(info.getPchannel())) {
            throw new SimFailure("The checkpoint [%d] of [%s] is behind records that may vanish: durable are [%d]"
                    .formatted(
                            info.getCheckpoint(),
                            info.getVchannel(),
                            world.log().durable(info.getPchannel())));
        }
    }

    private void onSegment(MetaStore.Entry entry) {
        SegmentInfo info;
        try {
            info = SegmentInfo.parseFrom(entry.value());
        } catch (InvalidProtocolBufferException e) {
            throw new SimFailure("Metadata of a segment does not parse", e);
        }
        SegmentInfo before = segments.put(info.getSegmentId(), info);
        boolean flushed =
                info.getState() == SegmentState.FLUSHED && before != null && before.getState() != SegmentState.FLUSHED;
        checkExpiry(info);
        if (flushed && before != null) {
            String pchannel = info.getVchannel().substring(0, info.getVchannel().lastIndexOf('_'));
            if (tick(pchannel) < before.getLastExpiry()) {
                throw new SimFailure("R-55: segment [%d] was flushed at tick [%d], its space ends at [%d]"
                        .formatted(info.getSegmentId(), tick(pchannel), before.getLastExpiry()));
            }
        }
    }

    private void checkExpiry(SegmentInfo segment) {
        long last = named.getOrDefault(segment.getSegmentId(), 0L);
        if (segment.getState() == SegmentState.SEALED && last > segment.getLastExpiry()) {
            throw new SimFailure(
                    "R-49: a write at [%d] names segment [%d], which was sealed with its space ending at [%d]"
                            .formatted(last, segment.getSegmentId(), segment.getLastExpiry()));
        }
    }

    /// A statement was acknowledged with this timestamp on these vchannels.
    void onAcknowledged(String what, List<String> vchannels, long ts) {
        for (String vchannel : vchannels) {
            if (late.contains(vchannel + "@" + ts)) {
                throw new SimFailure(
                        "R-50: %s was acknowledged at [%d] but stands behind its tick".formatted(what, ts));
            }
            if (!accepted(vchannel).containsKey(ts)) {
                throw new SimFailure(
                        "%s was acknowledged at [%d] but is not in the log of [%s]".formatted(what, ts, vchannel));
            }
        }
    }

    /// The log lost what was not durable: reads the rest anew.
    void onPowerLoss(SimLog log) {
        ticks.clear();
        for (String pchannel : log.pchannels()) {
            long position = 0;
            for (byte[] record : log.records(pchannel)) {
                LogMessage message = LogMessageCodec.decode(pchannel, new LogEntry(position++, record));
                if (message.header().hasTick()) {
                    ticks.merge(pchannel, message.ts(), Math::max);
                }
            }
        }
    }
}
