package io.elanus.cluster.querynode;

import io.elanus.cluster.querynode.fragment.SearcherPool;
import io.elanus.cluster.querynode.fragment.SegmentView;
import io.elanus.proto.grpc.SegmentIndex;
import io.elanus.storage.index.VectorIndex;
import io.elanus.storage.segment.SegmentSnapshot;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.Metric;
import java.lang.foreign.Arena;
import java.util.function.Consumer;

/// An index of one sealed segment, open. Owned by its generations and readers together.
final class ServedIndex {
    private final SegmentIndex info;
    private final VectorIndex index;
    private final SearcherPool searchers;
    private final Consumer<Throwable> onDamaged;
    private final References references;

    /// Takes over all three.
    ///
    /// @param rows holds the vectors that the index refines its answers with
    /// @param file what the index is mapped to
    /// @param onDamaged told by searches that cannot use it
    ServedIndex(SegmentIndex info, VectorIndex index, SegmentSnapshot rows, Arena file, Consumer<Throwable> onDamaged) {
        this.info = info;
        this.index = index;
        this.onDamaged = onDamaged;
        this.searchers = new SearcherPool(index::newSearcher);
        this.references = new References(() -> {
            searchers.close();
            index.close();
            rows.close();
            file.close();
        });
    }

    SegmentIndex info() {
        return info;
    }

    boolean serves(Column column, Metric metric) {
        return columnId() == column.id() && metric() == metric;
    }

    int columnId() {
        return info.getIndex().getColumnId();
    }

    Metric metric() {
        return index.spec().metric();
    }

    SegmentView.Index view() {
        return new SegmentView.Index(index.spec().format(), searchers, onDamaged);
    }

    References references() {
        return references;
    }
}
