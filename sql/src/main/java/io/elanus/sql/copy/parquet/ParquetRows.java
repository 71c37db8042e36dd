package io.elanus.sql.copy.parquet;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.example.DummyRecordConverter;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;

/// The rows of a file in order, row group after row group.
public final class ParquetRows {
    private final SeekableByteChannel channel;
    private final FileMetaData footer;
    private final FileSchema schema;
    private final List<ParquetColumn> wanted;
    private List<ParquetCells> cells = List.of();
    private List<ChunkPages> open = List.of();
    private int nextGroup;
    private long rowsLeft;
    private long bytesBefore;

    ParquetRows(SeekableByteChannel channel, FileMetaData footer, FileSchema schema, List<ParquetColumn> wanted) {
        this.channel = channel;
        this.footer = footer;
        this.schema = schema;
        this.wanted = List.copyOf(wanted);
    }

    /// Steps to the next row; false at the end. Afterwards every one of [#cells] must be read exactly once.
    public boolean next() throws IOException {
        while (rowsLeft == 0) {
            if (nextGroup == footer.getRow_groupsSize()) {
                return false;
            }
            openGroup(Fields.present(footer.getRow_groups()).get(nextGroup++));
        }
        rowsLeft--;
        return true;
    }

    /// The cells of the current row, in the order of the columns asked for.
    public List<ParquetCells> cells() {
        return cells;
    }

    /// Bytes of the file read so far.
    public long bytesRead() {
        return bytesBefore + open.stream().mapToLong(ChunkPages::bytesRead).sum();
    }

    private void openGroup(RowGroup group) throws IOException {
        bytesBefore = bytesRead();
        open = new ArrayList<>();
        rowsLeft = group.getNum_rows();
        if (rowsLeft < 0) {
            throw new CorruptParquetException("A row group has [%d] rows.".formatted(rowsLeft));
        }
        var pages = new HashMap<List<String>, ChunkPages>();
        for (ColumnChunk chunk : Fields.present(group.getColumns())) {
            if (chunk.isSetFile_path()) {
                throw new CorruptParquetException("The file's columns are in other files, which are not read.");
            }
            if (!chunk.isSetMeta_data()) {
                throw new CorruptParquetException("A column is encrypted, which is not read.");
            }
            ColumnMetaData metadata = Fields.present(chunk.getMeta_data());
            List<String> path = Fields.present(metadata.getPath_in_schema());
            if (wanted.stream()
                    .anyMatch(column ->
                            column.leaf() != null && path(column.leaf()).equals(path))) {
                ChunkPages column = new ChunkPages(channel, metadata);
                pages.put(path, column);
                open.add(column);
            }
        }
        var store = new ColumnReadStoreImpl(
                new Pages(pages, rowsLeft),
                new DummyRecordConverter(schema.message()).getRootConverter(),
                schema.message(),
                footer.getCreated_by());
        var readers = new ArrayList<ParquetCells>();
        for (ParquetColumn column : wanted) {
            ParquetColumn.Leaf leaf = column.leaf();
            ChunkPages stored = leaf == null ? null : pages.get(path(leaf));
            if (leaf == null || stored == null) {
                throw new CorruptParquetException("A row group lacks column [%s].".formatted(column.name()));
            }
            readers.add(new ParquetCells(store, stored, leaf));
        }
        cells = List.copyOf(readers);
    }

    private static List<String> path(ParquetColumn.Leaf leaf) {
        return Arrays.asList(leaf.descriptor().getPath());
    }

    private record Pages(Map<List<String>, ChunkPages> byPath, long rows) implements PageReadStore {
        @Override
        public PageReader getPageReader(ColumnDescriptor descriptor) {
            ChunkPages pages = byPath.get(Arrays.asList(descriptor.getPath()));
            if (pages == null) {
                throw new CorruptParquetException("A row group lacks a column.");
            }
            return pages;
        }

        @Override
        public long getRowCount() {
            return rows;
        }
    }
}
