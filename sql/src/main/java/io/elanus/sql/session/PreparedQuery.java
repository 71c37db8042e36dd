package io.elanus.sql.session;

import io.elanus.storage.type.ColumnType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// A planned statement of one session. It is planned again by itself when the catalog has changed since.
public interface PreparedQuery extends AutoCloseable {
    Kind kind();

    /// Columns of the result; empty for a statement that has none. A change has those of its RETURNING, or what the
    /// caller of [Session#prepare(String, Returning, RunOptions)] wanted.
    List<ResultColumn> columns();

    /// Are the columns what the statement itself answers with? Not for what a caller wanted to know of changed
    /// rows: that comes beside the count.
    default boolean answersRows() {
        return !columns().isEmpty();
    }

    /// Types the `?` are converted to.
    List<ColumnType> parameters();

    /// Runs it. The caller closes the result.
    ///
    /// @param parameters one per `?`: null, Boolean, Byte … Long, Float, Double, BigDecimal, String, byte[],
    ///     float[], double[], List, LocalDate, LocalTime, LocalDateTime, OffsetDateTime, Instant, UUID
    Running run(List<? extends @Nullable Object> parameters, RunOptions options);

    /// Would [#run] wait for nobody? So it is for a query whose plan is known and whose rows are read at a time
    /// that is known.
    default boolean runsAtOnce() {
        return false;
    }

    /// The parts of which the result consists, all of the same moment, to be read apart with [RunOptions#of(Part)]
    /// by several readers: one a shard, of a query that only reads a table of several shards. Else none. Asks what
    /// time it is.
    default List<Part> parts() {
        return List.of();
    }

    /// What one shard has of a result.
    ///
    /// @param shard place in the table's list
    /// @param timestamp at which it is read
    record Part(int shard, long timestamp) {}

    /// Runs a DML statement once per parameter row, as one batch; returns the row counts.
    ///
    /// @param returned takes the batches of what the statement returns of the rows it changed, in the order of the
    ///     parameter rows, and owns them
    long[] runBatch(
            List<? extends List<? extends @Nullable Object>> rows,
            RunOptions options,
            Consumer<VectorSchemaRoot> returned);

    default long[] runBatch(List<? extends List<? extends @Nullable Object>> rows, RunOptions options) {
        return runBatch(rows, options, VectorSchemaRoot::close);
    }

    @Override
    void close();

    enum Kind {
        QUERY,
        DML,
        DDL,
        /// SET, SHOW, FLUSH, COPY and the like.
        UTILITY
    }

    /// @param origin table and column it comes from, empty for an expression
    record ResultColumn(String name, ColumnType type, boolean nullable, List<String> origin) {}

    /// @param maxRows 0: all
    /// @param timeout zero: the server's default
    /// @param spent   of the timeout, before the run
    /// @param part    empty: all of the result
    record RunOptions(long maxRows, Duration timeout, Duration spent, Optional<Part> part) {
        public static final RunOptions DEFAULT = new RunOptions(0, Duration.ZERO);

        public RunOptions(long maxRows, Duration timeout) {
            this(maxRows, timeout, Duration.ZERO, Optional.empty());
        }

        public static RunOptions of(Part part) {
            return new RunOptions(0, Duration.ZERO, Duration.ZERO, Optional.of(part));
        }

        RunOptions spending(Duration more) {
            return new RunOptions(maxRows, timeout, spent.plus(more), part);
        }
    }
}
