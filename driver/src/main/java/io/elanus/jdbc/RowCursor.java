package io.elanus.jdbc;

import java.util.ArrayList;
import java.util.Calendar;
import java.util.Iterator;
import java.util.List;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.util.ArrayImpl;
import org.apache.calcite.avatica.util.Cursor;
import org.jspecify.annotations.Nullable;

/// Walks over rows that are `Object[]`. For one thread.
final class RowCursor implements Cursor {
    private final Iterator<Object> rows;
    private final Runnable onClose;
    private @Nullable Object[] row = new Object[0];
    private boolean wasNull;

    RowCursor(Iterable<Object> rows, Runnable onClose) {
        this.rows = rows.iterator();
        this.onClose = onClose;
    }

    @Override
    public List<Accessor> createAccessors(
            List<ColumnMetaData> types, Calendar localCalendar, ArrayImpl.Factory factory) {
        var accessors = new ArrayList<Accessor>(types.size());
        for (int i = 0; i < types.size(); i++) {
            accessors.add(new ValueAccessor(this, i, types.get(i).type));
        }
        return accessors;
    }

    @Override
    public boolean next() {
        if (!rows.hasNext()) {
            return false;
        }
        row = (Object[]) rows.next();
        return true;
    }

    @Nullable
    Object value(int column) {
        Object value = row[column];
        wasNull = value == null;
        return value;
    }

    @Override
    public void close() {
        onClose.run();
    }

    @Override
    public boolean wasNull() {
        return wasNull;
    }
}
