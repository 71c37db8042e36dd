package io.elanus.cluster.querynode;

import io.elanus.storage.index.ValueSource;
import io.elanus.storage.text.TextMemory;
import io.elanus.storage.text.TextPostings;
import io.elanus.storage.text.TextQuery;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Inverted lists of the texts of a growing segment, kept from search to search and extended by the rows that came
/// since. A column with more text than [#MOST_BYTES] is analyzed anew by every search, which keeps only the lists
/// of its own terms. Any thread.
final class GrowingTexts {
    private static final long MOST_BYTES = 32L << 20;

    private record Key(int columnId, String analyzer) {}

    private final Map<Key, TextMemory> lists = new ConcurrentHashMap<>();

    TextPostings of(int columnId, String analyzer, TextQuery query, ValueSource texts) {
        var key = new Key(columnId, analyzer);
        if (bytes(texts) > MOST_BYTES) {
            lists.remove(key);
            return once(analyzer, query, texts);
        }
        return lists.computeIfAbsent(key, _ -> new TextMemory(analyzer)).extend(texts);
    }

    /// The lists of the query's terms only.
    static TextPostings once(String analyzer, TextQuery query, ValueSource texts) {
        return new TextMemory(analyzer, Set.copyOf(query.terms())).extend(texts);
    }

    private static long bytes(ValueSource texts) {
        long bytes = 0;
        for (int row = 0; row < texts.rows(); row++) {
            bytes += texts.isNull(row) ? 0 : texts.bytes(row);
        }
        return bytes;
    }
}
