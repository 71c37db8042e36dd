package io.elanus.storage.compute;

import io.elanus.storage.filter.Cells;
import io.elanus.storage.type.ColumnType;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/// STRING_AGG: NULL values are passed over, a NULL delimiter is empty.
final class JoinedTexts implements Accumulator {
    private static final ColumnType TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);
    private @Nullable Object[] texts = new @Nullable Object[0];
    private @Nullable Object[] delimiters = new @Nullable Object[0];
    private long bytes;

    @Override
    public void grow(int count) {
        texts = Growth.objects(texts, count);
        delimiters = Growth.objects(delimiters, count);
    }

    @Override
    public void add(Arguments arguments, int[] rows, int[] groups, int count) {
        for (int i = 0; i < count; i++) {
            Object text = Cells.read(arguments.first(), rows[i], TEXT);
            Object delimiter = Cells.read(arguments.columns.get(1), rows[i], TEXT);
            append(groups[i], delimiter == null ? "" : (String) delimiter, (String) text);
        }
    }

    private void append(int group, String delimiter, @Nullable String text) {
        if (text == null) {
            return;
        }
        if (texts[group] instanceof StringBuilder earlier) {
            earlier.append(delimiter).append(text);
        } else {
            var joined = new StringBuilder();
            joined.append(text);
            texts[group] = joined;
            delimiters[group] = delimiter;
        }
        bytes += 2L * (delimiter.length() + text.length());
    }

    @Override
    public void merge(List<FieldVector> states, int[] groups, int count) {
        for (int i = 0; i < count; i++) {
            Object delimiter = Cells.read(states.getFirst(), i, TEXT);
            Object text = Cells.read(states.get(1), i, TEXT);
            append(groups[i], delimiter == null ? "" : (String) delimiter, (String) text);
        }
    }

    @Override
    public void absorb(Accumulator other, int[] theirs, int[] groups, int count) {
        var joined = (JoinedTexts) other;
        for (int i = 0; i < count; i++) {
            if (joined.texts[theirs[i]] instanceof StringBuilder text
                    && joined.delimiters[theirs[i]] instanceof String delimiter) {
                append(groups[i], delimiter, text.toString());
            }
        }
    }

    @Override
    public void writeState(int from, int count, List<FieldVector> columns) {
        for (int i = 0; i < count; i++) {
            Cells.write(delimiters[from + i], TEXT, columns.getFirst(), i);
        }
        writeResult(from, count, columns.get(1));
    }

    @Override
    public void writeResult(int from, int count, FieldVector column) {
        for (int i = 0; i < count; i++) {
            Object text = texts[from + i];
            Cells.write(text == null ? null : text.toString(), TEXT, column, i);
        }
    }

    @Override
    public long heapBytes() {
        return 16L * texts.length + bytes;
    }
}
