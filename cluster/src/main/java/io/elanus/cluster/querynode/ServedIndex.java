package io.elanus.cluster.querynode;

import io.elanus.cluster.querynode.fragment.SearcherPool;
import io.elanus.cluster.querynode.fragment.SegmentView;
import io.elanus.proto.grpc.SegmentIndex;
import io.elanus.storage.index.VectorIndex;
import io.elanus.storage.index.inverted.FulltextFormat;
import io.elanus.storage.index.scalar.JsonPathValues;
import io.elanus.storage.index.scalar.ScalarIndex;
import io.elanus.storage.segment.SegmentSnapshot;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.Metric;
import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An index of one sealed segment, open. Owned by its generations and readers together.
final class ServedIndex {
    private final SegmentIndex info;
    private final Content content;
    private final Optional<JsonPathValues> path;
    private final Consumer<Throwable> onDamaged;
    private final @Nullable Runnable check;
    private final References references;

    /// What the file holds. Closing it leaves the file to its owner.
    sealed interface Content extends AutoCloseable {
        @Override
        void close();

        /// @param rows with the vectors that the index refines its answers with
        record Vectors(VectorIndex index, SearcherPool searchers, SegmentSnapshot rows) implements Content {
            Vectors(VectorIndex index, SegmentSnapshot rows) {
                this(index, new SearcherPool(index::newSearcher), rows);
            }

            @Override
            public void close() {
                searchers.close();
                index.close();
                rows.close();
            }
        }

        record Scalars(ScalarIndex index) implements Content {
            @Override
            public void close() {}
        }
    }

    /// Takes over content and file.
    ///
    /// @param file what the index is mapped to
    /// @param onDamaged told by searches that cannot use it
    /// @param check reads every byte of it, and fails if one is wrong; null: that has been done
    ServedIndex(
            SegmentIndex info, Content content, Arena file, Consumer<Throwable> onDamaged, @Nullable Runnable check) {
        this.info = info;
        this.content = content;
        this.path = content instanceof Content.Scalars
                ? JsonPathValues.of(info.getIndex().getParametersMap())
                : Optional.empty();
        this.onDamaged = onDamaged;
        this.check = check;
        this.references = new References(() -> {
            content.close();
            file.close();
        });
    }

    SegmentIndex info() {
        return info;
    }

    /// What is left to be checked, by a worker that holds a reference.
    Optional<Runnable> check() {
        return Optional.ofNullable(check);
    }

    int columnId() {
        return info.getIndex().getColumnId();
    }

    /// Of an index over vectors.
    Optional<Metric> metric() {
        return content instanceof Content.Vectors vectors
                ? Optional.of(vectors.index().spec().metric())
                : Optional.empty();
    }

    /// Empty when it does not rank the column by this metric.
    Optional<SegmentView.Index> find(Column column, Metric metric) {
        return columnId() == column.id()
                        && content instanceof Content.Vectors(VectorIndex index, SearcherPool searchers, var _)
                        && index.spec().metric() == metric
                ? Optional.of(new SegmentView.Index(index.spec().format(), searchers, onDamaged))
                : Optional.empty();
    }

    /// Empty when it is no index over the values of the column.
    Optional<SegmentView.Values> findValues(Column column) {
        return columnId() == column.id() && path.isEmpty() && content instanceof Content.Scalars(ScalarIndex index)
                ? Optional.of(new SegmentView.Values(info.getIndex().getName(), index, onDamaged))
                : Optional.empty();
    }

    /// Empty when it is no index over a path of the column's documents.
    Optional<SegmentView.PathValues> findPath(Column column) {
        return columnId() == column.id() && content instanceof Content.Scalars(ScalarIndex index)
                ? path.map(values -> new SegmentView.PathValues(
                        values, new SegmentView.Values(info.getIndex().getName(), index, onDamaged)))
                : Optional.empty();
    }

    /// Empty when it is no index of the column's texts by this analyzer.
    Optional<SegmentView.TextIndex> findText(Column column, String analyzer) {
        return columnId() == column.id()
                        && content
                                instanceof
                                Content.Vectors(FulltextFormat.FulltextIndex texts, SearcherPool searchers, var _)
                        && FulltextFormat.analyzer(texts.spec().parameters()).equals(analyzer)
                ? Optional.of(new SegmentView.TextIndex(
                        texts.postings(), new SegmentView.Index(FulltextFormat.NAME, searchers, onDamaged)))
                : Optional.empty();
    }

    References references() {
        return references;
    }
}
