package io.elanus.storage.compute;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Cells;
import io.elanus.storage.filter.JsonCells;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/// JSON_AGG and JSON_OBJECT_AGG, NULLs included: items or members as text, with commas between; NULL over no rows.
final class JsonItems implements Accumulator {
    private static final ColumnType TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);

    private final boolean members;
    private final ColumnType valueType;
    private @Nullable Object[] texts = new @Nullable Object[0];
    private long bytes;

    JsonItems(AggregateCall call) {
        this.members = call.function() == AggregateFunction.JSON_OBJECT_AGG;
        this.valueType = call.argumentTypes().getLast();
    }

    @Override
    public void grow(int count) {
        texts = Growth.objects(texts, count);
    }

    @Override
    public void add(Arguments arguments, int[] rows, int[] groups, int count) {
        for (int i = 0; i < count; i++) {
            String value = JsonCells.text(Cells.read(arguments.columns.getLast(), rows[i], valueType), valueType);
            append(groups[i], members ? name(arguments.first(), rows[i]) + ":" + value : value);
        }
    }

    private static String name(FieldVector names, int row) {
        Object name = Cells.read(names, row, TEXT);
        if (name == null) {
            throw new StorageException(
                    ErrorCode.INVALID_PARAMETER, "The name of a JSON object's member is NULL. Give it a name.");
        }
        return JsonCells.quoted((String) name);
    }

    private void append(int group, String items) {
        if (texts[group] instanceof StringBuilder earlier) {
            earlier.append(',').append(items);
        } else {
            var first = new StringBuilder();
            first.append(items);
            texts[group] = first;
            bytes += 48;
        }
        bytes += 2L * (1 + items.length());
    }

    @Override
    public void merge(List<FieldVector> states, int[] groups, int count) {
        for (int i = 0; i < count; i++) {
            if (Cells.read(states.getFirst(), i, TEXT) instanceof String items) {
                append(groups[i], items);
            }
        }
    }

    @Override
    public void absorb(Accumulator other, int[] theirs, int[] groups, int count) {
        for (int i = 0; i < count; i++) {
            if (((JsonItems) other).texts[theirs[i]] instanceof StringBuilder items) {
                append(groups[i], items.toString());
            }
        }
    }

    @Override
    public void writeState(int from, int count, List<FieldVector> columns) {
        for (int i = 0; i < count; i++) {
            Object items = texts[from + i];
            Cells.write(items == null ? null : items.toString(), TEXT, columns.getFirst(), i);
        }
    }

    @Override
    public void writeResult(int from, int count, FieldVector column) {
        for (int i = 0; i < count; i++) {
            Object items = texts[from + i];
            String document =
                    items == null ? null : members ? JsonCells.document("{" + items + "}") : "[" + items + "]";
            Cells.write(document, Simple.JSON, column, i);
        }
    }

    @Override
    public long heapBytes() {
        return 8L * texts.length + bytes;
    }
}
