package io.elanus.storage.segment;

import io.elanus.proto.grpc.KeyFileFooter;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.segment.file.FileKind;
import io.elanus.storage.segment.file.SegmentFileWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/// Sorts the keys of a segment and puts the key file together in memory of an arena.
final class KeyFileWriter {
    private static final int ALIGNMENT = 64;

    private final SegmentKeys keys;
    private final int rows;
    private final int fixed;
    private final MemorySegment filter;
    private final MemorySegment starts;
    private final MemorySegment sorted;
    private final MemorySegment ordinals;
    private int duplicates;

    /// The content of the file, which lives as long as the arena.
    static List<ByteBuffer> encode(SegmentId id, SegmentKeys keys, Arena arena) {
        var writer = new KeyFileWriter(id, keys, arena);
        writer.fill(keys.sorted());
        return writer.file(id);
    }

    private KeyFileWriter(SegmentId id, SegmentKeys keys, Arena arena) {
        this.keys = keys;
        this.rows = keys.rows();
        this.fixed = keys.fixedLength();
        long keyBytes = 0;
        for (int row = 0; row < rows; row++) {
            keyBytes += keys.length(row);
        }
        if (keyBytes > Integer.MAX_VALUE) {
            throw new StorageException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "The keys of segment [%s] take [%d] bytes and at most 2 GiB fit. Use shorter keys or smaller segments."
                            .formatted(id, keyBytes));
        }
        filter = arena.allocate(KeyFilter.bytes(rows), ALIGNMENT);
        starts = arena.allocate(fixed == 0 ? (rows + 1L) * Long.BYTES : 0, ALIGNMENT);
        sorted = arena.allocate(keyBytes, ALIGNMENT);
        ordinals = arena.allocate((long) rows * Integer.BYTES, ALIGNMENT);
    }

    private void fill(int[] order) {
        byte[] key = new byte[ALIGNMENT];
        byte[] before = new byte[ALIGNMENT];
        int lengthBefore = -1;
        long at = 0;
        for (int place = 0; place < rows; place++) {
            int length = keys.length(order[place]);
            if (length > key.length) {
                key = new byte[2 * length];
            }
            keys.copy(order[place], key);
            if (length == lengthBefore && Arrays.equals(key, 0, length, before, 0, length)) {
                duplicates++;
            }
            KeyFilter.add(filter.address(), filter.byteSize(), KeyHash.of(key, length));
            MemorySegment.copy(key, 0, sorted, ValueLayout.JAVA_BYTE, at, length);
            NativeMemory.putInt(ordinals.address() + (long) place * Integer.BYTES, order[place]);
            at += length;
            if (fixed == 0) {
                NativeMemory.putLong(starts.address() + (place + 1L) * Long.BYTES, at);
            }
            byte[] used = key;
            key = before;
            before = used;
            lengthBefore = length;
        }
    }

    private List<ByteBuffer> file(SegmentId id) {
        var writer = new SegmentFileWriter(FileKind.KEYS, id.tableId(), id.partitionId(), id.segmentId());
        for (MemorySegment block : List.of(filter, starts, sorted, ordinals)) {
            writer.add(block.asByteBuffer());
            writer.align();
            writer.endBlock();
        }
        writer.footer()
                .setKeys(KeyFileFooter.newBuilder()
                        .setRows(rows)
                        .setFixedBytes(fixed)
                        .setDuplicates(duplicates)
                        .setFilterWords((int) (filter.byteSize() / Long.BYTES)));
        return writer.finish();
    }
}
