package io.elanus.jdbc;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.List;
import java.util.TimeZone;
import org.apache.calcite.avatica.AvaticaResultSet;
import org.apache.calcite.avatica.AvaticaStatement;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.QueryState;
import org.jspecify.annotations.Nullable;

/// A result whose rows are read by [ValueAccessor]s.
final class ElanusResultSet extends AvaticaResultSet {
    private final AvaticaStatement owner;
    private final QueryState query;
    private final Meta.Signature shape;
    private final Meta.@Nullable Frame first;

    ElanusResultSet(
            AvaticaStatement statement,
            QueryState state,
            Meta.Signature signature,
            ResultSetMetaData metaData,
            TimeZone timeZone,
            Meta.@Nullable Frame firstFrame)
            throws SQLException {
        super(statement, state, signature, metaData, timeZone, firstFrame);
        owner = statement;
        query = state;
        shape = signature;
        first = firstFrame;
    }

    @Override
    protected AvaticaResultSet execute() {
        ElanusMeta protocol = ((ElanusConnection) owner.connection).protocol();
        Meta.StatementHandle handle = owner.handle;
        Iterable<Object> rows = protocol.createIterable(handle, query, shape, List.of(), first);
        return execute2(new RowCursor(rows, () -> protocol.abandon(handle)), shape.columns);
    }

    // What they override knows no TIMESTAMP WITH TIME ZONE and no UUID.

    @Override
    public @Nullable Object getObject(int column) throws SQLException {
        return getObject(column, Object.class);
    }

    @Override
    public @Nullable Object getObject(String label) throws SQLException {
        return getObject(findColumn(label), Object.class);
    }

    @Override
    public boolean next() throws SQLException {
        return Errors.call(super::next);
    }
}
