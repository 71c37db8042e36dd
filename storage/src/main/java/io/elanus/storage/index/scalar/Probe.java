package io.elanus.storage.index.scalar;

import io.elanus.storage.index.scalar.ScalarIndex.Span;
import java.util.List;

/// A condition as indexes of one segment answer it: rows for which it may be TRUE.
sealed interface Probe {
    /// Is it TRUE for all rows that are marked? Else they have to be looked at.
    boolean exact();

    /// Rows at most.
    long count();

    /// Sets the bits of its rows.
    void mark(long[] words);

    /// Input ordinals of the indexes that it asks.
    List<Integer> inputs();

    record Values(int input, ScalarIndex index, List<Span> spans, boolean exact) implements Probe {
        @Override
        public long count() {
            return spans.stream().mapToLong(index::count).sum();
        }

        @Override
        public void mark(long[] words) {
            spans.forEach(span -> index.mark(span, words));
        }

        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        /// Can two conditions on the column be made one range?
        boolean mayJoin(Probe other) {
            return other instanceof Values values
                    && values.input == input
                    && !index.ofItems()
                    && spans.size() == 1
                    && values.spans.size() == 1
                    && exact == values.exact;
        }

        Values join(Values other) {
            return new Values(input, index, List.of(spans.getFirst().and(other.spans.getFirst())), exact);
        }
    }

    record Nulls(int input, ScalarIndex index) implements Probe {
        @Override
        public boolean exact() {
            return true;
        }

        @Override
        public long count() {
            return index.nullCount();
        }

        @Override
        public void mark(long[] words) {
            index.markNulls(words);
        }

        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }
    }

    record NotNulls(int input, ScalarIndex index) implements Probe {
        @Override
        public boolean exact() {
            return true;
        }

        @Override
        public long count() {
            return index.rows() - index.nullCount();
        }

        @Override
        public void mark(long[] words) {
            long[] nulls = new long[words.length];
            index.markNulls(nulls);
            for (int w = 0; w < words.length; w++) {
                words[w] |= ~nulls[w] & rowsOfWord(w);
            }
        }

        private long rowsOfWord(int word) {
            int left = index.rows() - (word << 6);
            return left >= 64 ? -1L : (1L << left) - 1;
        }

        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }
    }

    record Either(List<Probe> parts) implements Probe {
        @Override
        public boolean exact() {
            return parts.stream().allMatch(Probe::exact);
        }

        @Override
        public long count() {
            return parts.stream().mapToLong(Probe::count).sum();
        }

        @Override
        public void mark(long[] words) {
            parts.forEach(part -> part.mark(words));
        }

        @Override
        public List<Integer> inputs() {
            return parts.stream().flatMap(part -> part.inputs().stream()).toList();
        }
    }

    /// @param whole nothing of the condition is left out
    record All(List<Probe> parts, boolean whole) implements Probe {
        @Override
        public boolean exact() {
            return whole && parts.stream().allMatch(Probe::exact);
        }

        @Override
        public long count() {
            return parts.stream().mapToLong(Probe::count).min().orElse(0);
        }

        @Override
        public void mark(long[] words) {
            long[] all = new long[words.length];
            parts.getFirst().mark(all);
            for (Probe part : parts.subList(1, parts.size())) {
                long[] one = new long[words.length];
                part.mark(one);
                for (int w = 0; w < all.length; w++) {
                    all[w] &= one[w];
                }
            }
            for (int w = 0; w < all.length; w++) {
                words[w] |= all[w];
            }
        }

        @Override
        public List<Integer> inputs() {
            return parts.stream().flatMap(part -> part.inputs().stream()).toList();
        }
    }
}
