package io.elanus.sql.copy;

import io.elanus.proto.grpc.IndexSchema;
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
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
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
    /// The column takes its default.
    private static final int ABSENT = -1;
    /// The column takes NULL.
    private static final int MISSING = -2;

    private final TableSchema table;
    private final List<Column> targets;
    private final int[] sources;
    private final ColumnRules rules;
    private final RowDefaults defaults;

    private IngestColumns(TableSchema table, List<IndexSchema> indexes, int[] sources) {
        this.table = table;
        this.targets = table.columns();
        this.rules = new ColumnRules(table, indexes);
        this.defaults = new RowDefaults(table, rules);
        this.sources = sources;
    }

    /// What a client sends: every column must be one of the table.
    static IngestColumns ofClient(TableSchema table, List<IndexSchema> indexes, Schema sent) {
        int[] sources = new int[table.columns().size()];
        Arrays.fill(sources, ABSENT);
        for (int i = 0; i < sent.getFields().size(); i++) {
            int target = target(table, sent.getFields().get(i));
            if (sources[target] != ABSENT) {
                throw new QueryException(
                        ErrorCode.DUPLICATE_COLUMN,
                        "Column [%s] is sent twice."
                                .formatted(table.columns().get(target).name()));
            }
            sources[target] = i;
        }
        if (sent.getFields().isEmpty()) {
            throw new QueryException(ErrorCode.PROTOCOL_VIOLATION, "The rows that were sent have no columns.");
        }
        return new IngestColumns(table, indexes, sources);
    }

    /// What a file has: fields that the table lacks are skipped, columns that the file lacks are NULL, and those
    /// that the statement does not name take their defaults.
    static IngestColumns ofFile(CopyPlan plan, Schema file) {
        TableSchema table = plan.table();
        int[] sources = new int[table.columns().size()];
        Arrays.fill(sources, ABSENT);
        boolean any = false;
        for (Column column : plan.columns()) {
            int source = IntStream.range(0, file.getFields().size())
                    .filter(i -> file.getFields()
                            .get(i)
                            .getName()
                            .toLowerCase(Locale.ROOT)
                            .equals(column.name()))
                    .findFirst()
                    .orElse(MISSING);
            sources[table.ordinal(column.id())] = source;
            any |= source >= 0;
        }
        if (!any) {
            throw CopyErrors.bad("File [%s] has none of the table's columns.".formatted(plan.name()));
        }
        return new IngestColumns(table, plan.indexes(), sources);
    }

    private static int target(TableSchema table, Field field) {
        String name = field.getName();
        String folded = name.toLowerCase(Locale.ROOT);
        List<Column> targets = table.columns();
        return IntStream.range(0, targets.size())
                .filter(i -> !targets.get(i).hidden())
                .filter(i -> targets.get(i).name().equals(name)
                        || targets.get(i).name().equals(folded))
                .findFirst()
                .orElseThrow(() -> new QueryException(
                        ErrorCode.UNDEFINED_COLUMN,
                        "Column [%s] is sent, but table [%s] has none of that name.".formatted(name, table.name()),
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
        int key = table.ordinal(table.keyColumnId());
        return sources[key] == ABSENT && targets.get(key).generated();
    }

    /// How an error says which row it is.
    @FunctionalInterface
    interface Place {
        /// @param row of the batch, from 0
        QueryException name(QueryException e, int row);
    }

    /// As the other, with errors that name the row.
    ///
    /// @param firstRow number of the first row among all that were sent, from 1
    IngestBatch convert(VectorSchemaRoot sent, BufferAllocator allocator, long firstRow) {
        ArrowBounds.check(sent);
        return convert(
                sent,
                allocator,
                (e, row) -> new QueryException(
                        e.code(),
                        "%s Row [%d].".formatted(e.getMessage(), firstRow + row),
                        0,
                        e.hint().orElse(null),
                        e));
    }

    /// Rows that may enter the table, or the error of the first that may not. Takes over the buffers of `sent`,
    /// which [ArrowBounds] has looked at.
    IngestBatch convert(VectorSchemaRoot sent, BufferAllocator allocator, Place place) {
        int rows = sent.getRowCount();
        var columns = new ArrayList<FieldVector>();
        try {
            for (int i = 0; i < sources.length; i++) {
                Column column = targets.get(i);
                columns.add(
                        sources[i] < 0
                                ? absent(column, sources[i], rows, place, allocator)
                                : given(sent.getVector(sources[i]), column, rows, place, allocator));
            }
            return new IngestBatch(columns, rows);
        } catch (RuntimeException e) { // whatever was made is ours until it is returned
            columns.forEach(FieldVector::close);
            throw e;
        }
    }

    private FieldVector given(FieldVector vector, Column column, int rows, Place place, BufferAllocator allocator) {
        if (ColumnScan.sameLayout(vector.getField(), column.type())
                && ColumnScan.accepts(vector, rows, column, rules)) {
            var transfer = vector.getTransferPair(vector.getField(), allocator);
            transfer.transfer();
            return (FieldVector) transfer.getTo();
        }
        FieldVector target = create(column, rows, allocator);
        try {
            for (int row = 0; row < rows; row++) {
                Literals.write(literal(vector, row, column, place), column.type(), target, row);
            }
            target.setValueCount(rows);
            return target;
        } catch (RuntimeException e) { // ours until it is returned
            target.close();
            throw e;
        }
    }

    private Literal literal(FieldVector vector, int row, Column column, Place place) {
        try {
            return rules.convert(ArrowValues.value(vector, row, column.type()), column);
        } catch (QueryException e) {
            throw place.name(e, row);
        } catch (IllegalArgumentException e) {
            throw place.name(
                    new QueryException(
                            ErrorCode.DATATYPE_MISMATCH,
                            "Arrow type [%s] does not convert to column [%s] of type [%s]."
                                    .formatted(
                                            vector.getField().getType(),
                                            column.name(),
                                            column.type().sql()),
                            0,
                            "Send the type that a query of the column answers with.",
                            e),
                    row);
        }
    }

    private FieldVector absent(Column column, int how, int rows, Place place, BufferAllocator allocator) {
        FieldVector target = create(column, rows, allocator);
        try {
            boolean handedOut = column.generated() && column.type() != ColumnType.Simple.UUID;
            for (int row = 0; row < rows; row++) {
                Literal given = handedOut || how == MISSING ? Literals.NULL : RowDefaults.of(column);
                Literals.write(checked(given, column, row, place), column.type(), target, row);
            }
            target.setValueCount(rows);
            return target;
        } catch (RuntimeException e) { // ours until it is returned
            target.close();
            throw e;
        }
    }

    private Literal checked(Literal value, Column column, int row, Place place) {
        try {
            return defaults.checked(value, column);
        } catch (QueryException e) {
            throw place.name(e, row);
        }
    }

    private static FieldVector create(Column column, int rows, BufferAllocator allocator) {
        FieldVector target = ArrowTypes.field(column).createVector(allocator);
        target.setInitialCapacity(rows);
        target.allocateNew();
        return target;
    }
}
