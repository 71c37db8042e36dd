package io.elanus.storage.visibility;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.HybridTime;
import io.elanus.storage.type.TableSchema;
import java.util.List;
import java.util.Optional;

/// How long rows of a table live: a read sees a row while the time in one of its columns lies less than so many
/// microseconds before the read. Beside [Visibility], which goes by writes, this is the one rule that goes by what a
/// row holds; a row whose column is NULL lives on.
///
/// The planner puts [#live] where rows of the table come from, the path of changes looks at existing rows by it, and
/// compaction drops what is [#expired] at its retention: whatever read is still allowed does not see it.
///
/// @param column TIMESTAMP WITH TIME ZONE, or TIMESTAMP, which counts as UTC
/// @param micros more than 0
public record TimeToLive(Column column, long micros) {
    /// The option of the table that has the id of the column.
    public static final String COLUMN = "ttl_column";
    /// The option of the table that has the microseconds.
    public static final String MICROS = "ttl";

    private static final long MICROS_PER_MILLI = 1_000;

    /// That of the table; empty when its rows live for ever.
    public static Optional<TimeToLive> of(TableSchema table) {
        String column = table.options().get(COLUMN);
        String micros = table.options().get(MICROS);
        return column == null || micros == null
                ? Optional.empty()
                : Optional.of(new TimeToLive(table.column(Integer.parseInt(column)), Long.parseLong(micros)));
    }

    /// May a column of this type say when a row was made?
    public static boolean takes(ColumnType type) {
        return type == Simple.TIMESTAMP || type == Simple.TIMESTAMP_TZ;
    }

    /// Does a read see the row, as an expression?
    ///
    /// @param value the column
    /// @param now the time of the read, of the column's type
    public Expr live(Expr value, Expr now) {
        var back = new Expr.Constant(Literal.newBuilder().setInt64(-micros).build(), Simple.BIGINT);
        Expr oldest = new Expr.Call(Operator.ADD_MICROS, List.of(now, back), now.type());
        return new Expr.Call(
                Operator.OR,
                List.of(
                        new Expr.Call(Operator.IS_NULL, List.of(value), Simple.BOOLEAN),
                        new Expr.Call(Operator.GT, List.of(value, oldest), Simple.BOOLEAN)),
                Simple.BOOLEAN);
    }

    /// The same for a read at a timestamp.
    public Expr live(Expr value, long readTs) {
        return live(
                value,
                new Expr.Constant(Literal.newBuilder().setInt64(micros(readTs)).build(), column.type()));
    }

    /// Does no read at or above `readTs` see a row that holds this time?
    public boolean expired(long valueMicros, long readTs) {
        return valueMicros <= micros(readTs) - micros;
    }

    private static long micros(long timestamp) {
        return HybridTime.millis(timestamp) * MICROS_PER_MILLI;
    }
}
