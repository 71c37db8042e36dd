package io.elanus.sql.copy;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.filter.Literals;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// CSV as RFC 4180 has it: quoted fields may hold delimiters, line ends and doubled quotes. An empty unquoted
/// field, or the text of option NULL, is NULL. Lines end with LF or CRLF. Reads whole records in memory.
final class CsvReader implements CopyReader {
    private final byte[] buffer;
    private final int length;
    private final byte delimiter;
    private final byte quote;
    private final byte[] nullText;
    private final FieldParser[] parsers;
    /// For each field of the file, the target's ordinal; -1: skipped. Null: fields are the targets in order.
    private final int @Nullable [] fieldTargets;

    private int at;
    private long row;

    /// Fields of the current record: where each begins and ends in the buffer, and whether it was quoted.
    private int[] starts = new int[64];

    private int[] ends = new int[64];
    private boolean[] quoted = new boolean[64];
    private int fields;

    /// @param buffer whole records, which are changed
    /// @param from where the first one begins
    CsvReader(CsvFormat format, byte[] buffer, int from, int length, int @Nullable [] fieldTargets) {
        this.buffer = buffer;
        this.at = from;
        this.length = length;
        this.delimiter = format.delimiter();
        this.quote = format.quote();
        this.nullText = format.nullText();
        this.parsers = format.columns().stream().map(FieldParser::new).toArray(FieldParser[]::new);
        this.fieldTargets = fieldTargets;
    }

    /// The texts of the next record's fields; empty at the end.
    List<String> header() {
        if (!record()) {
            return List.of();
        }
        var names = new ArrayList<String>();
        for (int i = 0; i < fields; i++) {
            names.add(columnName(FieldParser.text(buffer, starts[i], ends[i]), i));
        }
        return names;
    }

    /// The name that a field of the header gives; one without text is named by its place, from 1.
    static String columnName(String field, int at) {
        String name = field.strip();
        return name.isEmpty() ? "column" + (at + 1) : name;
    }

    /// The fields of the next record as they are written, null for NULL, for whoever does not know the columns yet;
    /// null at the end.
    @Nullable
    List<@Nullable String> texts() {
        if (!record()) {
            return null;
        }
        row++;
        var texts = new ArrayList<@Nullable String>();
        for (int i = 0; i < fields; i++) {
            texts.add(isNull(i) ? null : FieldParser.text(buffer, starts[i], ends[i]));
        }
        return texts;
    }

    @Override
    public Literal @Nullable [] next() {
        row++;
        if (!record()) {
            row--;
            return null;
        }
        int[] targets = fieldTargets;
        int expected = targets == null ? parsers.length : targets.length;
        if (fields != expected) {
            throw CopyErrors.bad("The row has [%d] fields, expected are [%d].".formatted(fields, expected));
        }
        Literal[] literals = new Literal[parsers.length];
        Arrays.fill(literals, Literals.NULL);
        for (int i = 0; i < fields; i++) {
            int target = targets == null ? i : targets[i];
            if (target >= 0 && !isNull(i)) {
                literals[target] = parsers[target].parse(buffer, starts[i], ends[i]);
            }
        }
        return literals;
    }

    private boolean isNull(int field) {
        return !quoted[field] && Arrays.equals(buffer, starts[field], ends[field], nullText, 0, nullText.length);
    }

    /// Finds the fields of the next record; false at the end. Empty lines are skipped.
    private boolean record() {
        while (at < length) {
            scan();
            boolean empty = fields == 1 && starts[0] == ends[0] && !quoted[0];
            if (!empty) {
                return true;
            }
        }
        return false;
    }

    private void scan() {
        fields = 0;
        int position = at;
        while (true) {
            boolean inQuotes = position < length && buffer[position] == quote;
            position = inQuotes ? quotedField(position + 1) : plainField(position);
            if (position >= length || buffer[position] == '\n') {
                trimCarriageReturn();
                at = Math.min(position + 1, length);
                return;
            }
            position++;
        }
    }

    /// Returns the position of what follows the field.
    private int plainField(int from) {
        int position = from;
        while (position < length && buffer[position] != delimiter && buffer[position] != '\n') {
            position++;
        }
        add(from, position, false);
        return position;
    }

    /// Unquotes a field in place and returns the position of what follows it.
    private int quotedField(int from) {
        int write = from;
        int read = from;
        while (true) {
            int run = read;
            while (read < length && buffer[read] != quote) {
                read++;
            }
            if (write != run) {
                System.arraycopy(buffer, run, buffer, write, read - run);
            }
            write += read - run;
            if (read == length) {
                at = length;
                throw CopyErrors.bad("A quoted field is not closed.");
            }
            read++;
            boolean doubled = read < length && buffer[read] == quote;
            if (!doubled) {
                break;
            }
            buffer[write++] = quote;
            read++;
        }
        add(from, write, true);
        if (read < length && buffer[read] == '\r') {
            read++;
        }
        if (read < length && buffer[read] != delimiter && buffer[read] != '\n') {
            at = read;
            throw CopyErrors.bad("Text follows the closing quote of a field.");
        }
        return read;
    }

    private void add(int start, int end, boolean wasQuoted) {
        if (fields == starts.length) {
            starts = Arrays.copyOf(starts, fields * 2);
            ends = Arrays.copyOf(ends, fields * 2);
            quoted = Arrays.copyOf(quoted, fields * 2);
        }
        starts[fields] = start;
        ends[fields] = end;
        quoted[fields] = wasQuoted;
        fields++;
    }

    private void trimCarriageReturn() {
        int last = fields - 1;
        if (!quoted[last] && ends[last] > starts[last] && buffer[ends[last] - 1] == '\r') {
            ends[last]--;
        }
    }

    @Override
    public long position() {
        return at;
    }

    @Override
    public long row() {
        return row;
    }

    @Override
    public void close() {
        // The bytes are the caller's.
    }
}
