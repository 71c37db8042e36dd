package io.elanus.sql.copy;

import io.elanus.cluster.proxy.TableAccess;
import io.elanus.proto.grpc.ListLoadedFilesRequest;
import io.elanus.proto.grpc.LoadedFile;
import io.elanus.sql.bulk.BulkStorage;
import io.elanus.sql.bulk.FilePattern;
import io.elanus.sql.bulk.SourceFile;
import io.elanus.sql.bulk.SourceFiles;
import io.elanus.sql.dml.BoundGuard;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.QueryContext;
import io.elanus.storage.ErrorCode;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// COPY FROM files of the server or of an object store, one after the other in the order of their names. Those that
/// the statement's job has loaded before are passed over. Belongs to one thread; its progress may be read from any.
public final class CopyFiles implements Load {
    private final CopyPlan plan;
    private final FilePattern from;
    private final TableAccess tables;
    private final Supplier<BulkStorage> storage;
    private final BoundGuard guard;
    private final QueryContext context;
    private volatile @Nullable CopyRun current;
    private volatile long rowsBefore;
    private volatile long timestampBefore;
    private volatile long bytesBefore;
    private volatile long bytesTotal;

    /// @param storage for files of object stores, jobs, and loads into segments
    public CopyFiles(
            CopyPlan plan,
            FilePattern from,
            TableAccess tables,
            Supplier<BulkStorage> storage,
            BoundGuard guard,
            QueryContext context) {
        this.plan = plan;
        this.from = from;
        this.tables = tables;
        this.storage = storage;
        this.guard = guard;
        this.context = context;
        if (!job().isEmpty() && plan.limit() > 0) {
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER,
                    "A job loads files whole: it takes no limit.",
                    "Leave one of the options job and limit out.");
        }
    }

    private String job() {
        return plan.options().text("job", "");
    }

    @Override
    public long load() {
        try (SourceFiles files = SourceFiles.open(from, storage)) {
            return load(files.files());
        }
    }

    private long load(List<SourceFile> files) {
        Map<String, LoadedFile> loaded = loaded();
        long rowsOfFiles = 0;
        long bytesGone = 0;
        int done = 0;
        bytesTotal = files.stream().mapToLong(CopyFiles::bytes).sum();
        for (SourceFile file : files) {
            LoadedFile known = loaded.get(file.place());
            if (known != null) {
                checkIsSame(file, known);
                rowsOfFiles += known.getRows();
            } else if (plan.limit() == 0 || rowsOfFiles < plan.limit()) {
                rowsOfFiles += load(file, rowsOfFiles, new Part(done, files.size()));
            }
            bytesGone += bytes(file);
            bytesBefore = bytesGone;
            done++;
        }
        return rowsBefore;
    }

    /// How far it is.
    private record Part(int done, int all) {
        /// With the files that are in.
        QueryException of(QueryException e) {
            return all == 1
                    ? e
                    : new QueryException(
                            e.code(),
                            "%s It is file [%d] of [%d]; those before it are loaded."
                                    .formatted(e.getMessage(), done + 1, all),
                            0,
                            e.hint().orElse(null),
                            e);
        }
    }

    private long load(SourceFile file, long rowsOfFiles, Part part) {
        var run = new CopyRun(plan.at(file, rowsOfFiles), null, tables, storage, guard, context);
        current = run;
        try {
            run.load();
        } catch (QueryException e) {
            throw part.of(e);
        } finally {
            long rows = rowsBefore;
            rowsBefore = rows + run.rowsDone();
            timestampBefore = Math.max(timestampBefore, run.timestamp());
            current = null;
        }
        return run.rowsSeen();
    }

    private Map<String, LoadedFile> loaded() {
        Map<String, LoadedFile> loaded = new HashMap<>();
        if (!job().isEmpty()) {
            var request = ListLoadedFilesRequest.newBuilder()
                    .setTableId(plan.table().tableId())
                    .setJob(job())
                    .build();
            context.await(storage.get().loadedFiles(request))
                    .getFilesList()
                    .forEach(file -> loaded.put(file.getPlace(), file));
        }
        return loaded;
    }

    private void checkIsSame(SourceFile file, LoadedFile known) {
        try {
            if (file.bytes() != known.getBytes() || file.modifiedMillis() != known.getModifiedMillis()) {
                throw new QueryException(
                        ErrorCode.CONFLICT,
                        "File [%s] has changed since job [%s] loaded it.".formatted(file.place(), job()),
                        "Load it in a job of another name, which loads all of its rows.");
            }
        } catch (IOException e) {
            throw CopyErrors.unreadable(file.name(), e);
        }
    }

    private static long bytes(SourceFile file) {
        try {
            return file.bytes();
        } catch (IOException e) {
            throw CopyErrors.unreadable(file.name(), e);
        }
    }

    @Override
    public long rowsDone() {
        CopyRun running = current;
        return rowsBefore + (running == null ? 0 : running.rowsDone());
    }

    @Override
    public long rowsExpected() {
        CopyRun running = current;
        long ofFile = running == null ? 0 : running.rowsExpected();
        long left = bytesTotal - bytesBefore;
        return running == null || ofFile == 0 || running.bytes() == 0
                ? 0
                : rowsBefore + Math.round((double) ofFile * left / running.bytes());
    }

    @Override
    public long timestamp() {
        CopyRun running = current;
        return Math.max(timestampBefore, running == null ? 0 : running.timestamp());
    }
}
