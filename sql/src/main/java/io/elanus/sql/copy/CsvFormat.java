package io.elanus.sql.copy;

import io.elanus.storage.type.Column;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// CSV and TSV. The first block has the header, if there is one; it says for all others which field is which
/// column.
final class CsvFormat implements TextFormat {
    private final CopyPlan plan;
    private final byte delimiter;
    private final byte quote;
    private final byte[] nullText;
    private boolean begun;
    private int @Nullable [] fieldTargets;

    CsvFormat(CopyPlan plan) {
        this.plan = plan;
        boolean tabs = plan.format() == CopyPlan.Format.TSV;
        this.delimiter = (byte) plan.options().character("delimiter", tabs ? '\t' : ',');
        this.quote = (byte) plan.options().character("quote", '"');
        this.nullText = plan.options().text("null", "").getBytes(StandardCharsets.UTF_8);
    }

    byte delimiter() {
        return delimiter;
    }

    byte quote() {
        return quote;
    }

    byte[] nullText() {
        return nullText;
    }

    List<Column> columns() {
        return plan.columns();
    }

    /// A line end is the end of a record unless it is within quotes, and quotes begin at the start of a field only.
    @Override
    public int end(byte[] bytes, int length) {
        int end = 0;
        int at = 0;
        while (at < length) {
            if (bytes[at] == quote) {
                at = afterQuotes(bytes, at + 1, length);
            }
            while (at < length && bytes[at] != delimiter && bytes[at] != '\n') {
                at++;
            }
            if (at < length && bytes[at] == '\n') {
                end = at + 1;
            }
            at++;
        }
        return end;
    }

    private int afterQuotes(byte[] bytes, int from, int length) {
        int at = from;
        while (at < length) {
            if (bytes[at] != quote) {
                at++;
            } else if (at + 1 < length && bytes[at + 1] == quote) {
                at += 2;
            } else {
                return at + 1;
            }
        }
        return length;
    }

    @Override
    public CopyReader reader(byte[] bytes, int length) {
        int from = 0;
        if (!begun) {
            begun = true;
            if (plan.options().flag("header", false)) {
                var header = new CsvReader(this, bytes, 0, length, null);
                List<String> names = header.header();
                from = Math.toIntExact(header.position());
                fieldTargets = plan.named() || names.isEmpty() ? null : targets(names);
            }
        }
        return new CsvReader(this, bytes, from, length, fieldTargets);
    }

    /// Without a column list the header says which field is which column.
    private int[] targets(List<String> names) {
        List<String> columns = plan.columns().stream().map(Column::name).toList();
        int[] targets = new int[names.size()];
        boolean any = false;
        for (int i = 0; i < targets.length; i++) {
            int exact = columns.indexOf(names.get(i));
            targets[i] = exact >= 0 ? exact : columns.indexOf(names.get(i).toLowerCase(Locale.ROOT));
            any |= targets[i] >= 0;
        }
        if (!any) {
            throw CopyErrors.bad(
                    "The header of file [%s] names none of the table's columns: %s.".formatted(plan.name(), names));
        }
        return targets;
    }
}
