package io.elanus.storage.text;

import io.elanus.storage.index.ValueSource;
import io.elanus.storage.kernel.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Inverted lists on the heap that grow with a segment: rows that were appended since the last look are analyzed
/// before the next. Any thread; a list that was handed out keeps its rows.
public final class TextMemory implements TextPostings {
    private final TextAnalyzer analyzer;
    private final @Nullable Set<String> only;
    private final Tokens tokens = new Tokens();
    private final Map<String, Growing> lists = new HashMap<>();
    private byte[] norms = new byte[256];
    private byte[] text = new byte[1024];
    private int rows;
    private long documents;
    private long tokenCount;

    public TextMemory(String analyzer) {
        this(analyzer, null);
    }

    /// @param only the terms that will be asked for; null: any
    public TextMemory(String analyzer, @Nullable Set<String> only) {
        this.analyzer = TextAnalyzer.of(analyzer);
        this.only = only;
    }

    /// Takes in the rows that are new in the source; its first rows are those it had before.
    public synchronized TextMemory extend(ValueSource source) {
        return extend(source, source.rows());
    }

    /// Takes in the rows below `to`.
    public synchronized TextMemory extend(ValueSource source, int to) {
        if (norms.length < to) {
            norms = Arrays.copyOf(norms, Math.max(to, 2 * norms.length));
        }
        for (; rows < to; rows++) {
            if (!source.isNull(rows)) {
                analyzer.analyze(text(source, rows), tokens);
                add();
            }
        }
        return this;
    }

    private String text(ValueSource source, int row) {
        int bytes = source.bytes(row);
        if (text.length < bytes) {
            text = new byte[2 * bytes];
        }
        MemorySegment.copy(NativeMemory.ALL, ValueLayout.JAVA_BYTE, source.address(row), text, 0, bytes);
        return new String(text, 0, bytes, StandardCharsets.UTF_8);
    }

    private void add() {
        if (tokens.count() == 0) {
            return;
        }
        documents++;
        tokenCount += tokens.count();
        norms[rows] = Bm25.norm(tokens.length());
        for (int i = 0; i < tokens.count(); i++) {
            String term = tokens.term(i);
            if (only == null || only.contains(term)) {
                lists.computeIfAbsent(term, _ -> new Growing()).add(rows, tokens.position(i));
            }
        }
    }

    public synchronized int rows() {
        return rows;
    }

    @Override
    public synchronized long documents() {
        return documents;
    }

    @Override
    public synchronized long tokens() {
        return tokenCount;
    }

    @Override
    public synchronized PostingList find(String term) {
        Growing list = lists.get(term);
        return list == null ? Frozen.EMPTY : list.freeze();
    }

    @Override
    public synchronized byte norm(int row) {
        return norms[row];
    }

    /// Every term, in the order of their UTF-8 bytes.
    public synchronized List<String> terms() {
        return lists.keySet().stream()
                .sorted((a, b) ->
                        Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    /// @param ends where the positions of each row end
    @SuppressWarnings("ArrayRecordComponent")
    private record Frozen(int count, int[] rows, int[] ends, int[] positions) implements PostingList {
        static final Frozen EMPTY = new Frozen(0, new int[0], new int[0], new int[0]);

        @Override
        public int row(int i) {
            return rows[i];
        }

        @Override
        public int frequency(int i) {
            return ends[i] - (i == 0 ? 0 : ends[i - 1]);
        }

        @Override
        public int position(int i, int j) {
            return positions[(i == 0 ? 0 : ends[i - 1]) + j];
        }
    }

    /// What is below `count` is never written again, so a frozen list can share the arrays.
    private static final class Growing {
        private int[] rows = new int[2];
        private int[] ends = new int[2];
        private int[] positions = new int[2];
        private int count;
        private int used;
        private @Nullable Frozen frozen;

        void add(int row, int position) {
            frozen = null;
            if (count == 0 || rows[count - 1] != row) {
                if (count == rows.length) {
                    rows = Arrays.copyOf(rows, 2 * count);
                    ends = Arrays.copyOf(ends, 2 * count);
                }
                rows[count++] = row;
            }
            if (used == positions.length) {
                positions = Arrays.copyOf(positions, 2 * used);
            }
            positions[used++] = position;
            ends[count - 1] = used;
        }

        Frozen freeze() {
            Frozen list = frozen;
            if (list == null) {
                list = new Frozen(count, rows, ends, positions);
                frozen = list;
            }
            return list;
        }
    }
}
