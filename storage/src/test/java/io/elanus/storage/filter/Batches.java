package io.elanus.storage.filter;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Small batches from Java values and back, for tests.
public final class Batches {
    private Batches() {}

    /// Columns are named `c0`, `c1`, ….
    public static VectorSchemaRoot of(
            BufferAllocator allocator,
            List<? extends ColumnType> types,
            List<? extends List<? extends @Nullable Object>> rows) {
        var fields = new ArrayList<Field>();
        for (ColumnType type : types) {
            fields.add(ArrowTypes.field("c" + fields.size(), type));
        }
        var batch = VectorSchemaRoot.create(new Schema(fields), allocator);
        for (int c = 0; c < types.size(); c++) {
            for (int r = 0; r < rows.size(); r++) {
                Literals.write(rows.get(r).get(c), types.get(c), batch.getVector(c), r);
            }
        }
        batch.setRowCount(rows.size());
        return batch;
    }

    public static List<List<@Nullable Object>> rows(VectorSchemaRoot batch, List<? extends ColumnType> types) {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (int r = 0; r < batch.getRowCount(); r++) {
            var row = new ArrayList<@Nullable Object>();
            for (int c = 0; c < types.size(); c++) {
                row.add(Literals.value(batch.getVector(c), r, types.get(c)));
            }
            rows.add(row);
        }
        return rows;
    }

    public static List<List<Literal>> literals(VectorSchemaRoot batch, List<? extends ColumnType> types) {
        var rows = new ArrayList<List<Literal>>();
        for (int r = 0; r < batch.getRowCount(); r++) {
            var row = new ArrayList<Literal>();
            for (int c = 0; c < types.size(); c++) {
                row.add(Literals.read(batch.getVector(c), r, types.get(c)));
            }
            rows.add(row);
        }
        return rows;
    }

    public static List<@Nullable Object> column(FieldVector vector, ColumnType type) {
        var values = new ArrayList<@Nullable Object>();
        for (int r = 0; r < vector.getValueCount(); r++) {
            values.add(Literals.value(vector, r, type));
        }
        return values;
    }

    public static List<@Nullable Object> row(@Nullable Object... values) {
        return Arrays.asList(values);
    }

    public static Expr constant(@Nullable Object value, ColumnType type) {
        return new Expr.Constant(Literals.of(value, type), type);
    }

    public static Expr input(int ordinal, ColumnType type) {
        return new Expr.Input(ordinal, type);
    }

    public static Expr call(Operator operator, ColumnType type, Expr... arguments) {
        return new Expr.Call(operator, List.of(arguments), type);
    }
}
