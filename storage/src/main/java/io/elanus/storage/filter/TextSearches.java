package io.elanus.storage.filter;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Step.RowFunction;
import io.elanus.storage.text.Bm25;
import io.elanus.storage.text.TextAnalyzer;
import io.elanus.storage.text.TextCell;
import io.elanus.storage.text.TextQuery;
import io.elanus.storage.text.TextStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Full-text functions, a text at a time. One of these belongs to one compiled expression; it keeps what it made of
/// the last query, which is the same for all rows as a rule.
final class TextSearches {
    private static final String BEFORE = "<b>";
    private static final String AFTER = "</b>";
    private static final int STATISTICS = 4;

    private record Read(String query, String mode, String analyzer, TextCell cell) {}

    private @Nullable Read last;
    private @Nullable Bm25 score;

    RowFunction match() {
        return cells -> cell(
                        cells, cells.length > 2 ? (String) cells[2] : "", cells.length > 3 ? (String) cells[3] : "")
                .matches((String) cells[0]);
    }

    RowFunction score(Expr.Call call) {
        if (call.arguments().size() <= STATISTICS) {
            throw new StorageException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "BM25 compares a text with all others of its column. Give it a VARCHAR column of a table.");
        }
        return cells -> {
            TextCell cell = cell(cells, (String) cells[2], (String) cells[3]);
            Bm25 known = score;
            if (known == null) {
                known = new Bm25(cell.query(), statistics((List<?>) cells[STATISTICS]));
                score = known;
            }
            return (double) cell.score((String) cells[0], known);
        };
    }

    private static TextStatistics statistics(List<?> counts) {
        var frequencies = new ArrayList<Long>();
        for (Object count : counts.subList(2, counts.size())) {
            frequencies.add((Long) count);
        }
        return new TextStatistics((Long) counts.get(0), (Long) counts.get(1), frequencies);
    }

    RowFunction highlight() {
        return cells -> cell(cells, "", cells.length > 4 ? (String) cells[4] : "")
                .highlight(
                        (String) cells[0],
                        cells.length > 2 ? (String) cells[2] : BEFORE,
                        cells.length > 3 ? (String) cells[3] : AFTER);
    }

    private TextCell cell(Object[] cells, String mode, String analyzer) {
        String query = (String) cells[1];
        Read read = last;
        boolean same = read != null
                && read.query().equals(query)
                && read.mode().equals(mode)
                && read.analyzer().equals(analyzer);
        if (read == null || !same) {
            String name = analyzer.isEmpty() ? TextAnalyzer.DEFAULT : analyzer;
            read = new Read(query, mode, analyzer, new TextCell(query, name, mode(mode)));
            last = read;
            score = null;
        }
        return read.cell();
    }

    private static TextQuery.Mode mode(String name) {
        if (name.isEmpty()) {
            return TextQuery.Mode.QUERY;
        }
        try {
            return TextQuery.Mode.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException _) {
            throw new StorageException(
                    ErrorCode.INVALID_PARAMETER,
                    "A text query is not read in the mode [%s]. Write query, all or phrase.".formatted(name));
        }
    }
}
