package io.elanus.storage.index.scalar;

import io.elanus.storage.index.IndexFileWriter;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.roaringbitmap.RoaringBitmap;

/// Writes the rows of values in the ways that the package describes.
final class RowLists {
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private RowLists() {}

    static MemorySegment ints(int[] values, int count, Arena arena) {
        MemorySegment section = arena.allocate(4L * count, 4);
        MemorySegment.copy(values, 0, section, INT, 0, count);
        return section;
    }

    static MemorySegment bytes(RoaringBitmap bitmap, Arena arena) {
        bitmap.runOptimize();
        ByteBuffer bytes = ByteBuffer.allocate(bitmap.serializedSizeInBytes()).order(ByteOrder.LITTLE_ENDIAN);
        bitmap.serialize(bytes);
        return arena.allocate(bytes.capacity()).copyFrom(MemorySegment.ofArray(bytes.array()));
    }

    /// Each row as its distance to the one before, in groups of seven bits, the lowest first.
    static void writeDistances(int[] rows, int[] starts, IndexFileWriter file, Arena arena) {
        int values = starts.length - 1;
        long total = 0;
        for (int value = 0; value < values; value++) {
            int before = 0;
            for (int i = starts[value]; i < starts[value + 1]; i++) {
                total += (38 - Integer.numberOfLeadingZeros(rows[i] - before | 1)) / 7;
                before = rows[i];
            }
        }
        MemorySegment section = arena.allocate(total);
        MemorySegment places = arena.allocate(8L * (values + 1), 8);
        long at = 0;
        for (int value = 0; value < values; value++) {
            places.set(LONG, 8L * value, at);
            int before = 0;
            for (int i = starts[value]; i < starts[value + 1]; i++) {
                int rest = rows[i] - before;
                before = rows[i];
                while (rest >= 0x80) {
                    section.set(ValueLayout.JAVA_BYTE, at++, (byte) (rest | 0x80));
                    rest >>>= 7;
                }
                section.set(ValueLayout.JAVA_BYTE, at++, (byte) rest);
            }
        }
        places.set(LONG, 8L * values, at);
        file.section(ScalarBuild.ROWS, section).section(ScalarBuild.ROW_STARTS, places);
    }

    static void writeBitmaps(int[] rows, int[] starts, IndexFileWriter file, Arena arena) {
        int values = starts.length - 1;
        MemorySegment places = arena.allocate(8L * (values + 1), 8);
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            for (int value = 0; value < values; value++) {
                places.set(LONG, 8L * value, bytes.size());
                var bitmap = new RoaringBitmap();
                bitmap.addN(rows, starts[value], starts[value + 1] - starts[value]);
                bitmap.runOptimize();
                bitmap.serialize(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        places.set(LONG, 8L * values, bytes.size());
        MemorySegment section = arena.allocate(bytes.size()).copyFrom(MemorySegment.ofArray(bytes.toByteArray()));
        file.section(ScalarBuild.ROWS, section).section(ScalarBuild.ROW_STARTS, places);
    }
}
