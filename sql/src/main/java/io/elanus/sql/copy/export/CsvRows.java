package io.elanus.sql.copy.export;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.filter.Literals;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;

/// CSV as RFC 4180 has it, lines ended by LF. A field is quoted when its text holds a delimiter, a quote or a line
/// end, or would read as NULL.
final class CsvRows implements RowWriter {
    private final Writer out;
    private final List<PlanColumn> columns;
    private final char delimiter;
    private final char quote;
    private final String nullText;

    CsvRows(ExportPlan plan, List<PlanColumn> columns, Writer out) throws IOException {
        this.out = out;
        this.columns = List.copyOf(columns);
        this.delimiter = plan.delimiter();
        this.quote = plan.quote();
        this.nullText = plan.nullText();
        if (plan.header()) {
            for (int i = 0; i < columns.size(); i++) {
                separate(i);
                field(columns.get(i).name());
            }
            out.write('\n');
        }
    }

    @Override
    public void write(VectorSchemaRoot batch) throws IOException {
        for (int row = 0; row < batch.getRowCount(); row++) {
            for (int i = 0; i < columns.size(); i++) {
                separate(i);
                Literal value =
                        Literals.read(batch.getVector(i), row, columns.get(i).type());
                if (value.hasNull()) {
                    out.write(nullText);
                } else {
                    field(Literals.text(value, columns.get(i).type()));
                }
            }
            out.write('\n');
        }
    }

    private void separate(int column) throws IOException {
        if (column > 0) {
            out.write(delimiter);
        }
    }

    private void field(String text) throws IOException {
        boolean plain = !text.equals(nullText) && !text.isEmpty();
        for (int i = 0; i < text.length() && plain; i++) {
            char c = text.charAt(i);
            plain = c != delimiter && c != quote && c != '\n' && c != '\r';
        }
        if (plain) {
            out.write(text);
            return;
        }
        out.write(quote);
        int from = 0;
        for (int at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, from)) {
            out.write(text, from, at + 1 - from);
            out.write(quote);
            from = at + 1;
        }
        out.write(text, from, text.length() - from);
        out.write(quote);
    }

    @Override
    public void finish() throws IOException {
        out.flush();
    }

    @Override
    public void close() {
        // The file's owner closes it.
    }
}
