package io.elanus.storage.compute;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/// Copies chosen rows of many batches into one new batch. The owner closes it.
public final class RowAppender implements AutoCloseable {
    /// A row number that stands for a row of NULLs.
    public static final int NULL_ROW = ColumnAppender.NULL_ROW;

    private final Schema schema;
    private final BufferAllocator allocator;
    private VectorSchemaRoot target;
    private List<ColumnAppender> columns;
    private int rows;
    private int expected;

    public RowAppender(Schema schema, BufferAllocator allocator) {
        this.schema = schema;
        this.allocator = allocator;
        this.target = VectorSchemaRoot.create(schema, allocator);
        this.columns = appenders();
    }

    private List<ColumnAppender> appenders() {
        return target.getFieldVectors().stream()
                .map(column -> new ColumnAppender(column, expected))
                .toList();
    }

    /// After the next [#take], so many rows are likely to come until the one after that.
    void expect(int more) {
        expected = more;
    }

    public int rows() {
        return rows;
    }

    /// Copies `count` rows, `chosen[from]` and on.
    public void append(VectorSchemaRoot batch, int[] chosen, int from, int count) {
        append(batch.getFieldVectors(), chosen, 0, from, count);
        rows += count;
    }

    /// Copies rows of loose columns.
    public void append(List<FieldVector> sources, int[] chosen, int from, int count) {
        append(sources, chosen, 0, from, count);
        rows += count;
    }

    /// Copies rows as a join makes them: row `leftRows[i]` of a batch beside row `rightRows[i]` of a store.
    public void append(VectorSchemaRoot left, int[] leftRows, RowStore right, int[] rightRows, int count) {
        append(left.getFieldVectors(), leftRows, 0, 0, count);
        for (int i = left.getFieldVectors().size(); i < columns.size(); i++) {
            SourceColumn column = right.column(i - left.getFieldVectors().size());
            columns.get(i).append(column, rightRows, 0, count, rows);
        }
        rows += count;
    }

    /// Copies `count` rows of these columns into the first ones of the target; the rest of the row is appended apart,
    /// and [#take(int)] ends it.
    public void append(VectorSchemaRoot batch, int[] sources, int[] chosen, int count) {
        for (int i = 0; i < sources.length; i++) {
            columns.get(i).append(batch.getVector(sources[i]), chosen, 0, count, rows);
        }
    }

    /// Copies `count` rows of these columns of a store into the columns of the target from `first` on.
    public void append(RowStore store, int[] sources, int[] chosen, int first, int count) {
        for (int i = 0; i < sources.length; i++) {
            columns.get(first + i).append(store.column(sources[i]), chosen, 0, count, rows);
        }
    }

    private void append(List<FieldVector> sources, int[] chosen, int firstColumn, int from, int count) {
        for (int i = 0; i < sources.size(); i++) {
            columns.get(firstColumn + i).append(sources.get(i), chosen, from, count, rows);
        }
    }

    /// Copies the rows whose bits are set; row i is bit `bitOffset + i`.
    public void append(VectorSchemaRoot batch, long[] bitmap, int bitOffset) {
        int[] chosen = Selections.rows(bitmap, bitOffset, batch.getRowCount());
        append(batch, chosen, 0, chosen.length);
    }

    /// What was appended column by column.
    public VectorSchemaRoot take(int count) {
        rows = count;
        return take();
    }

    /// What was appended since the last take, owned by the caller from now on.
    public VectorSchemaRoot take() {
        target.setRowCount(rows);
        var taken = target;
        target = VectorSchemaRoot.create(schema, allocator);
        columns = appenders();
        rows = 0;
        return taken;
    }

    /// The rows of the batch whose bits are set, as a batch of its own that the caller owns.
    public static VectorSchemaRoot select(
            VectorSchemaRoot batch, long[] bitmap, int bitOffset, BufferAllocator allocator) {
        try (var appender = new RowAppender(batch.getSchema(), allocator)) {
            appender.append(batch, bitmap, bitOffset);
            return appender.take();
        }
    }

    /// Rows `from` to `from + count` of the batch, sharing its buffers; the caller owns the slice.
    public static VectorSchemaRoot slice(VectorSchemaRoot batch, int from, int count, BufferAllocator allocator) {
        var columns = new ArrayList<FieldVector>();
        for (FieldVector column : batch.getFieldVectors()) {
            var pair = column.getTransferPair(column.getField(), allocator);
            pair.splitAndTransfer(from, count);
            columns.add((FieldVector) pair.getTo());
        }
        return new VectorSchemaRoot(columns.stream().map(FieldVector::getField).toList(), columns, count);
    }

    @Override
    public void close() {
        target.close();
    }
}
