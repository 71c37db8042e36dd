package io.elanus.sql.copy.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriteStore;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.SizeStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.statistics.geospatial.GeospatialStatistics;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;

/// The compressed pages of one row group, in memory until it ends.
final class ChunkStore implements PageWriteStore {
    private final CompressionCodec codec;
    private final Map<String, Pages> byColumn = new HashMap<>();

    ChunkStore(CompressionCodec codec) {
        this.codec = codec;
    }

    @Override
    public PageWriter getPageWriter(ColumnDescriptor column) {
        return pages(column);
    }

    private Pages pages(ColumnDescriptor column) {
        return byColumn.computeIfAbsent(String.join("\0", column.getPath()), _ -> new Pages());
    }

    long bytes() {
        return byColumn.values().stream().mapToLong(pages -> pages.stored).sum();
    }

    /// What to write for the column, in order.
    List<ByteBuffer> parts(ColumnDescriptor column) {
        Pages pages = pages(column);
        var parts = new ArrayList<ByteBuffer>();
        pages.dictionary.forEach(part -> parts.add(ByteBuffer.wrap(part)));
        pages.data.forEach(part -> parts.add(ByteBuffer.wrap(part)));
        return parts;
    }

    /// The column's entry in the footer.
    ///
    /// @param position in the file where its parts will begin
    ColumnChunk chunk(ColumnDescriptor column, long position) {
        Pages pages = pages(column);
        long dictionary =
                pages.dictionary.stream().mapToLong(part -> part.length).sum();
        var encodings = new ArrayList<org.apache.parquet.format.Encoding>();
        for (Encoding encoding : pages.encodings) {
            encodings.add(org.apache.parquet.format.Encoding.valueOf(encoding.name()));
        }
        var metadata = new ColumnMetaData(
                physical(column),
                encodings,
                Arrays.asList(column.getPath()),
                codec,
                pages.values,
                pages.plain,
                pages.stored,
                position + dictionary);
        if (dictionary > 0) {
            metadata.setDictionary_page_offset(position);
        }
        var chunk = new ColumnChunk(0);
        chunk.setMeta_data(metadata);
        return chunk;
    }

    private static Type physical(ColumnDescriptor column) {
        return switch (column.getPrimitiveType().getPrimitiveTypeName()) {
            case BOOLEAN -> Type.BOOLEAN;
            case INT32 -> Type.INT32;
            case INT64 -> Type.INT64;
            case INT96 -> Type.INT96;
            case FLOAT -> Type.FLOAT;
            case DOUBLE -> Type.DOUBLE;
            case BINARY -> Type.BYTE_ARRAY;
            case FIXED_LEN_BYTE_ARRAY -> Type.FIXED_LEN_BYTE_ARRAY;
        };
    }

    /// A copy of the bytes.
    static byte[] plain(BytesInput bytes) throws IOException {
        var out = new ByteArrayOutputStream((int) bytes.size());
        bytes.writeAllTo(out);
        return out.toByteArray();
    }

    /// One column's pages, headers and payloads in turn.
    private final class Pages implements PageWriter {
        private final List<byte[]> dictionary = new ArrayList<>();
        private final List<byte[]> data = new ArrayList<>();
        private final Set<Encoding> encodings = EnumSet.noneOf(Encoding.class);
        private long values;
        private long plain;
        private long stored;

        @Override
        @Deprecated // The interface demands it; the column layer calls the longest form.
        public void writePage(
                BytesInput bytes,
                int valueCount,
                Statistics<?> statistics,
                Encoding repetition,
                Encoding definition,
                Encoding encoding)
                throws IOException {
            page(bytes, valueCount, List.of(repetition, definition, encoding));
        }

        @Override
        public void writePage(
                BytesInput bytes,
                int valueCount,
                int rowCount,
                Statistics<?> statistics,
                Encoding repetition,
                Encoding definition,
                Encoding encoding)
                throws IOException {
            page(bytes, valueCount, List.of(repetition, definition, encoding));
        }

        @Override
        public void writePage(
                BytesInput bytes,
                int valueCount,
                int rowCount,
                Statistics<?> statistics,
                SizeStatistics sizes,
                GeospatialStatistics places,
                Encoding repetition,
                Encoding definition,
                Encoding encoding)
                throws IOException {
            page(bytes, valueCount, List.of(repetition, definition, encoding));
        }

        /// @param used of repetition levels, of definition levels, of values
        private void page(BytesInput bytes, int valueCount, List<Encoding> used) throws IOException {
            var page = new DataPageHeader(valueCount, stored(used.get(2)), stored(used.get(1)), stored(used.get(0)));
            values += valueCount;
            encodings.addAll(used);
            add(new PageHeader(PageType.DATA_PAGE, 0, 0).setData_page_header(page), plain(bytes), data);
        }

        private static org.apache.parquet.format.Encoding stored(Encoding encoding) {
            return org.apache.parquet.format.Encoding.valueOf(encoding.name());
        }

        @Override
        public void writePageV2(
                int rowCount,
                int nullCount,
                int valueCount,
                BytesInput repetitionLevels,
                BytesInput definitionLevels,
                Encoding encoding,
                BytesInput bytes,
                Statistics<?> statistics) {
            throw new IllegalStateException("Pages are of version 1");
        }

        @Override
        public void writeDictionaryPage(DictionaryPage page) throws IOException {
            var entries = new DictionaryPageHeader(page.getDictionarySize(), stored(page.getEncoding()));
            var header = new PageHeader(PageType.DICTIONARY_PAGE, 0, 0).setDictionary_page_header(entries);
            encodings.add(page.getEncoding());
            add(header, plain(page.getBytes()), dictionary);
        }

        private void add(PageHeader header, byte[] bytes, List<byte[]> parts) throws IOException {
            byte[] compressed = Compression.compress(codec, bytes);
            var crc = new CRC32();
            crc.update(compressed);
            header.setUncompressed_page_size(bytes.length);
            header.setCompressed_page_size(compressed.length);
            header.setCrc((int) crc.getValue());
            var encoded = new ByteArrayOutputStream();
            Util.writePageHeader(header, encoded);
            parts.add(encoded.toByteArray());
            parts.add(compressed);
            plain += encoded.size() + bytes.length;
            stored += encoded.size() + compressed.length;
        }

        @Override
        public long getMemSize() {
            return stored;
        }

        @Override
        public long allocatedSize() {
            return stored;
        }

        @Override
        public String memUsageString(String prefix) {
            return prefix + " " + stored + " bytes";
        }
    }
}
