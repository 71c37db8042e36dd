package io.elanus.sql.copy;

import io.elanus.cluster.proxy.TableAccess;
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
    RowSink choose(long bytes) {
        return switch (plan.segments()) {
            case OFF -> log();
            case AUTO ->
                bytes >= LARGE_BYTES && plan.limit() == 0 && obstacle().isEmpty()
                        ? segments().map(RowSink.class::cast).orElseGet(this::log)
                        : log();
            case ON -> {
                obstacle().ifPresent(why -> {
                    throw new QueryException(
                            ErrorCode.FEATURE_NOT_SUPPORTED,
                            "The file cannot be loaded into segments: %s.".formatted(why),
                            "Leave the option out, or say WITH (segments off).");
                });
                yield segments()
                        .orElseThrow(() -> new QueryException(
                                ErrorCode.FEATURE_NOT_SUPPORTED,
                                "The file cannot be loaded into segments: table [%s] is not empty, and keys of segments are not compared with its rows."
                                        .formatted(plan.table().name()),
                                "Leave the option out, or load into an empty table."));
            }
        };
    }

    private RowSink log() {
        return new CopyBatches(tables, plan.table(), plan.onConflict(), plan.generatesKeys(), guard, context);
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
    private Optional<SegmentRows> segments() {
        var segments = new SegmentImport(storage.get(), tables, plan.table(), context);
        return plan.generatesKeys() || segments.isIntoEmpty()
                ? Optional.of(new SegmentRows(
                        segments,
                        new CopyKeys(tables, plan.table(), context),
                        plan.onConflict(),
                        plan.generatesKeys(),
                        guard,
                        context))
                : Optional.empty();
    }
}
