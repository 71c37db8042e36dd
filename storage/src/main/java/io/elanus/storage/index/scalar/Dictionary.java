package io.elanus.storage.index.scalar;

import io.elanus.storage.index.IndexFileReader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The distinct values of a file in order, each with its place. Immutable.
final class Dictionary {
    private final IndexFileReader reader;
    private final KeyForm form;
    private final MemorySegment keys;
    private final MemorySegment bytes;
    private final int size;

    Dictionary(IndexFileReader reader, KeyForm form) {
        this.reader = reader;
        this.form = form;
        this.keys = reader.section(ScalarBuild.KEYS);
        this.bytes = reader.section(ScalarBuild.KEY_BYTES);
        long places = keys.byteSize() / Long.BYTES - (form.numbers() ? 0 : 1);
        if (keys.byteSize() % Long.BYTES != 0 || places < 0 || places > Integer.MAX_VALUE) {
            throw reader.corrupt("its dictionary has [" + keys.byteSize() + "] bytes");
        }
        this.size = (int) places;
    }

    int size() {
        return size;
    }

    /// The values of the set are those from here, up to [#to].
    int from(KeySet set) {
        return switch (set) {
            case KeySet.Range(@Nullable Object low, boolean above, var _, var _) -> low == null ? 0 : first(low, above);
            case KeySet.Prefix(String text) -> first(text, false);
        };
    }

    int to(KeySet set) {
        return switch (set) {
            case KeySet.Range(var _, var _, @Nullable Object high, boolean below) ->
                high == null ? size : first(high, !below);
            case KeySet.Prefix(String text) -> firstBeyond(text.getBytes(StandardCharsets.UTF_8));
        };
    }

    /// The first value that is not below the cell, or, with `above`, that is above it.
    private int first(Object cell, boolean above) {
        byte @Nullable [] wanted = form.numbers() ? null : form.bytes(cell);
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            int order = wanted == null
                    ? form.compare(keys.get(RowLists.LONG, 8L * middle), cell)
                    : Arrays.compareUnsigned(key(middle, Integer.MAX_VALUE), wanted);
            if (order < 0 || (above && order == 0)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// The first value that is above all those that start so.
    private int firstBeyond(byte[] prefix) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Arrays.compareUnsigned(key(middle, prefix.length), prefix) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private byte[] key(int place, int most) {
        long from = keys.get(RowLists.LONG, 8L * place);
        long to = keys.get(RowLists.LONG, 8L * place + 8);
        if (from < 0 || to < from || to > bytes.byteSize()) {
            throw reader.corrupt("value [%d] of its dictionary lies at [%d] to [%d] of [%d] bytes"
                    .formatted(place, from, to, bytes.byteSize()));
        }
        return bytes.asSlice(from, Math.min(most, to - from)).toArray(ValueLayout.JAVA_BYTE);
    }
}
