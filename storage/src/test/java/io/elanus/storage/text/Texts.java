package io.elanus.storage.text;

import io.elanus.storage.index.VectorSource;
import io.elanus.storage.index.inverted.FulltextFormat;
import io.elanus.storage.type.ColumnType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Texts in native memory.
public final class Texts implements VectorSource, AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final List<@Nullable MemorySegment> rows = new ArrayList<>();

    public Texts(List<@Nullable String> texts) {
        for (String text : texts) {
            if (text == null) {
                rows.add(null);
                continue;
            }
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            MemorySegment at = arena.allocate(Math.max(1, utf8.length));
            MemorySegment.copy(utf8, 0, at, ValueLayout.JAVA_BYTE, 0, utf8.length);
            rows.add(at.asSlice(0, utf8.length));
        }
    }

    /// Words as in language: few are frequent, most are rare; some texts are empty or NULL.
    public static List<@Nullable String> random(int count, int words, SplittableRandom random) {
        List<@Nullable String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (random.nextInt(40) == 0) {
                texts.add(random.nextBoolean() ? null : "  ");
                continue;
            }
            var text = new StringBuilder();
            int length = 1 + random.nextInt(random.nextInt(10) == 0 ? 300 : 30);
            for (int w = 0; w < length; w++) {
                text.append(word(words, random)).append(random.nextInt(8) == 0 ? ", " : " ");
            }
            texts.add(text.toString());
        }
        return texts;
    }

    public static String word(int words, SplittableRandom random) {
        String[] stems = {"run", "index", "vector", "search", "queri", "cat", "hous", "the", "compute", "light"};
        int number = (int) (words * Math.pow(random.nextDouble(), 2.5));
        String ending = new String[] {"", "s", "ing", "ed"}[number % 4];
        return stems[number % stems.length] + (number / stems.length == 0 ? "" : "x" + number / stems.length) + ending;
    }

    @Override
    public ColumnType.Vector type() {
        return FulltextFormat.TEXT;
    }

    @Override
    public int rows() {
        return rows.size();
    }

    @Override
    public long address(int row) {
        MemorySegment at = rows.get(row);
        return at == null ? 0 : at.address();
    }

    @Override
    public int bytes(int row) {
        MemorySegment at = rows.get(row);
        return at == null ? 0 : (int) at.byteSize();
    }

    @Override
    public boolean isNull(int row) {
        return rows.get(row) == null;
    }

    @Override
    public void close() {
        arena.close();
    }
}
