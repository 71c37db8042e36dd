package io.elanus.sql.copy.parquet;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.jspecify.annotations.Nullable;

/// The pages of one column in one row group, read and decompressed one at a time.
final class ChunkPages implements PageReader {
    /// Writers cut pages at about a megabyte; more than this is damage.
    private static final int MAX_PAGE = 256 << 20;

    private static final int BUFFER = 64 << 10;

    private final ColumnMetaData metadata;
    private final CompressionCodec codec;
    private final ChunkStream chunk;
    private final InputStream in;
    private @Nullable PageHeader ahead;
    private long valuesRead;

    ChunkPages(SeekableByteChannel channel, ColumnMetaData metadata) throws IOException {
        this.metadata = metadata;
        this.codec = Fields.present(metadata.getCodec());
        long start = metadata.getData_page_offset();
        if (metadata.isSetDictionary_page_offset() && metadata.getDictionary_page_offset() > 0) {
            start = Math.min(start, metadata.getDictionary_page_offset());
        }
        long length = metadata.getTotal_compressed_size();
        if (start < 0 || length < 0 || start > channel.size() - length) {
            throw new CorruptParquetException("A column lies outside of the file.");
        }
        this.chunk = new ChunkStream(channel, start, start + length);
        this.in = new BufferedInputStream(chunk, BUFFER);
    }

    /// All that the column's pages use, also for their levels; null stands for one that is not known.
    List<@Nullable Encoding> encodings() {
        var encodings = new ArrayList<@Nullable Encoding>();
        for (var stored : Fields.present(metadata.getEncodings())) {
            encodings.add(stored == null ? null : encoding(stored));
        }
        return encodings;
    }

    /// Bytes of the file read so far.
    long bytesRead() {
        return chunk.read;
    }

    @Override
    public long getTotalValueCount() {
        return metadata.getNum_values();
    }

    @Override
    public @Nullable DictionaryPage readDictionaryPage() {
        try {
            PageHeader header = Util.readPageHeader(in);
            if (header.getType() != PageType.DICTIONARY_PAGE) {
                ahead = header;
                return null;
            }
            DictionaryPageHeader dictionary = Fields.present(header.getDictionary_page_header());
            byte[] plain = Compression.decompress(codec, payload(header), 0, size(header));
            if (dictionary.getNum_values() < 0 || dictionary.getNum_values() > plain.length) {
                throw new CorruptParquetException(
                        "A dictionary claims [%d] values.".formatted(dictionary.getNum_values()));
            }
            return new DictionaryPage(
                    BytesInput.from(plain), dictionary.getNum_values(), encoding(dictionary.getEncoding()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public @Nullable DataPage readPage() {
        try {
            while (valuesRead < metadata.getNum_values()) {
                PageHeader header = ahead == null ? Util.readPageHeader(in) : ahead;
                ahead = null;
                byte[] payload = payload(header);
                if (header.getType() == PageType.DATA_PAGE) {
                    return first(header, payload);
                }
                if (header.getType() == PageType.DATA_PAGE_V2) {
                    return second(header, payload);
                }
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Encoding encoding(org.apache.parquet.format.@Nullable Encoding stored) {
        return Encoding.valueOf(Fields.present(stored).name());
    }

    private static int size(PageHeader header) {
        int size = header.getUncompressed_page_size();
        if (size < 0 || size > MAX_PAGE) {
            throw new CorruptParquetException("A page claims [%d] bytes.".formatted(size));
        }
        return size;
    }

    private byte[] payload(PageHeader header) throws IOException {
        int size = header.getCompressed_page_size();
        if (size < 0 || size > MAX_PAGE) {
            throw new CorruptParquetException("A page claims [%d] bytes.".formatted(size));
        }
        byte[] payload = in.readNBytes(size);
        if (payload.length < size) {
            throw new CorruptParquetException("A page ends before its [%d] bytes.".formatted(size));
        }
        if (header.isSetCrc()) {
            var crc = new CRC32();
            crc.update(payload);
            if ((int) crc.getValue() != header.getCrc()) {
                throw new CorruptParquetException("A page does not match its checksum.");
            }
        }
        return payload;
    }

    private DataPage first(PageHeader header, byte[] payload) throws IOException {
        DataPageHeader page = Fields.present(header.getData_page_header());
        valuesRead += page.getNum_values();
        byte[] plain = Compression.decompress(codec, payload, 0, size(header));
        return new DataPageV1(
                BytesInput.from(plain),
                page.getNum_values(),
                plain.length,
                null,
                encoding(page.getRepetition_level_encoding()),
                encoding(page.getDefinition_level_encoding()),
                encoding(page.getEncoding()));
    }

    private DataPage second(PageHeader header, byte[] payload) throws IOException {
        DataPageHeaderV2 page = Fields.present(header.getData_page_header_v2());
        valuesRead += page.getNum_values();
        int repetition = page.getRepetition_levels_byte_length();
        int definition = page.getDefinition_levels_byte_length();
        int levels = repetition + definition;
        if (repetition < 0 || definition < 0 || levels < 0 || levels > payload.length || levels > size(header)) {
            throw new CorruptParquetException("A page's levels are longer than the page.");
        }
        boolean compressed = !page.isSetIs_compressed() || page.isIs_compressed();
        BytesInput data = compressed && payload.length > levels
                ? BytesInput.from(Compression.decompress(codec, payload, levels, size(header) - levels))
                : BytesInput.from(payload, levels, payload.length - levels);
        return DataPageV2.uncompressed(
                page.getNum_rows(),
                page.getNum_nulls(),
                page.getNum_values(),
                BytesInput.from(payload, 0, repetition),
                BytesInput.from(payload, repetition, definition),
                encoding(page.getEncoding()),
                data,
                null);
    }

    /// A part of the file, whichever others are read in turn with it.
    private static final class ChunkStream extends InputStream {
        private final SeekableByteChannel channel;
        private final long end;
        private long position;
        private long read;

        ChunkStream(SeekableByteChannel channel, long start, long end) {
            this.channel = channel;
            this.position = start;
            this.end = end;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int most = (int) Math.min(length, end - position);
            if (most <= 0) {
                return length == 0 ? 0 : -1;
            }
            int count = channel.position(position).read(ByteBuffer.wrap(target, offset, most));
            if (count > 0) {
                position += count;
                read += count;
            }
            return count;
        }
    }
}
