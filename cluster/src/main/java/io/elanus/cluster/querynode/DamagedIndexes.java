package io.elanus.cluster.querynode;

import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.runtime.EventLoop;
import io.elanus.cluster.runtime.Failures;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.DamagedIndexRequest;
import io.elanus.proto.grpc.IndexCoordGrpc;
import io.elanus.proto.grpc.SegmentIndex;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.memory.MappedFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Index files of one vchannel that cannot be used. The index coordinator is told of each until it answers; it
/// drops the file and has it built again under another name, so a file that is in here is never opened again. Lives
/// on the loop.
final class DamagedIndexes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DamagedIndexes.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final RoleContext context;
    private final Map<String, EventLoop.@Nullable Timer> reports = new HashMap<>();
    private boolean closed;

    DamagedIndexes(RoleContext context) {
        this.context = context;
    }

    /// Is the file to blame, and not the moment? A store that is out of reach may answer later.
    static boolean isDamage(Throwable error) {
        return MappedFault.is(Failures.unwrap(error))
                || Failures.hasCode(
                        error,
                        ErrorCode.CORRUPT,
                        ErrorCode.OBJECT_NOT_FOUND,
                        ErrorCode.FORMAT_TOO_NEW,
                        ErrorCode.FORMAT_TOO_OLD);
    }

    boolean contains(SegmentIndex index) {
        return reports.containsKey(index.getFile());
    }

    /// The segment is searched without the index from now on.
    void add(SegmentIndex index, Throwable cause) {
        if (closed || contains(index)) {
            return;
        }
        LOG.error(
                "Index not usable, its segment is searched without: segment={} index={} file={}",
                index.getSegmentId(),
                index.getIndex().getName(),
                index.getFile(),
                cause);
        reports.put(index.getFile(), null);
        report(DamagedIndexRequest.newBuilder()
                .setBuildId(index.getBuildId())
                .setFile(index.getFile())
                .setReason(String.valueOf(Failures.unwrap(cause).getMessage()))
                .build());
    }

    private void report(DamagedIndexRequest report) {
        var _ = context.rpc()
                .call(RoleNames.INDEX_COORD, IndexCoordGrpc.getReportDamagedIndexMethod(), report, TIMEOUT)
                .whenCompleteAsync(
                        (_, error) -> {
                            if (error != null && !closed && reports.containsKey(report.getFile())) {
                                LOG.debug("Index coordinator not told of a damaged file, will try again", error);
                                reports.put(report.getFile(), context.loop().schedule(AGAIN, () -> report(report)));
                            }
                        },
                        context.loop());
    }

    /// Forgets files that no target has any more.
    void keepOnly(List<SegmentIndex> wanted) {
        Set<String> files = wanted.stream().map(SegmentIndex::getFile).collect(Collectors.toSet());
        for (String file : new ArrayList<>(reports.keySet())) {
            if (!files.contains(file)) {
                cancel(reports.remove(file));
            }
        }
    }

    private static void cancel(EventLoop.@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }

    @Override
    public void close() {
        closed = true;
        reports.values().forEach(DamagedIndexes::cancel);
        reports.clear();
    }
}
