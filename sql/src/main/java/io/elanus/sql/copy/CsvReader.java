package io.elanus.sql.copy;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.Column;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// CSV as RFC 4180 has it: quoted fields may hold delimiters, line ends and doubled quotes. An empty unquoted
/// field, or the text of option NULL, is NULL. Lines end with LF or CRLF.
final class CsvReader implements CopyReader {
    private static final int BUFFER = 1 << 20;
    private static final int MAX_RECORD = 64 << 20;

    private final String name;
    private final InputStream in;
    private final byte delimiter;
    private final byte quote;
    private final byte[] nullText;
    private final FieldParser[] parsers;
    private byte[] buffer = new byte[BUFFER];
    private int at;
    private int filled;
    private long consumed;
    private boolean ended;
    private long row;

    /// Fields of the current record: where each begins and ends in the buffer, and whether it was quoted.
    private int[] starts = new int[64];
    private int[] ends = new int[64];
    private boolean[] quoted = new boolean[64];
    private int fields;
    /// For each field of the file, the target's ordinal; -1: skipped. Null: fields are the targets in order.
    private int @Nullable [] fieldTargets;

    CsvReader(CopyPlan plan, InputStream in) {
        this.name = plan.name();
        this.in = in;
        boolean tabs = plan.format() == CopyPlan.Format.TSV;
        this.delimiter = (byte) plan.options().character("delimiter", tabs ? '\t' : ',');
        this.quote = (byte) plan.options().character("quote", '"');
        this.nullText = plan.options().text("null", "").getBytes(StandardCharsets.UTF_8);
        this.parsers = plan.columns().stream().map(FieldParser::new).toArray(FieldParser[]::new);
        if (plan.options().flag("header", false) && record()) {
            header(plan);
        }
    }

    /// Without a column list the header says which field is which column.
    private void header(CopyPlan plan) {
        if (plan.named()) {
            return;
        }
        List<String> columns = plan.columns().stream().map(Column::name).toList();
        int[] targets = new int[fields];
        var seen = new ArrayList<String>();
        for (int i = 0; i < fields; i++) {
            String field = columnName(FieldParser.text(buffer, starts[i], ends[i]), i);
            targets[i] = columns.indexOf(field);
            if (targets[i] < 0) {
                targets[i] = columns.indexOf(field.toLowerCase(java.util.Locale.ROOT));
            }
            seen.add(field);
        }
        if (Arrays.stream(targets).allMatch(target -> target < 0)) {
            throw CopyErrors.bad(
                    "The header of file [%s] names none of the table's columns: %s.".formatted(name, seen));
        }
        fieldTargets = targets;
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
        if (!record()) {
            return null;
        }
        row++;
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
        while (true) {
            if (at == filled && !fill(at)) {
                return false;
            }
            int start = at;
            scan();
            boolean empty = fields == 1 && starts[0] == ends[0] && !quoted[0];
            if (!empty) {
                return true;
            }
            if (at == start) {
                return false;
            }
        }
    }

    private void scan() {
        fields = 0;
        int recordStart = at;
        int position = at;
        while (true) {
            if (position == filled) {
                int shift = recordStart;
                fill(recordStart);
                recordStart = at;
                position -= shift - recordStart;
            }
            int fieldStart = position;
            boolean inQuotes = position < filled && buffer[position] == quote;
            if (inQuotes) {
                int shift = recordStart;
                position = quotedField(recordStart, position + 1);
                recordStart = at;
                position -= shift - recordStart;
            } else {
                while (true) {
                    if (position == filled) {
                        int shift = recordStart;
                        boolean more = fill(recordStart);
                        recordStart = at;
                        position -= shift - recordStart;
                        fieldStart -= shift - recordStart;
                        if (!more) {
                            break;
                        }
                    }
                    byte b = buffer[position];
                    if (b == delimiter || b == '\n') {
                        break;
                    }
                    position++;
                }
                add(fieldStart, position, false);
            }
            if (position >= filled) {
                int shift = recordStart;
                boolean more = fill(recordStart);
                recordStart = at;
                position -= shift - recordStart;
                if (!more) {
                    at = position;
                    return;
                }
            }
            if (buffer[position] == '\n') {
                trimCarriageReturn();
                at = position + 1;
                return;
            }
            position++;
        }
    }

    /// Unquotes a field in place and returns the position of what follows it.
    private int quotedField(int recordStart, int from) {
        int begin = recordStart;
        int start = from;
        int write = from;
        int read = from;
        while (true) {
            if (read == filled) {
                int shift = begin;
                boolean more = fill(begin);
                begin = at;
                read -= shift - begin;
                write -= shift - begin;
                start -= shift - begin;
                if (!more) {
                    throw CopyErrors.bad("A quoted field is not closed.");
                }
            }
            byte b = buffer[read++];
            if (b != quote) {
                buffer[write++] = b;
                continue;
            }
            if (read == filled) {
                int shift = begin;
                fill(begin);
                begin = at;
                read -= shift - begin;
                write -= shift - begin;
                start -= shift - begin;
            }
            if (read < filled && buffer[read] == quote) {
                buffer[write++] = quote;
                read++;
                continue;
            }
            add(start, write, true);
            if (read < filled && buffer[read] == '\r') {
                read++;
            }
            if (read < filled && buffer[read] != delimiter && buffer[read] != '\n') {
                throw CopyErrors.bad("Text follows the closing quote of a field.");
            }
            return read + (recordStart - begin);
        }
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

    /// Reads more behind `keepFrom`, which moves to the buffer's start together with the fields found so far. False
    /// at the end of the file.
    private boolean fill(int keepFrom) {
        if (ended) {
            return false;
        }
        if (keepFrom > 0) {
            System.arraycopy(buffer, keepFrom, buffer, 0, filled - keepFrom);
            filled -= keepFrom;
            consumed += keepFrom;
            for (int i = 0; i < fields; i++) {
                starts[i] -= keepFrom;
                ends[i] -= keepFrom;
            }
            at = 0;
        } else if (filled == buffer.length) {
            if (filled >= MAX_RECORD) {
                throw CopyErrors.bad("A row is longer than [%d] bytes; a quote may be missing.".formatted(MAX_RECORD));
            }
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        at = 0;
        try {
            int read = in.read(buffer, filled, buffer.length - filled);
            if (read < 0) {
                ended = true;
                return false;
            }
            filled += read;
            return true;
        } catch (IOException e) {
            throw CopyErrors.unreadable(name, e);
        }
    }

    @Override
    public long position() {
        return consumed + at;
    }

    @Override
    public long row() {
        return row;
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw new QueryException(
                    io.elanus.storage.ErrorCode.IO_ERROR, "File [%s] could not be closed.".formatted(name), 0, null, e);
        }
    }
}
