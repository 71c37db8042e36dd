package io.elanus.sql.avatica;

import io.elanus.sql.session.PreparedQuery.ResultColumn;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.avatica.proto.Common.Rep;
import org.jspecify.annotations.Nullable;

/// Rows that are made here instead of by a query, for metadata. One thread at a time.
final class Listing {
    private static final ColumnType TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);
    private static final ColumnType NUMBER = ColumnType.Simple.INTEGER;
    private static final ColumnType FLAG = ColumnType.Simple.BOOLEAN;

    private final List<ReportedColumn> columns = new ArrayList<>();
    private final List<@Nullable Object[]> rows = new ArrayList<>();

    Listing text(String... names) {
        return add(TEXT, names);
    }

    Listing numbers(String... names) {
        return add(NUMBER, names);
    }

    Listing flags(String... names) {
        return add(FLAG, names);
    }

    private Listing add(ColumnType type, String... names) {
        for (String name : names) {
            columns.add(ReportedColumn.of(new ResultColumn(name, type, true, List.of()), Wire.STOCK));
        }
        return this;
    }

    Listing row(@Nullable Object... values) {
        rows.add(values);
        return this;
    }

    List<ReportedColumn> columns() {
        return columns;
    }

    byte[] write(FrameWriter frame) {
        for (@Nullable Object[] row : rows) {
            frame.beginRow();
            for (Object value : row) {
                switch (value) {
                    case null -> frame.nothing();
                    case Integer number -> frame.number(Rep.INTEGER, number);
                    case Boolean flag -> frame.bool(flag);
                    case Object other -> frame.text(other.toString());
                }
            }
            frame.endRow();
        }
        return frame.finish(0, true);
    }
}
