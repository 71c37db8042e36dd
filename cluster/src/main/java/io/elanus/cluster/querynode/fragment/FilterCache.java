package io.elanus.cluster.querynode.fragment;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.Column;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What filters kept of one segment, for reads that ask the same again: programs search for ever new vectors, but
/// under few filters.
///
/// Whether a row passes depends on the row alone, and the rows of a segment do not change. So what is kept of a filter
/// is two bitmaps: the rows that were asked about, which are those that some read saw, and which of them passed. It
/// answers for any part of the rows asked about, so it outlives deletes; a read that sees another row than these has to
/// compute. A filter is only noted when it is asked first and kept when it is asked again, so filters that never come
/// again cost no bitmaps. Of more than [#FILTERS] the one not asked for longest is dropped.
///
/// Thread rule: any thread.
public final class FilterCache {
    private static final int FILTERS = 16;
    /// A filter with constants beyond this, say of a long IN list, is not kept: comparing it costs too.
    private static final int CONSTANT_BYTES = 4096;

    /// Of each filter its answer, if there is one; the filter that was not asked for longest is the first.
    private final LinkedHashMap<Key, Optional<Answer>> answers = new LinkedHashMap<>(FILTERS, 0.75F, true);

    /// A filter, told from others by what it computes of which columns.
    ///
    /// @param filter its inputs are ordinals among the columns
    record Key(Expr filter, List<Column> columns) {
        /// Empty for a filter that is not to be kept: one that differs from read to read, or a big one.
        ///
        /// @param filter its inputs are ordinals among those of the fragment
        static Optional<Key> of(Expr filter, List<Column> inputs) {
            if (filter.varies() || constantBytes(filter) > CONSTANT_BYTES) {
                return Optional.empty();
            }
            ColumnUse use = ColumnUse.of(List.of(filter), inputs);
            return Optional.of(new Key(use.rewrite(filter), use.columns()));
        }

        private static int constantBytes(Expr expr) {
            return switch (expr) {
                case Expr.Constant(Literal value, var _) -> value.getSerializedSize();
                case Expr.Call call ->
                    call.arguments().stream().mapToInt(Key::constantBytes).sum();
                case Expr.Input _, Expr.Parameter _ -> 0;
            };
        }
    }

    /// Bitmaps of equal length; never changed.
    @SuppressWarnings("ArrayRecordComponent")
    private record Answer(long[] asked, long[] passed) {
        boolean covers(long[] rows) {
            for (int i = 0; i < rows.length; i++) {
                if ((rows[i] & ~asked[i]) != 0) {
                    return false;
                }
            }
            return true;
        }

        long[] of(long[] rows) {
            long[] kept = new long[rows.length];
            for (int i = 0; i < rows.length; i++) {
                kept[i] = rows[i] & passed[i];
            }
            return kept;
        }
    }

    /// Which of these rows pass, as a bitmap of the caller's; null when that is not known.
    ///
    /// @param rows bitmap of rows of the segment
    long @Nullable [] find(Key key, long[] rows) {
        Answer answer = lookUp(key).orElse(null);
        return answer != null && answer.covers(rows) ? answer.of(rows) : null;
    }

    /// Keeps what was computed, if the filter was asked before.
    ///
    /// @param asked bitmap of rows of the segment
    /// @param passed those of them that pass
    synchronized void computed(Key key, long[] asked, long[] passed) {
        boolean again = answers.containsKey(key);
        answers.put(key, again ? Optional.of(new Answer(asked.clone(), passed.clone())) : Optional.empty());
        if (answers.size() > FILTERS) {
            answers.pollFirstEntry();
        }
    }

    private synchronized Optional<Answer> lookUp(Key key) {
        return answers.getOrDefault(key, Optional.empty());
    }

    public synchronized long memoryBytes() {
        return answers.values().stream()
                .flatMap(Optional::stream)
                .mapToLong(answer -> Long.BYTES * 2L * answer.asked.length)
                .sum();
    }
}
