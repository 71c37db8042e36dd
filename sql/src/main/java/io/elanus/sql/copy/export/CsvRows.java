package io.elanus.sql.copy.export;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.filter.Literals;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.VectorSchemaRoot;

/// CSV as RFC 4180 has it, lines ended by LF. A field is quoted when its text holds a delimiter, a quote or a line
/// end, or would read as NULL. Any thread.
final class CsvRows implements TextRows.Encoder {
    private static final String VECTOR_CHARACTERS = "[],.+-0123456789e";
    private static final int FIRST_BUFFER = 1 << 20;

    private final List<PlanColumn> columns;
    private final char delimiter;
    private final char quote;
    private final String nullText;
    private final boolean quotesVectors;

    CsvRows(ExportPlan plan, List<PlanColumn> columns) {
        this.columns = List.copyOf(columns);
        this.delimiter = plan.delimiter();
        this.quote = plan.quote();
        this.nullText = plan.nullText();
        this.quotesVectors = VECTOR_CHARACTERS.indexOf(delimiter) >= 0;
    }

    TextBuffer header() {
        var out = new TextBuffer(columns.size() * 16);
        for (int i = 0; i < columns.size(); i++) {
            separate(i, out);
            field(columns.get(i).name(), out);
        }
        out.write('\n');
        return out;
    }

    @Override
    public TextBuffer encode(VectorSchemaRoot batch) {
        var out = new TextBuffer(FIRST_BUFFER);
        List<Optional<FloatColumn>> floats =
                VECTOR_CHARACTERS.indexOf(quote) < 0 ? FloatColumn.of(batch, columns) : none();
        for (int row = 0; row < batch.getRowCount(); row++) {
            for (int i = 0; i < columns.size(); i++) {
                separate(i, out);
                FloatColumn vectors = floats.get(i).orElse(null);
                if (vectors == null || vectors.isNull(row)) {
                    Literal value = Literals.read(
                            batch.getVector(i), row, columns.get(i).type());
                    if (value.hasNull()) {
                        out.text(nullText);
                    } else {
                        field(Literals.text(value, columns.get(i).type()), out);
                    }
                } else {
                    vector(vectors, row, out);
                }
            }
            out.write('\n');
        }
        return out;
    }

    private List<Optional<FloatColumn>> none() {
        return columns.stream().map(_ -> Optional.<FloatColumn>empty()).toList();
    }

    private void vector(FloatColumn vectors, int row, TextBuffer out) {
        if (quotesVectors) {
            out.write(quote);
        }
        out.write('[');
        for (int i = 0; i < vectors.dimension(); i++) {
            if (i > 0) {
                out.write(',');
            }
            out.number(vectors.at(row, i));
        }
        out.write(']');
        if (quotesVectors) {
            out.write(quote);
        }
    }

    private void separate(int column, TextBuffer out) {
        if (column > 0) {
            out.write(delimiter);
        }
    }

    private void field(String text, TextBuffer out) {
        boolean plain = !text.equals(nullText) && !text.isEmpty();
        for (int i = 0; i < text.length() && plain; i++) {
            char c = text.charAt(i);
            plain = c != delimiter && c != quote && c != '\n' && c != '\r';
        }
        if (plain) {
            out.text(text);
            return;
        }
        out.write(quote);
        out.text(text.replace(String.valueOf(quote), String.valueOf(new char[] {quote, quote})));
        out.write(quote);
    }
}
