package io.elanus.cluster.datacoord;

import io.elanus.cluster.ClusterException;
import io.elanus.proto.grpc.ImportSegmentsRequest;
import io.elanus.proto.grpc.ListLoadedFilesReply;
import io.elanus.proto.grpc.ListLoadedFilesRequest;
import io.elanus.proto.grpc.LoadedFile;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.storage.ErrorCode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/// Bulk load: takes in segments that were written elsewhere, all or none. A transaction is limited, so the request
/// itself is committed first as a marker; then its segments are written in parts. A marker that is found at the
/// start of a term is finished.
///
/// The owner of a channel writes deltas only for keys that segments may have which it knows of. So with the marker
/// it is made to start over, by a new epoch, and what it did not save yet it goes through again, knowing the
/// imported keys. What is saved already is older than the import: its timestamp must be above all of that.
final class ImportService {
    private static final int MOST_SEGMENTS = 4096;

    private final Term term;
    private final ChannelService channels;
    private final Consumer<SegmentInfo> onFlushed;

    ImportService(Term term, ChannelService channels, Consumer<SegmentInfo> onFlushed) {
        this.term = term;
        this.channels = channels;
        this.onFlushed = onFlushed;
    }

    CompletableFuture<Void> add(ImportSegmentsRequest request) {
        term.state().table(request.getTableId());
        if (request.getSegmentsCount() > MOST_SEGMENTS) {
            throw new ClusterException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "[%d] segments were to be imported at once, the limit is [%d]. Import them in several jobs."
                            .formatted(request.getSegmentsCount(), MOST_SEGMENTS));
        }
        for (SegmentInfo segment : request.getSegmentsList()) {
            term.state().channel(segment.getVchannel());
        }
        return term.chain().run(() -> {
            boolean done = request.getSegmentsCount() > 0
                    && request.getSegmentsList().stream().allMatch(this::known);
            if (!done && request.getIntoEmptyTable()) {
                checkIsEmpty(request.getTableId());
            }
            if (done) {
                return CompletableFuture.completedFuture(null);
            }
            if (request.getSegmentsCount() == 0) {
                return request.hasLoaded() ? remember(loaded(request)) : CompletableFuture.completedFuture(null);
            }
            if (request.hasLoaded()) {
                checkIsNotLoaded(loaded(request));
            }
            Set<String> vchannels = new TreeSet<>();
            request.getSegmentsList().forEach(segment -> vchannels.add(segment.getVchannel()));
            vchannels.forEach(vchannel -> checkIsNew(vchannel, request.getCommitTs()));
            ImportSegmentsRequest.Builder stamped = request.toBuilder().clearSegments();
            request.getSegmentsList().forEach(segment -> stamped.addSegments(adopt(request, segment)));
            ImportSegmentsRequest marker = stamped.build();
            DataStore.Change change = term.store().change().imports(marker);
            if (request.hasLoaded()) {
                change.loaded(loaded(request));
            }
            LongConsumer startOver = channels.startOver(change, vchannels, request.getCommitTs());
            return change.commit()
                    .thenComposeAsync(
                            revision -> {
                                if (request.hasLoaded()) {
                                    term.state().put(loaded(request));
                                }
                                CompletableFuture<Void> finished = finish(marker);
                                startOver.accept(revision);
                                return finished;
                            },
                            term.context().loop());
        });
    }

    private static LoadedFile loaded(ImportSegmentsRequest request) {
        return request.getLoaded().toBuilder().setTableId(request.getTableId()).build();
    }

    /// A file whose rows went through the log: they are in, whoever else says so too.
    private CompletableFuture<Void> remember(LoadedFile file) {
        return term.state().isLoaded(file)
                ? CompletableFuture.completedFuture(null)
                : term.store()
                        .change()
                        .loaded(file)
                        .commit()
                        .thenAcceptAsync(
                                _ -> term.state().put(file), term.context().loop());
    }

    private void checkIsNotLoaded(LoadedFile file) {
        if (term.state().isLoaded(file)) {
            throw new ClusterException(
                    ErrorCode.OBJECT_EXISTS,
                    "Job [%s] has loaded file [%s] meanwhile; its rows are not loaded twice."
                            .formatted(file.getJob(), file.getPlace()));
        }
    }

    ListLoadedFilesReply list(ListLoadedFilesRequest request) {
        return ListLoadedFilesReply.newBuilder()
                .addAllFiles(term.state().loadedFiles(request.getTableId()).stream()
                        .filter(file ->
                                request.getJob().isEmpty() || file.getJob().equals(request.getJob()))
                        .toList())
                .build();
    }

    /// Nobody writes a row without a segment that was made for it, and nobody who looked for keys before the import
    /// writes after it without looking again: the answer to whoever asks for such a segment has the new epoch, by
    /// which the locks before it are void. Whoever looks again sees the import: its owner grants no lock before
    /// reads do.
    private void checkIsEmpty(long tableId) {
        for (DataState.Segment segment : term.state().segments()) {
            if (segment.info().getTableId() == tableId && segment.info().getState() != SegmentState.DROPPED) {
                throw new ClusterException(
                        ErrorCode.UNIQUE_VIOLATION,
                        "Table [%s] has rows, or somebody is about to write some."
                                .formatted(term.state().table(tableId).name()));
            }
        }
    }

    private void checkIsNew(String vchannel, long commitTs) {
        long saved = term.state().channel(vchannel).info().getCheckpointTs();
        for (DataState.Segment segment : term.state().segmentsOf(vchannel)) {
            if (segment.info().getLevel() == SegmentLevel.L0) {
                saved = Math.max(saved, segment.info().getMaxTs());
            }
        }
        if (commitTs <= saved) {
            throw new ClusterException(
                    ErrorCode.CONFLICT,
                    "Channel [%s] is saved up to [%d], so rows of [%d] cannot come into it any more. Import them at a later timestamp."
                            .formatted(vchannel, saved, commitTs));
        }
    }

    private boolean known(SegmentInfo segment) {
        return term.state().findSegment(segment.getSegmentId()) != null;
    }

    private SegmentInfo adopt(ImportSegmentsRequest request, SegmentInfo segment) {
        return segment.toBuilder()
                .setTableId(request.getTableId())
                .setState(SegmentState.FLUSHED)
                .setMaxRows(RowEstimate.maxRows(
                        term.state().table(request.getTableId()), term.config().segments()))
                .setCreatedTs(term.sequences().floor())
                .build();
    }

    /// The import is committed: makes its segments visible together, and writes what is not written yet.
    CompletableFuture<Void> finish(ImportSegmentsRequest marker) {
        List<SegmentInfo> segments = marker.getSegmentsList().stream()
                .filter(segment -> !known(segment))
                .toList();
        segments.forEach(term.state()::put);
        segments.forEach(onFlushed);
        CompletableFuture<Long> written = CompletableFuture.completedFuture(0L);
        for (int i = 0; i < segments.size(); i += DataStore.SEGMENTS_PER_TXN) {
            List<SegmentInfo> part = segments.subList(i, Math.min(segments.size(), i + DataStore.SEGMENTS_PER_TXN));
            written = written.thenComposeAsync(
                    _ -> term.store().change().segments(part).commit(),
                    term.context().loop());
        }
        return written.thenComposeAsync(
                        _ -> term.store()
                                .change()
                                .deleteImport(marker.getCommitTs())
                                .commit(),
                        term.context().loop())
                .thenApply(_ -> null);
    }
}
