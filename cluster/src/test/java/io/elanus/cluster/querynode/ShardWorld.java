package io.elanus.cluster.querynode;

import io.elanus.cluster.channel.ChannelConfig;
import io.elanus.cluster.channel.ChannelHub;
import io.elanus.cluster.exchange.BatchStream;
import io.elanus.cluster.fixture.FakeLog;
import io.elanus.cluster.fixture.FakeLoop;
import io.elanus.cluster.fixture.Messages;
import io.elanus.cluster.querynode.RowModel.Row;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.DamagedIndexRequest;
import io.elanus.proto.grpc.Fragment;
import io.elanus.proto.grpc.IndexSchema;
import io.elanus.proto.grpc.LoadSegmentsRequest;
import io.elanus.proto.grpc.LogHeader;
import io.elanus.proto.grpc.RecoveryInfo;
import io.elanus.proto.grpc.RowSlice;
import io.elanus.proto.grpc.SegmentIndex;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.proto.grpc.SyncTargetRequest;
import io.elanus.proto.grpc.Write;
import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.IndexFormats;
import io.elanus.storage.index.IndexSpec;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.log.Durability;
import io.elanus.storage.log.LogMessageCodec;
import io.elanus.storage.object.local.LocalObjectStore;
import io.elanus.storage.segment.ArrowBatches;
import io.elanus.storage.segment.Compactor;
import io.elanus.storage.segment.DeltaBatch;
import io.elanus.storage.segment.GrowingSegment;
import io.elanus.storage.segment.KeyReader;
import io.elanus.storage.segment.ManifestFile;
import io.elanus.storage.segment.SealedSegment;
import io.elanus.storage.segment.SegmentId;
import io.elanus.storage.segment.SegmentManifest;
import io.elanus.storage.segment.SegmentWriter;
import io.elanus.storage.segment.StoredManifest;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.SchemaProtos;
import io.elanus.storage.type.Shard;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.type.VectorElement;
import io.elanus.storage.visibility.Keys;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;

/// One vchannel with everything round a leader, by hand and on one thread: a log to write to, a data node that
/// flushes, compacts and persists deletes, and the leader itself with its targets. Beside it the model of what must
/// be seen.
final class ShardWorld implements AutoCloseable {
    static final int DIMENSION = 4;
    static final String VCHANNEL = "p0_1v0";
    static final String PCHANNEL = "p0";
    static final int CHUNK_ROWS = 128;
    static final TableSchema TABLE = new TableSchema(
            1,
            new TableName("public", "t"),
            1,
            List.of(
                    Column.key(1, "id", ColumnType.Simple.BIGINT),
                    Column.of(2, "v", ColumnType.Simple.INTEGER),
                    Column.of(3, "vec", new ColumnType.Vector(DIMENSION, VectorElement.FLOAT32))),
            1,
            List.of(new Shard(0, Shard.HASHES - 1, VCHANNEL, PCHANNEL)),
            Map.of());

    final RootAllocator root = new RootAllocator();
    final BufferAllocator rowMemory = root.newChildAllocator("rows", 0, Long.MAX_VALUE);
    final BufferAllocator nodeMemory = root.newChildAllocator("data-node", 0, Long.MAX_VALUE);
    final FakeLoop loop = new FakeLoop(1_000_000);
    final FakeLog log = new FakeLog();
    final LocalObjectStore objects;
    final RoleContext context;
    final ChannelHub hub;
    final FragmentDesk desk;
    final RowModel model = new RowModel();
    final List<ShardLeader> lost = new ArrayList<>();
    final List<DamagedIndexRequest> damaged = new ArrayList<>();
    /// Sizes of indexes up to which they are read whole before they serve.
    private long checkedAtOpen = Long.MAX_VALUE;
    private final SegmentWriter writer;
    private final Map<Long, SegmentInfo> segments = new LinkedHashMap<>();
    private final Map<Long, GrowingSegment> growing = new LinkedHashMap<>();
    private final Map<Long, SegmentIndex> indexes = new LinkedHashMap<>();
    private final Set<Long> dropped = new LinkedHashSet<>();
    private DeltaBatch unwrittenDeletes = new DeltaBatch();
    private long checkpointTs;
    private long seek;
    private long lastTick;
    private long lastTickPosition = -1;
    private long ids = 100;
    private long fileIds = 1;
    private long clock = 10;
    private long version;
    private boolean takeOver;
    ShardLeader leader;

    ShardWorld(Path folder) {
        objects = LocalObjectStore.open(folder);
        writer = new SegmentWriter(objects, () -> fileIds++, nodeMemory);
        context = new RoleContext(
                "querynode-1",
                loop,
                loop,
                loop,
                new TimeOnly(() -> takeOver ? nextTs() : lastTick, damaged),
                new RoleContext.Stores(log, new NoMeta(), objects, root),
                new java.util.Random(1));
        hub = new ChannelHub(log, loop, ChannelConfig.defaults());
        desk = new FragmentDesk(context, QueryNodeConfig.defaults());
        leader = newLeader();
    }

    private ShardLeader newLeader() {
        var files = new StoredSegmentFiles(objects, rowMemory, checkedAtOpen);
        return new ShardLeader(context, recovery(), files, rowMemory, lost::add);
    }

    long nextTs() {
        return clock++;
    }

    long lastTick() {
        return lastTick;
    }

    long newSegment() {
        long id = ids++;
        growing.put(id, new GrowingSegment(new SegmentId(1, 0, id), TABLE, CHUNK_ROWS, nodeMemory));
        segments.put(id, info(id, SegmentState.GROWING).build());
        return id;
    }

    List<Long> growingIds() {
        return List.copyOf(growing.keySet());
    }

    List<Long> flushedIds() {
        return segments.values().stream()
                .filter(info -> info.getState() == SegmentState.FLUSHED && info.getLevel() == SegmentLevel.L1)
                .map(SegmentInfo::getSegmentId)
                .toList();
    }

    private static SegmentInfo.Builder info(long id, SegmentState state) {
        return SegmentInfo.newBuilder()
                .setSegmentId(id)
                .setTableId(1)
                .setVchannel(VCHANNEL)
                .setState(state)
                .setLevel(SegmentLevel.L1);
    }

    private static <T> T require(Map<Long, T> map, long id) {
        return Objects.requireNonNull(map.get(id), () -> "There is no segment " + id);
    }

    // ---- writing

    /// A statement that waits to be appended: the log may hold statements in another order than their timestamps.
    record Statement(long ts, long segmentId, List<Row> rows, List<Long> deletes, boolean replaces) {}

    void append(Statement statement) {
        try (VectorSchemaRoot rows = batch(statement.rows(), nodeMemory);
                VectorSchemaRoot keys = KeyReader.batch(
                        statement.deletes().stream().map(Keys::ofLong).toList(), nodeMemory)) {
            ByteBuffer rowBytes =
                    statement.rows().isEmpty() ? ByteBuffer.allocate(0) : ByteBuffer.wrap(ArrowBatches.encode(rows));
            ByteBuffer keyBytes =
                    statement.deletes().isEmpty() ? ByteBuffer.allocate(0) : ByteBuffer.wrap(ArrowBatches.encode(keys));
            var write = Write.newBuilder()
                    .setTableId(1)
                    .setSchemaVersion(1)
                    .setRowsBytes(rowBytes.remaining())
                    .setDeletesBytes(keyBytes.remaining())
                    .setReplaces(statement.replaces());
            if (!statement.rows().isEmpty()) {
                write.addSlices(RowSlice.newBuilder()
                        .setSegmentId(statement.segmentId())
                        .setRows(statement.rows().size()));
            }
            LogHeader header = LogHeader.newBuilder()
                    .setTs(statement.ts())
                    .setVchannel(VCHANNEL)
                    .setSource("proxy")
                    .setWrite(write)
                    .build();
            var _ = log.append(PCHANNEL, LogMessageCodec.encode(header, rowBytes, keyBytes), Durability.DURABLE);
        }
    }

    /// What the data node does with statements once a tick has released them, in the order of time.
    void persistable(List<Statement> statements) {
        statements.stream().sorted(Comparator.comparingLong(Statement::ts)).forEach(statement -> {
            if (!statement.rows().isEmpty()) {
                try (VectorSchemaRoot rows = batch(statement.rows(), nodeMemory)) {
                    require(growing, statement.segmentId())
                            .append(rows, 0, statement.rows().size(), statement.ts());
                }
            }
            for (Row row : statement.rows()) {
                if (statement.replaces()) {
                    model.end(row.key(), statement.ts());
                    unwrittenDeletes.add(Keys.ofLong(row.key()), statement.ts());
                }
                model.insert(row);
            }
            for (long key : statement.deletes()) {
                model.end(key, statement.ts());
                unwrittenDeletes.add(Keys.ofLong(key), statement.ts());
            }
        });
    }

    void tick() {
        lastTick = nextTs();
        lastTickPosition =
                log.append(PCHANNEL, Messages.tick(lastTick), Durability.SOFT).join();
    }

    /// Appends, ticks and lets the leader follow.
    void write(Statement... statements) {
        List.of(statements).forEach(this::append);
        persistable(List.of(statements));
        tick();
        loop.run();
    }

    Statement insert(long segmentId, Row... rows) {
        return new Statement(rows[0].ts(), segmentId, List.of(rows), List.of(), false);
    }

    Statement upsert(long segmentId, Row... rows) {
        return new Statement(rows[0].ts(), segmentId, List.of(rows), List.of(), true);
    }

    Statement delete(Long... keys) {
        return new Statement(nextTs(), 0, List.of(), List.of(keys), false);
    }

    static VectorSchemaRoot batch(List<Row> rows, BufferAllocator allocator) {
        VectorSchemaRoot batch = VectorSchemaRoot.create(ArrowTypes.schema(TABLE.columns()), allocator);
        batch.allocateNew();
        var keys = (BigIntVector) batch.getVector(0);
        var values = (IntVector) batch.getVector(1);
        var vectors = (FixedSizeListVector) batch.getVector(2);
        var elements = (Float4Vector) vectors.getDataVector();
        for (int i = 0; i < rows.size(); i++) {
            keys.setSafe(i, rows.get(i).key());
            values.setSafe(i, rows.get(i).value());
            vectors.setNotNull(i);
            for (int j = 0; j < DIMENSION; j++) {
                elements.setSafe(i * DIMENSION + j, rows.get(i).vector()[j]);
            }
        }
        elements.setValueCount(rows.size() * DIMENSION);
        batch.setRowCount(rows.size());
        return batch;
    }

    // ---- the data node

    /// Everything up to the last tick is persisted: deletes as L0, growing rows as chunks.
    void checkpoint() {
        growing.forEach((id, segment) -> {
            if (segment.rows() > 0) {
                SegmentInfo before = require(segments, id);
                SegmentManifest manifest = before.getManifest().isEmpty()
                        ? SegmentManifest.empty(segment.id(), CHUNK_ROWS)
                        : ManifestFile.load(objects, segment.id(), before.getManifest())
                                .manifest();
                try (var rows = segment.rowSnapshot()) {
                    segments.put(id, persisted(before, writer.write(manifest, rows), segment));
                }
            }
        });
        writeDeletes();
        checkpointTs = lastTick;
        seek = lastTickPosition + 1;
    }

    private void writeDeletes() {
        if (!unwrittenDeletes.isEmpty()) {
            var id = new SegmentId(1, 0, ids++);
            StoredManifest stored = writer.writeDeltas(id, unwrittenDeletes);
            segments.put(
                    id.segmentId(),
                    info(id.segmentId(), SegmentState.FLUSHED)
                            .setLevel(SegmentLevel.L0)
                            .setManifest(stored.key())
                            .build());
            unwrittenDeletes = new DeltaBatch();
        }
    }

    private static SegmentInfo persisted(SegmentInfo before, StoredManifest stored, GrowingSegment segment) {
        try (var rows = segment.snapshot()) {
            long maxTs = rows.ts(rows.rows() - 1);
            int atMax = 0;
            while (atMax < rows.rows() && rows.ts(rows.rows() - 1 - atMax) == maxTs) {
                atMax++;
            }
            return before.toBuilder()
                    .setManifest(stored.key())
                    .setRows(rows.rows())
                    .setMinTs(rows.ts(0))
                    .setMaxTs(maxTs)
                    .setRowsAtMaxTs(atMax)
                    .build();
        }
    }

    /// No more rows come for the segment: writes what is left of it. Deletes may or may not be written with it.
    void flush(long id) {
        GrowingSegment segment = require(growing, id);
        growing.remove(id);
        SegmentInfo before = require(segments, id);
        if (segment.rows() == 0) {
            segments.remove(id);
        } else {
            SegmentManifest manifest = before.getManifest().isEmpty()
                    ? SegmentManifest.empty(segment.id(), CHUNK_ROWS)
                    : ManifestFile.load(objects, segment.id(), before.getManifest())
                            .manifest();
            try (var rows = segment.rowSnapshot()) {
                StoredManifest stored = writer.complete(manifest, rows, TABLE.keyColumn());
                segments.put(
                        id,
                        persisted(before, stored, segment).toBuilder()
                                .setState(SegmentState.FLUSHED)
                                .build());
            }
        }
        segment.close();
    }

    /// Replaces segments by one with all deletes applied that were written.
    void compact(List<Long> from, long retentionTs) {
        List<SealedSegment> parents = new ArrayList<>();
        for (long id : from) {
            SegmentInfo info = require(segments, id);
            var segment = SealedSegment.open(
                    objects,
                    ManifestFile.load(objects, new SegmentId(1, 0, id), info.getManifest())
                            .manifest(),
                    TABLE,
                    nodeMemory);
            segments.values().stream()
                    .filter(l0 -> l0.getLevel() == SegmentLevel.L0)
                    .forEach(l0 -> segment.apply(io.elanus.storage.segment.DeltaLog.readAll(
                            objects,
                            ManifestFile.load(objects, new SegmentId(1, 0, l0.getSegmentId()), l0.getManifest())
                                    .manifest())));
            parents.add(segment);
        }
        long id = ids++;
        var plan =
                new Compactor.Plan(TABLE, List.of(new SegmentId(1, 0, id)), CHUNK_ROWS, retentionTs, Integer.MAX_VALUE);
        List<StoredManifest> stored = new Compactor(writer, nodeMemory).compact(parents, plan, () -> false);
        parents.forEach(SealedSegment::close);
        from.forEach(parent -> {
            dropped.add(parent);
            segments.remove(parent);
            indexes.remove(parent);
        });
        stored.forEach(manifest -> segments.put(
                id,
                info(id, SegmentState.FLUSHED)
                        .setManifest(manifest.key())
                        .setRows(manifest.manifest().rows())
                        .setMaxTs(manifest.manifest().maxTs())
                        .addAllCompactedFrom(from)
                        .build()));
    }

    /// Builds an index over a flushed segment.
    void index(long id, String format) {
        var index = IndexSchema.newBuilder()
                .setIndexId(7)
                .setTableId(1)
                .setName("i")
                .setColumnId(3)
                .setType(format)
                .setMetric("l2")
                .build();
        SegmentManifest manifest = ManifestFile.load(
                        objects, new SegmentId(1, 0, id), require(segments, id).getManifest())
                .manifest();
        String file = "indexes/" + id + "-" + ids++;
        try (var segment = SealedSegment.open(objects, manifest, TABLE, nodeMemory);
                var rows = segment.snapshot()) {
            var spec =
                    new IndexSpec(format, new ColumnType.Vector(DIMENSION, VectorElement.FLOAT32), Metric.L2, Map.of());
            try (var built = new IndexFormats(BuildPool.CALLER)
                    .require(format)
                    .build(spec, rows.vectors(TABLE.column(3)), BuildMonitor.NONE)) {
                objects.put(file, built.parts());
            }
        }
        indexes.put(
                id,
                SegmentIndex.newBuilder()
                        .setSegmentId(id)
                        .setIndex(index)
                        .setBuildId(ids++)
                        .setFile(file)
                        .build());
    }

    RecoveryInfo recovery() {
        var recovery = RecoveryInfo.newBuilder()
                .setVchannel(VCHANNEL)
                .setPchannel(PCHANNEL)
                .setSeekPosition(seek)
                .setCheckpointTs(checkpointTs)
                .setSchema(SchemaProtos.toProto(TABLE))
                .addAllSegments(segments.values());
        return recovery.addAllDroppedSegmentIds(dropped).build();
    }

    // ---- the coordinator

    /// Starts the leader on what is persisted, and shows it the first target.
    void start() {
        loop.await(leader.start(hub));
        syncTarget();
    }

    void syncTarget() {
        RecoveryInfo target = recovery();
        load(target);
        sync(target);
    }

    void load(RecoveryInfo target) {
        loop.await(leader.load(LoadSegmentsRequest.newBuilder()
                .setVchannel(VCHANNEL)
                .addAllSegments(target.getSegmentsList().stream()
                        .filter(info -> info.getState() == SegmentState.FLUSHED)
                        .toList())
                .addAllIndexes(indexes.values())
                .setSchema(target.getSchema())
                .setCheckpointTs(target.getCheckpointTs())
                .build()));
    }

    void sync(RecoveryInfo target) {
        Coverage coverage = Coverage.of(target);
        loop.await(leader.sync(SyncTargetRequest.newBuilder()
                .setVchannel(VCHANNEL)
                .setVersion(++version)
                .addAllSealedSegmentIds(coverage.sealed())
                .addAllDroppedGrowingIds(coverage.replaced())
                .addAllGrowingSegmentIds(coverage.growing())
                .setCheckpointTs(coverage.checkpointTs())
                .build()));
    }

    /// Another leader takes over from what is persisted.
    /// A new leader, for which the time has gone on since the last tick.
    void takeOver() {
        takeOver = true;
        restart();
        takeOver = false;
    }

    /// A new leader that checks indexes while they serve.
    void restartWithLateChecks() {
        checkedAtOpen = 0;
        restart();
    }

    /// A new leader, as of the last tick.
    void restart() {
        loop.await(leader.close(
                new io.elanus.cluster.ClusterException(io.elanus.storage.ErrorCode.NOT_READY, "The leader moves.")));
        version = 0;
        leader = newLeader();
        start();
    }

    // ---- reads

    BatchStream execute(Fragment fragment) {
        return loop.await(desk.execute(leader, fragment));
    }

    @Override
    public void close() {
        loop.await(leader.close(
                new io.elanus.cluster.ClusterException(io.elanus.storage.ErrorCode.NOT_READY, "The test is over.")));
        hub.close();
        loop.await(desk.stop());
        growing.values().forEach(GrowingSegment::close);
        objects.close();
        nodeMemory.close();
        rowMemory.close();
        root.close();
    }
}
