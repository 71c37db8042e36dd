package io.elanus.sql.shell;

import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One line a value, one block a row, as `\x` asks.
final class ExpandedPrinter implements ResultPrinter {
    private final PrintWriter out;
    private List<Heading> columns = List.of();
    private int nameWidth;
    private long rows;

    ExpandedPrinter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void begin(List<Heading> headings) {
        columns = headings;
        nameWidth = headings.stream()
                .mapToInt(column -> TextWidth.of(column.name()))
                .max()
                .orElse(1);
    }

    @Override
    public void row(List<? extends @Nullable Object> values) {
        rows++;
        out.println("-[ RECORD " + rows + " ]" + "-".repeat(Math.max(0, nameWidth - 4)));
        for (int i = 0; i < values.size(); i++) {
            Object value = values.get(i);
            out.printf(
                    "%-" + nameWidth + "s | %s%n",
                    columns.get(i).name(),
                    value == null ? "NULL" : CellText.brief(value));
        }
    }

    @Override
    public void end() {
        out.println(rows == 1 ? "(1 row)" : "(" + rows + " rows)");
    }
}
