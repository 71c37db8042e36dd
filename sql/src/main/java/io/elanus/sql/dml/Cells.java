package io.elanus.sql.dml;

import io.elanus.sql.dml.ChangePlan.Cell;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.plan.rel.Parameters;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.Column;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.util.BitString;
import org.jspecify.annotations.Nullable;

/// Rows of VALUES that hold only literals, parameters and DEFAULT need no planning.
final class Cells {
    private Cells() {}

    /// The cells of a row; empty when some value is an expression.
    static Optional<List<Cell>> of(List<SqlNode> row, List<Column> columns, Parameters parameters) {
        var cells = new ArrayList<Cell>(row.size());
        for (int i = 0; i < row.size(); i++) {
            Optional<Cell> cell = of(row.get(i), columns.get(i), parameters);
            if (cell.isEmpty()) {
                return Optional.empty();
            }
            cells.add(cell.get());
        }
        return Optional.of(cells);
    }

    private static Optional<Cell> of(SqlNode node, Column column, Parameters parameters) {
        return switch (node) {
            case SqlDynamicParam param ->
                Optional.of(new Cell.Parameter(
                        parameters.parameter(param.getIndex(), column.type()).index()));
            case SqlLiteral literal -> java(literal).map(value -> constant(value.value(), column));
            case SqlCall call when call.getKind() == SqlKind.DEFAULT -> Optional.of(new Cell.Default());
            case SqlCall call
            when call.getKind() == SqlKind.MINUS_PREFIX
                    && call.operand(0) instanceof SqlLiteral literal
                    && literal.getValue() instanceof BigDecimal number ->
                Optional.of(constant(number.negate(), column));
            default -> Optional.empty();
        };
    }

    private static Cell constant(@Nullable Object value, Column column) {
        try {
            return new Cell.Constant(Literals.of(value, column.type()));
        } catch (StorageException e) {
            throw ColumnRules.named(e, column);
        } catch (IllegalArgumentException e) {
            throw new QueryException(
                    ErrorCode.DATATYPE_MISMATCH,
                    "Column [%s] of type [%s] does not take this value."
                            .formatted(column.name(), column.type().sql()),
                    0,
                    "Write it as text in the form of the type.",
                    e);
        }
    }

    private record JavaValue(@Nullable Object value) {}

    private static Optional<JavaValue> java(SqlLiteral literal) {
        return switch (literal.getTypeName()) {
            case NULL -> Optional.of(new JavaValue(null));
            case BOOLEAN -> Optional.of(new JavaValue(literal.getValueAs(Boolean.class)));
            case DECIMAL, DOUBLE, INTEGER, BIGINT -> Optional.of(new JavaValue(literal.getValueAs(BigDecimal.class)));
            case CHAR -> Optional.of(new JavaValue(literal.getValueAs(String.class)));
            case BINARY ->
                Optional.of(new JavaValue(literal.getValueAs(BitString.class).getAsByteArray()));
            case DATE, TIME, TIMESTAMP -> Optional.of(new JavaValue(String.valueOf(literal.getValue())));
            default -> Optional.empty();
        };
    }
}
