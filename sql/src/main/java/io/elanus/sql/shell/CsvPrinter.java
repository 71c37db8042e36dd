package io.elanus.sql.shell;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// RFC 4180 with a heading; NULL is empty, an empty text is `""`.
final class CsvPrinter implements ResultPrinter {
    private final PrintWriter out;

    CsvPrinter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void begin(List<Heading> columns) {
        out.println(columns.stream().map(column -> quoted(column.name())).collect(Collectors.joining(",")));
    }

    @Override
    public void row(List<? extends @Nullable Object> values) {
        out.println(values.stream()
                .map(value -> value == null ? "" : quoted(CellText.full(value)))
                .collect(Collectors.joining(",")));
    }

    @Override
    public void end() {}

    private static String quoted(String text) {
        boolean plain = !text.isEmpty() && text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
