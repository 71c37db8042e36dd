package io.elanus.sql.bench;

import io.elanus.storage.index.VectorSource;
import io.elanus.storage.type.ColumnType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Texts whose words are as frequent as those of a language (Zipf), and which return to what they are about: every
/// text has a few words of its own, and every other word is one of these.
final class TextCorpus {
    private static final int VOCABULARY = 100_000;
    private static final int OWN_WORDS = 12;
    private static final int LEAST = 20;
    private static final int MOST = 120;

    private final double[] cumulative = new double[VOCABULARY];
    private final SplittableRandom random;

    TextCorpus(long seed) {
        this.random = new SplittableRandom(seed);
        double sum = 0;
        for (int rank = 0; rank < VOCABULARY; rank++) {
            sum += 1 / (rank + 2.7);
            cumulative[rank] = sum;
        }
    }

    List<String> texts(int rows) {
        List<String> texts = new ArrayList<>(rows);
        for (int row = 0; row < rows; row++) {
            int[] own = new int[OWN_WORDS];
            Arrays.setAll(own, _ -> word());
            var text = new StringBuilder();
            int length = LEAST + random.nextInt(MOST - LEAST);
            for (int i = 0; i < length; i++) {
                text.append('w')
                        .append(random.nextBoolean() ? word() : own[random.nextInt(OWN_WORDS)])
                        .append(' ');
            }
            texts.add(text.toString());
        }
        return texts;
    }

    /// Queries of so many words, each with `sign` before it.
    List<String> queries(int count, int words, String sign) {
        List<String> queries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            var query = new StringBuilder();
            for (int w = 0; w < words; w++) {
                query.append(sign).append('w').append(word()).append(' ');
            }
            queries.add(query.toString());
        }
        return queries;
    }

    private int word() {
        int found = Arrays.binarySearch(cumulative, random.nextDouble() * cumulative[VOCABULARY - 1]);
        return Math.min(VOCABULARY - 1, found < 0 ? -found - 1 : found);
    }

    /// Values of any length in native memory, as a segment has them.
    ///
    /// @param at where each starts, and where the last ends
    @SuppressWarnings("ArrayRecordComponent")
    record Values(ColumnType.Vector type, MemorySegment content, long[] at) implements VectorSource {
        static Values of(ColumnType.Vector type, List<byte[]> values, Arena arena) {
            long[] at = new long[values.size() + 1];
            for (int i = 0; i < values.size(); i++) {
                at[i + 1] = at[i] + values.get(i).length;
            }
            MemorySegment content = arena.allocate(Math.max(1, at[values.size()]), 64);
            for (int i = 0; i < values.size(); i++) {
                byte[] value = values.get(i);
                MemorySegment.copy(value, 0, content, ValueLayout.JAVA_BYTE, at[i], value.length);
            }
            return new Values(type, content, at);
        }

        static Values of(ColumnType.Vector type, Arena arena, List<String> texts) {
            return of(
                    type,
                    texts.stream()
                            .map(text -> text.getBytes(StandardCharsets.UTF_8))
                            .toList(),
                    arena);
        }

        @Override
        public int rows() {
            return at.length - 1;
        }

        @Override
        public long address(int row) {
            return content.address() + at[row];
        }

        @Override
        public int bytes(int row) {
            return (int) (at[row + 1] - at[row]);
        }

        @Override
        public boolean isNull(int row) {
            return false;
        }
    }
}
