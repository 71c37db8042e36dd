package io.elanus.sql.shell;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A table with a column a line wide enough, cut to the width of the terminal. Widths follow the first rows; what
/// comes later and is wider is cut.
final class TablePrinter implements ResultPrinter {
    private static final int MEASURED_ROWS = 500;
    private static final int LEAST_WIDTH = 6;
    private static final String NULL = "NULL";

    private final PrintWriter out;
    private final int terminalWidth;
    private final List<String[]> waiting = new ArrayList<>();
    private List<Heading> columns = List.of();
    private int[] widths = new int[0];
    private long rows;

    /// @param terminalWidth 0: unlimited
    TablePrinter(PrintWriter out, int terminalWidth) {
        this.out = out;
        this.terminalWidth = terminalWidth;
    }

    @Override
    public void begin(List<Heading> headings) {
        columns = headings;
    }

    @Override
    public void row(List<? extends @Nullable Object> values) {
        rows++;
        String[] cells = values.stream()
                .map(value -> value == null ? NULL : CellText.brief(value))
                .toArray(String[]::new);
        if (widths.length > 0) {
            print(cells);
            return;
        }
        waiting.add(cells);
        if (waiting.size() == MEASURED_ROWS) {
            printWaiting();
        }
    }

    @Override
    public void end() {
        if (widths.length == 0) {
            printWaiting();
        }
        out.println(rows == 1 ? "(1 row)" : "(" + rows + " rows)");
    }

    private void printWaiting() {
        widths = IntStream.range(0, columns.size())
                .map(i -> Math.max(
                        TextWidth.of(columns.get(i).name()),
                        waiting.stream()
                                .mapToInt(row -> TextWidth.of(row[i]))
                                .max()
                                .orElse(0)))
                .toArray();
        fit();
        print(columns.stream().map(Heading::name).toArray(String[]::new));
        var line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(i == 0 ? "" : "+").repeat("-", widths[i] + 2);
        }
        out.println(line);
        waiting.forEach(this::print);
        waiting.clear();
    }

    /// Takes from the widest column, a character at a time, until the line fits.
    private void fit() {
        int total = 3 * widths.length - 1;
        for (int width : widths) {
            total += width;
        }
        while (terminalWidth > 0 && total > terminalWidth) {
            int widest = 0;
            for (int i = 1; i < widths.length; i++) {
                widest = widths[i] > widths[widest] ? i : widest;
            }
            if (widths[widest] <= LEAST_WIDTH) {
                return;
            }
            widths[widest]--;
            total--;
        }
    }

    private void print(String[] cells) {
        var line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            String cell = cut(cells[i], widths[i]);
            int space = widths[i] - TextWidth.of(cell);
            boolean right = columns.get(i).number();
            line.append(i == 0 ? " " : "| ")
                    .repeat(" ", right ? space : 0)
                    .append(cell)
                    .repeat(" ", right ? 0 : space)
                    .append(' ');
        }
        out.println(line.toString().stripTrailing());
    }

    private static String cut(String text, int width) {
        if (TextWidth.of(text) <= width) {
            return text;
        }
        var cut = new StringBuilder();
        int used = 1;
        for (int c : text.codePoints().toArray()) {
            used += TextWidth.of(c);
            if (used > width) {
                break;
            }
            cut.appendCodePoint(c);
        }
        return cut.append('…').toString();
    }
}
