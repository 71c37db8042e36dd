package io.elanus.sql.copy;

import io.elanus.cluster.proxy.TableAccess;
import io.elanus.proto.grpc.LoadedFile;
import io.elanus.sql.bulk.BulkStorage;
import io.elanus.sql.bulk.SegmentImport;
import io.elanus.sql.dml.BoundGuard;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.QueryContext;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.TableSchema;
import java.util.Optional;
import java.util.function.Supplier;

/// Decides how the rows of a file get into a table: see the package.
///
/// @param storage asked for only when a load may go beside the log
record SinkChoice(
        CopyPlan plan, TableAccess tables, Supplier<BulkStorage> storage, BoundGuard guard, QueryContext context) {
    /// Smaller files are in the log sooner than segments are made and taken in.
    static final long LARGE_BYTES = 64L << 20;
    /// Each shard of each partition fills a chunk of its own.
    private static final int MOST_PLACES = 16;

    /// @param bytes of the file; 0: unknown
    /// @param loaded what a job remembers of it
    RowSink choose(long bytes, Optional<LoadedFile> loaded) {
        return loaded.isEmpty() ? choose(bytes) : ofJob(bytes, loaded.get());
    }

    /// What has no keys of its own comes in in one step with the note of it. Rows with keys may go through the log,
    /// with the note behind them: what of them is in already when the file is loaded again, is known by its key.
    private RowSink ofJob(long bytes, LoadedFile file) {
        if (plan.generatesKeys()) {
            obstacle().ifPresent(why -> {
                throw new QueryException(
                        ErrorCode.FEATURE_NOT_SUPPORTED,
                        "The file cannot be loaded by a job: its keys are generated, and %s.".formatted(why),
                        "Load it without a job, or into a table with a declared key.");
            });
            return segments(Optional.of(file)).orElseThrow();
        }
        boolean large =
                plan.segments() == SegmentUse.ON || (plan.segments() == SegmentUse.AUTO && bytes >= LARGE_BYTES);
        Optional<SegmentRows> segments = large && obstacle().isEmpty() ? segments(Optional.of(file)) : Optional.empty();
        if (segments.isPresent()) {
            return segments.get();
        }
        OnConflict onConflict = plan.onConflict() == OnConflict.ERROR ? OnConflict.SAME : plan.onConflict();
        return new RememberedRows(log(onConflict), plan.table(), file, storage.get(), context);
    }

    private RowSink choose(long bytes) {
        return switch (plan.segments()) {
            case OFF -> log(plan.onConflict());
            case AUTO ->
                bytes >= LARGE_BYTES && plan.limit() == 0 && obstacle().isEmpty()
                        ? segments(Optional.empty()).map(RowSink.class::cast).orElseGet(() -> log(plan.onConflict()))
                        : log(plan.onConflict());
            case ON -> {
                obstacle().ifPresent(why -> {
                    throw new QueryException(
                            ErrorCode.FEATURE_NOT_SUPPORTED,
                            "The file cannot be loaded into segments: %s.".formatted(why),
                            "Leave the option out, or say WITH (segments off).");
                });
                yield segments(Optional.empty())
                        .orElseThrow(() -> new QueryException(
                                ErrorCode.FEATURE_NOT_SUPPORTED,
                                "The file cannot be loaded into segments: table [%s] is not empty, and keys of segments are not compared with its rows."
                                        .formatted(plan.table().name()),
                                "Leave the option out, or load into an empty table."));
            }
        };
    }

    private RowSink log(OnConflict onConflict) {
        return new CopyBatches(tables, plan.table(), onConflict, plan.generatesKeys(), guard, context, plan.columns());
    }

    private Optional<String> obstacle() {
        TableSchema table = plan.table();
        if (!plan.generatesKeys() && plan.onConflict() == OnConflict.REPLACE) {
            return Optional.of("its rows may replace each other");
        }
        int partitions = table.partitioning()
                .map(partitioning -> partitioning.partitions().size())
                .orElse(1);
        return (long) partitions * table.shards().size() > MOST_PLACES
                ? Optional.of("the table has more than [%d] shards and partitions".formatted(MOST_PLACES))
                : Optional.empty();
    }

    /// Empty: the table has rows whose keys are not compared.
    private Optional<SegmentRows> segments(Optional<LoadedFile> loaded) {
        var segments = new SegmentImport(storage.get(), tables, plan.table(), context);
        return plan.generatesKeys() || segments.isIntoEmpty()
                ? Optional.of(new SegmentRows(
                        segments,
                        new CopyKeys(tables, plan.table(), context),
                        plan.onConflict(),
                        plan.generatesKeys(),
                        guard,
                        context,
                        loaded))
                : Optional.empty();
    }
}
