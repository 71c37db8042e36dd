package io.elanus.storage.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The evaluator computes what the oracle computes, and fails when the oracle fails.
class EvaluatorPropertyTest {
    private static final int EXPRESSIONS = 4000;

    @Test
    void equalsTheOracleOnRandomExpressions() {
        long seed = 20260101;
        try (BufferAllocator allocator = new RootAllocator()) {
            for (int round = 0; round < EXPRESSIONS; round++) {
                checkOne(allocator, seed + round);
            }
        }
    }

    private static void checkOne(BufferAllocator allocator, long seed) {
        var random = new Random(seed);
        var exprs = new RandomExprs(random);
        int count = random.nextInt(20) == 0 ? random.nextInt(2000, 5000) : random.nextInt(100);
        var rows = new ArrayList<List<@Nullable Object>>();
        for (int i = 0; i < count; i++) {
            rows.add(exprs.row());
        }
        ColumnType type = RandomExprs.TYPES.get(random.nextInt(RandomExprs.TYPES.size()));
        Expr expr = ExprProtos.fromProto(ExprProtos.toProto(exprs.expr(type, 4)));
        long[] chosen = new long[(count + 64 + 63) / 64];
        int offset = random.nextInt(64);
        for (int i = 0; i < count; i++) {
            if (random.nextInt(4) > 0) {
                chosen[(offset + i) >>> 6] |= 1L << (offset + i);
            }
        }
        try (VectorSchemaRoot batch = batch(allocator, rows)) {
            checkValues(expr, rows, batch, allocator, seed);
            if (type == Simple.BOOLEAN) {
                checkSelection(expr, rows, batch, chosen, offset, seed);
            }
        }
    }

    private static void checkValues(
            Expr expr,
            List<List<@Nullable Object>> rows,
            VectorSchemaRoot batch,
            BufferAllocator allocator,
            long seed) {
        Set<ErrorCode> errors = EnumSet.noneOf(ErrorCode.class);
        var expected = new ArrayList<@Nullable Object>();
        for (List<@Nullable Object> row : rows) {
            try {
                expected.add(new RowOracle(row).evaluate(expr));
            } catch (StorageException e) {
                errors.add(e.code());
            }
        }
        try (FieldVector result = Evaluator.compile(expr).evaluate(batch, "x", allocator)) {
            assertThat(errors).as("seed %d: %s", seed, expr).isEmpty();
            for (int i = 0; i < expected.size(); i++) {
                assertThat(Cells.read(result, i, expr.type()))
                        .as("seed %d, row %s: %s", seed, rows.get(i), expr)
                        .isEqualTo(expected.get(i));
            }
        } catch (StorageException e) {
            assertThat(errors).as("seed %d: %s", seed, expr).contains(e.code());
        }
    }

    /// Rows that were not chosen stay out and raise nothing.
    private static void checkSelection(
            Expr expr,
            List<List<@Nullable Object>> rows,
            VectorSchemaRoot batch,
            long[] chosen,
            int offset,
            long seed) {
        long[] kept = chosen.clone();
        boolean fails = false;
        long[] expected = chosen.clone();
        for (int i = 0; i < rows.size(); i++) {
            int bit = offset + i;
            if ((chosen[bit >>> 6] & 1L << bit) != 0) {
                try {
                    if (!Boolean.TRUE.equals(new RowOracle(rows.get(i)).evaluate(expr))) {
                        expected[bit >>> 6] &= ~(1L << bit);
                    }
                } catch (StorageException _) {
                    fails = true;
                }
            }
        }
        try {
            Evaluator.compile(expr).select(batch, kept, offset);
            if (fails) {
                fail("seed %d: no error from %s", seed, expr);
            }
            assertThat(kept).as("seed %d: %s", seed, expr).isEqualTo(expected);
        } catch (StorageException e) {
            assertThat(fails).as("seed %d: %s", seed, e.getMessage()).isTrue();
        }
    }

    private static VectorSchemaRoot batch(BufferAllocator allocator, List<List<@Nullable Object>> rows) {
        var fields = new ArrayList<Field>();
        for (ColumnType type : RandomExprs.TYPES) {
            fields.add(ArrowTypes.field("c" + fields.size(), type));
        }
        var batch = VectorSchemaRoot.create(new Schema(fields), allocator);
        for (int c = 0; c < fields.size(); c++) {
            for (int r = 0; r < rows.size(); r++) {
                Cells.write(rows.get(r).get(c), RandomExprs.TYPES.get(c), batch.getVector(c), r);
            }
        }
        batch.setRowCount(rows.size());
        return batch;
    }
}
