package io.elanus.cluster.querynode.fragment;

import io.elanus.storage.filter.Literals;
import io.elanus.storage.index.Query;
import io.elanus.storage.text.TextStatistics;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// The statistics of a text query over all segments, as one row. Rows count whether they are visible or not; see
/// [io.elanus.storage.text].
final class TextCounts implements RowProducer {
    private static final ColumnType FREQUENCIES = new ColumnType.Array(Simple.BIGINT);
    static final Schema SCHEMA = new Schema(List.of(
            ArrowTypes.field("documents", Simple.BIGINT),
            ArrowTypes.field("tokens", Simple.BIGINT),
            ArrowTypes.field("frequencies", FREQUENCIES)));

    private final TextStatistics counted;
    private final BufferAllocator memory;
    private boolean produced;

    private TextCounts(TextStatistics counted, BufferAllocator memory) {
        this.counted = counted;
        this.memory = memory;
    }

    static TextCounts of(Column column, Query.Text search, FragmentResources resources) {
        var counted = new TextStatistics(
                0, 0, search.query().terms().stream().map(_ -> 0L).toList());
        for (SegmentView segment : resources.view().segments()) {
            resources.guard().check();
            counted = counted.plus(TextReads.count(segment, column, search));
        }
        return new TextCounts(counted, resources.memory());
    }

    @Override
    public @Nullable VectorSchemaRoot produce() {
        if (produced) {
            return null;
        }
        produced = true;
        VectorSchemaRoot row = VectorSchemaRoot.create(SCHEMA, memory);
        Literals.write(counted.documents(), Simple.BIGINT, row.getVector(0), 0);
        Literals.write(counted.tokens(), Simple.BIGINT, row.getVector(1), 0);
        Literals.write(counted.frequencies(), FREQUENCIES, row.getVector(2), 0);
        row.setRowCount(1);
        return row;
    }

    @Override
    public void close() {}
}
