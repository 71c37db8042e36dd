package io.elanus.sql.copy;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.dml.ColumnRules;
import io.elanus.sql.dml.RowDefaults;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.error.Suggestions;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/// From the columns that a client sends to the columns of the table: by name, in any order. A column that is left
/// out takes its default; one that the table does not have is an error. Immutable.
final class IngestColumns {
    private static final int ABSENT = -1;

    private final IngestPlan plan;
    private final List<Column> targets;
    private final int[] sources;
    private final ColumnRules rules;
    private final RowDefaults defaults;

    IngestColumns(IngestPlan plan, Schema sent) {
        this.plan = plan;
        this.targets = plan.table().columns();
        this.rules = new ColumnRules(plan.table(), plan.indexes());
        this.defaults = new RowDefaults(plan.table(), rules);
        this.sources = new int[targets.size()];
        Arrays.fill(sources, ABSENT);
        var seen = new HashSet<Integer>();
        for (int i = 0; i < sent.getFields().size(); i++) {
            int target = target(sent.getFields().get(i));
            if (!seen.add(target)) {
                throw new QueryException(
                        ErrorCode.DUPLICATE_COLUMN,
                        "Column [%s] is sent twice."
                                .formatted(targets.get(target).name()));
            }
            sources[target] = i;
        }
        if (seen.isEmpty()) {
            throw new QueryException(ErrorCode.PROTOCOL_VIOLATION, "The rows that were sent have no columns.");
        }
    }

    private int target(Field field) {
        String name = field.getName();
        String folded = name.toLowerCase(Locale.ROOT);
        return IntStream.range(0, targets.size())
                .filter(i -> !targets.get(i).hidden())
                .filter(i -> targets.get(i).name().equals(name)
                        || targets.get(i).name().equals(folded))
                .findFirst()
                .orElseThrow(() -> new QueryException(
                        ErrorCode.UNDEFINED_COLUMN,
                        "Column [%s] is sent, but table [%s] has none of that name."
                                .formatted(name, plan.table().name()),
                        Suggestions.didYouMean(
                                        name,
                                        targets.stream()
                                                .filter(column -> !column.hidden())
                                                .map(Column::name)
                                                .toList())
                                .orElse("Rename the column, or leave it out.")));
    }

    /// Are the keys left to the database?
    boolean generatesKeys() {
        int key = plan.table().ordinal(plan.table().keyColumnId());
        return sources[key] == ABSENT && targets.get(key).generated();
    }

    /// Rows that may enter the table, or the error of the first that may not. Takes over the buffers of `sent`.
    ///
    /// @param firstRow number of the first row among all that were sent, from 1
    IngestBatch convert(VectorSchemaRoot sent, long firstRow, BufferAllocator allocator) {
        int rows = sent.getRowCount();
        ArrowBounds.check(sent);
        var columns = new ArrayList<FieldVector>();
        try {
            for (int i = 0; i < sources.length; i++) {
                Column column = targets.get(i);
                columns.add(
                        sources[i] == ABSENT
                                ? absent(column, rows, allocator)
                                : given(sent.getVector(sources[i]), column, rows, firstRow, allocator));
            }
            return new IngestBatch(columns, rows);
        } catch (RuntimeException e) { // whatever was made is ours until it is returned
            columns.forEach(FieldVector::close);
            throw e;
        }
    }

    private FieldVector given(FieldVector vector, Column column, int rows, long firstRow, BufferAllocator allocator) {
        if (ColumnScan.sameLayout(vector.getField(), column.type())
                && ColumnScan.accepts(vector, rows, column, rules)) {
            var transfer = vector.getTransferPair(vector.getField(), allocator);
            transfer.transfer();
            return (FieldVector) transfer.getTo();
        }
        FieldVector target = create(column, rows, allocator);
        try {
            for (int row = 0; row < rows; row++) {
                Literals.write(literal(vector, row, column, firstRow), column.type(), target, row);
            }
            target.setValueCount(rows);
            return target;
        } catch (RuntimeException e) { // ours until it is returned
            target.close();
            throw e;
        }
    }

    private Literal literal(FieldVector vector, int row, Column column, long firstRow) {
        try {
            return rules.convert(ArrowValues.value(vector, row, column.type()), column);
        } catch (QueryException e) {
            throw new QueryException(
                    e.code(),
                    "%s Row [%d].".formatted(e.getMessage(), firstRow + row),
                    0,
                    e.hint().orElse(null),
                    e);
        } catch (IllegalArgumentException e) {
            throw new QueryException(
                    ErrorCode.DATATYPE_MISMATCH,
                    "Arrow type [%s] does not convert to column [%s] of type [%s]."
                            .formatted(
                                    vector.getField().getType(),
                                    column.name(),
                                    column.type().sql()),
                    0,
                    "Send the type that a query of the column answers with.",
                    e);
        }
    }

    private FieldVector absent(Column column, int rows, BufferAllocator allocator) {
        FieldVector target = create(column, rows, allocator);
        try {
            boolean handedOut = column.generated() && column.type() != ColumnType.Simple.UUID;
            for (int row = 0; row < rows; row++) {
                var literal = handedOut ? Literals.NULL : defaults.checked(RowDefaults.of(column), column);
                Literals.write(literal, column.type(), target, row);
            }
            target.setValueCount(rows);
            return target;
        } catch (RuntimeException e) { // ours until it is returned
            target.close();
            throw e;
        }
    }

    private static FieldVector create(Column column, int rows, BufferAllocator allocator) {
        FieldVector target = ArrowTypes.field(column).createVector(allocator);
        target.setInitialCapacity(rows);
        target.allocateNew();
        return target;
    }
}
