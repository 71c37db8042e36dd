package io.elanus.sql.copy.parquet;

import io.elanus.sql.bulk.SourceFile;
import io.elanus.storage.type.ColumnType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;

/// An open file: what is in it, and its rows. The owner closes it.
public final class ParquetFile implements AutoCloseable {
    static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ENCRYPTED = "PARE".getBytes(StandardCharsets.US_ASCII);
    private static final int TAIL = 8;
    /// Among which a list is looked for that is not NULL.
    private static final int FIRST_ROWS = 1_000;

    private final SeekableByteChannel channel;
    private final FileMetaData footer;
    private final FileSchema schema;

    private ParquetFile(SeekableByteChannel channel, FileMetaData footer) {
        this.channel = channel;
        this.footer = footer;
        this.schema = FileSchema.of(Fields.present(footer.getSchema()));
    }

    public static ParquetFile open(SourceFile source) throws IOException {
        SeekableByteChannel channel = source.open();
        boolean opened = false;
        try {
            var file = new ParquetFile(channel, footer(channel));
            opened = true;
            return file;
        } finally {
            if (!opened) {
                channel.close();
            }
        }
    }

    private static FileMetaData footer(SeekableByteChannel channel) throws IOException {
        long size = channel.size();
        if (size < MAGIC.length + TAIL) {
            throw new CorruptParquetException("The file is too short for Parquet.");
        }
        byte[] start = read(channel, 0, MAGIC.length);
        byte[] tail = read(channel, size - TAIL, TAIL);
        byte[] magic = Arrays.copyOfRange(tail, Integer.BYTES, TAIL);
        if (Arrays.equals(magic, ENCRYPTED)) {
            throw new CorruptParquetException("The file is encrypted, which is not read.");
        }
        if (!Arrays.equals(start, MAGIC) || !Arrays.equals(magic, MAGIC)) {
            throw new CorruptParquetException("The file does not begin and end as Parquet does.");
        }
        int length = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (length <= 0 || length > size - MAGIC.length - TAIL) {
            throw new CorruptParquetException("The footer claims [%d] bytes.".formatted(length));
        }
        return Util.readFileMetaData(new ByteArrayInputStream(read(channel, size - TAIL - length, length)));
    }

    private static byte[] read(SeekableByteChannel channel, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.position(position + bytes.position()).read(bytes) < 0) {
                throw new CorruptParquetException("The file ends early.");
            }
        }
        return bytes.array();
    }

    public List<ParquetColumn> columns() {
        return schema.columns();
    }

    public long rowCount() {
        return footer.getNum_rows();
    }

    /// The SQL type of a column; empty when no type takes it. A list of numbers is a VECTOR when its lists are all
    /// as long as the first, going by how many values the footer counts.
    public Optional<ColumnType> type(ParquetColumn column) throws IOException {
        ParquetColumn.Leaf leaf = column.leaf();
        return leaf == null ? Optional.empty() : ReadTypes.of(leaf, leaf.list() ? length(column, leaf) : 0);
    }

    /// How many items every list of the column has; 0: it cannot be told, or they differ.
    private int length(ParquetColumn column, ParquetColumn.Leaf leaf) throws IOException {
        int length = firstLength(column);
        List<String> path = Arrays.asList(leaf.descriptor().getPath());
        for (RowGroup group : Fields.present(footer.getRow_groups())) {
            for (ColumnChunk chunk : Fields.present(group.getColumns())) {
                ColumnMetaData metadata = chunk.getMeta_data();
                if (metadata != null
                        && Fields.present(metadata.getPath_in_schema()).equals(path)
                        && !holdsLists(group.getNum_rows(), metadata.getNum_values(), length)) {
                    return 0;
                }
            }
        }
        return length;
    }

    /// Can so many rows with so many values be lists of this length? A NULL counts as one value.
    private static boolean holdsLists(long rows, long values, int length) {
        if (length < 2 || rows < 0 || rows > Long.MAX_VALUE / length) {
            return false;
        }
        long missing = rows * length - values;
        return missing >= 0 && missing % (length - 1) == 0 && missing / (length - 1) <= rows;
    }

    /// Items of the first list that is there among the first rows.
    private int firstLength(ParquetColumn column) throws IOException {
        ParquetRows rows = rows(List.of(column));
        for (int i = 0; i < FIRST_ROWS && rows.next(); i++) {
            if (rows.cells().getFirst().value(false) instanceof List<?> items) {
                return items.size();
            }
        }
        return 0;
    }

    /// All rows, with these columns of [#columns].
    public ParquetRows rows(List<ParquetColumn> columns) {
        return new ParquetRows(channel, footer, schema, columns);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
