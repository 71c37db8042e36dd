package io.elanus.sql.copy.parquet;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridDecoder;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/// The lists of floats of one column within a row group, taken from the pages' bytes without the column layer's calls
/// per element. Knows the encodings that vectors are written with: plain, and a dictionary.
///
/// A page is not expanded: levels and values are decoded as they are asked for, so that a page which claims more
/// values than it has takes no memory for them.
final class FloatLists {
    private final ChunkPages pages;
    private final ParquetColumn.Leaf leaf;
    private final int present;
    private final float[] dictionary;
    private long left;
    private int leftInPage;
    private @Nullable Page page;
    /// Is there a value that is not read yet? The two levels are its.
    private boolean ahead;

    private int repetition;
    private int definition;

    /// What is left of a page.
    ///
    /// @param indexes into the dictionary; null: the values are plain
    private record Page(
            RunLengthBitPackingHybridDecoder repetitions,
            RunLengthBitPackingHybridDecoder definitions,
            ByteBuffer plain,
            @Nullable RunLengthBitPackingHybridDecoder indexes) {}

    FloatLists(ChunkPages pages, ParquetColumn.Leaf leaf) {
        this.pages = pages;
        this.leaf = leaf;
        this.present = leaf.descriptor().getMaxDefinitionLevel();
        this.left = pages.getTotalValueCount();
        this.dictionary = left > 0 ? dictionary(pages.readDictionaryPage()) : new float[0];
    }

    /// Is the column read this way?
    static boolean takes(ChunkPages pages, ParquetColumn.Leaf leaf) {
        return leaf.list()
                && leaf.descriptor().getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.FLOAT
                && pages.encodings().stream().allMatch(FloatLists::known);
    }

    private static boolean known(@Nullable Encoding encoding) {
        return encoding == Encoding.PLAIN
                || encoding == Encoding.RLE
                || (encoding != null && encoding.usesDictionary());
    }

    private static float[] dictionary(@Nullable DictionaryPage page) {
        if (page == null) {
            return new float[0];
        }
        ByteBuffer plain = bytes(page.getBytes());
        if (plain.remaining() / Float.BYTES < page.getDictionarySize()) {
            throw new CorruptParquetException("A dictionary is shorter than its values.");
        }
        float[] values = new float[page.getDictionarySize()];
        plain.asFloatBuffer().get(values);
        return values;
    }

    private static ByteBuffer bytes(BytesInput input) {
        try {
            return ByteBuffer.wrap(ChunkStore.plain(input)).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw new UncheckedIOException("Reading memory failed", e);
        }
    }

    /// As [ParquetCells#floats].
    int read(float[] target) throws IOException {
        if (!ahead && !advance()) {
            throw new CorruptParquetException("A column has fewer values than the row group has rows.");
        }
        if (definition < leaf.repeatedAt()) {
            ahead = false;
            return definition < leaf.repeatedAt() - 1 ? ParquetCells.ABSENT : 0;
        }
        int count = 0;
        do {
            float value = definition < present ? Float.NaN : value(Fields.present(page));
            if (count < target.length) {
                target[count] = value;
            }
            count++;
            ahead = advance();
        } while (ahead && repetition > 0);
        return count;
    }

    private float value(Page from) throws IOException {
        RunLengthBitPackingHybridDecoder indexes = from.indexes();
        return indexes == null ? from.plain().getFloat() : dictionary[indexes.readInt()];
    }

    /// To the levels of the next value; false at the end.
    private boolean advance() throws IOException {
        if (left == 0) {
            return false;
        }
        while (leftInPage == 0) {
            open(pages.readPage());
        }
        Page current = Fields.present(page);
        repetition = current.repetitions().readInt();
        definition = current.definitions().readInt();
        leftInPage--;
        left--;
        return true;
    }

    private void open(@Nullable DataPage next) {
        if (next == null || next.getValueCount() < 0) {
            throw new CorruptParquetException("A column's pages have fewer values than its footer says.");
        }
        leftInPage = next.getValueCount();
        page = next instanceof DataPageV2 second ? second(second) : first((DataPageV1) next);
    }

    private Page first(DataPageV1 stored) {
        if (stored.getRlEncoding() != Encoding.RLE || stored.getDlEncoding() != Encoding.RLE) {
            throw new CorruptParquetException("A page's levels have an encoding that its column does not name.");
        }
        ByteBuffer bytes = bytes(stored.getBytes());
        var repetitions = levels(part(bytes), leaf.descriptor().getMaxRepetitionLevel());
        var definitions = levels(part(bytes), present);
        return page(repetitions, definitions, stored.getValueEncoding(), bytes);
    }

    private Page second(DataPageV2 stored) {
        var repetitions =
                levels(bytes(stored.getRepetitionLevels()), leaf.descriptor().getMaxRepetitionLevel());
        var definitions = levels(bytes(stored.getDefinitionLevels()), present);
        return page(repetitions, definitions, stored.getDataEncoding(), bytes(stored.getData()));
    }

    private static Page page(
            RunLengthBitPackingHybridDecoder repetitions,
            RunLengthBitPackingHybridDecoder definitions,
            Encoding encoding,
            ByteBuffer values) {
        if (encoding == Encoding.PLAIN) {
            return new Page(repetitions, definitions, values, null);
        }
        if (!encoding.usesDictionary()) {
            throw new CorruptParquetException(
                    "A page has encoding [%s], which its column does not name.".formatted(encoding));
        }
        // A page of absent values may lack even the width.
        int width = values.hasRemaining() ? values.get() : 0;
        if (width < 0 || width > Integer.SIZE) {
            throw new CorruptParquetException("Places in a dictionary claim [%d] bits.".formatted(width));
        }
        return new Page(repetitions, definitions, values, new RunLengthBitPackingHybridDecoder(width, stream(values)));
    }

    /// The next bytes, whose number comes before them.
    private static ByteBuffer part(ByteBuffer bytes) {
        int length = bytes.getInt();
        if (length < 0 || length > bytes.remaining()) {
            throw new CorruptParquetException("A page's levels are longer than the page.");
        }
        ByteBuffer part = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        return part;
    }

    private static RunLengthBitPackingHybridDecoder levels(ByteBuffer bytes, int most) {
        return new RunLengthBitPackingHybridDecoder(BytesUtils.getWidthFromMaxInt(most), stream(bytes));
    }

    private static ByteArrayInputStream stream(ByteBuffer bytes) {
        return new ByteArrayInputStream(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    }
}
