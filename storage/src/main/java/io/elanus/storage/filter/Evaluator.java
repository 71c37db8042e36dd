package io.elanus.storage.filter;

import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// An expression made ready to run: compiled once, then called per batch. Belongs to one thread at a time; holds no
/// off-heap memory between calls.
///
/// A batch is computed in blocks of up to [Lane#ROWS] rows, node by node; every node keeps its result of the block
/// in a lane of its own, so intermediate results stay in the cache and nothing is allocated per batch.
public final class Evaluator {
    /// Blocks shrink until their text and their vectors take no more than this.
    private static final long BLOCK_BYTES = 8 << 20;

    private final Expr expr;
    private final Step step;
    private final List<Integer> wideInputs = new ArrayList<>();
    private long rowBytes;

    private Evaluator(Expr expr) {
        this.expr = expr;
        this.step = Compiler.compile(expr);
        survey(expr);
    }

    /// Refuses an operator over arguments it does not take, and an expression with unbound parameters.
    public static Evaluator compile(Expr expr) {
        return new Evaluator(expr);
    }

    public ColumnType type() {
        return expr.type();
    }

    /// The expression's value for every row, as a column of this name; owned by the caller.
    public FieldVector evaluate(VectorSchemaRoot batch, String name, BufferAllocator allocator) {
        return evaluate(batch, null, 0, name, allocator);
    }

    /// The expression's value for the rows whose bits are set; row i is bit `bitOffset + i`. Other rows hold anything
    /// and raise no error. Without a bitmap: for all rows.
    public FieldVector evaluate(
            VectorSchemaRoot batch, long @Nullable [] bitmap, int bitOffset, String name, BufferAllocator allocator) {
        int rows = batch.getRowCount();
        FieldVector result = ArrowTypes.field(name, expr.type()).createVector(allocator);
        try (var frame = new Frame(batch)) {
            var writer = new ColumnWriter(result, expr.type(), rows);
            for (int start = 0; start < rows; start += frame.rows) {
                frame.moveTo(start, blockRows(batch, start));
                if (bitmap != null) {
                    Bitmaps.read(bitmap, bitOffset + start, frame.rows, frame.active);
                }
                writer.write(step.run(frame, frame.active), start, frame.rows, frame.active);
            }
            writer.finish(rows);
            return result;
        } catch (Throwable e) {
            result.close();
            throw e;
        }
    }

    /// For a BOOLEAN expression: clears the bits of the rows for which it is not TRUE. Row i of the batch is bit
    /// `bitOffset + i`. Rows whose bit is already clear are not looked at and raise no error.
    public void select(VectorSchemaRoot batch, long[] bitmap, int bitOffset) {
        try (var frame = new Frame(batch)) {
            int rows = batch.getRowCount();
            for (int start = 0; start < rows; start += frame.rows) {
                frame.moveTo(start, blockRows(batch, start));
                if (!Bitmaps.read(bitmap, bitOffset + start, frame.rows, frame.active)) {
                    continue;
                }
                var kept = (Lane.Bools) step.run(frame, frame.active);
                Bitmaps.retain(bitmap, bitOffset + start, frame.rows, kept.bits);
            }
        }
    }

    /// Finds what can make a block too big.
    private void survey(Expr node) {
        if (node.type() instanceof ColumnType.Vector vector && !vector.sparse()) {
            rowBytes += vector.bytes();
        }
        switch (node) {
            case Expr.Input(int ordinal, ColumnType _) -> wideInputs.add(ordinal);
            case Expr.Call call -> call.arguments().forEach(this::survey);
            case Expr.Constant _, Expr.Parameter _ -> {}
        }
    }

    private int blockRows(VectorSchemaRoot batch, int start) {
        int rows = Math.min(Lane.ROWS, batch.getRowCount() - start);
        while (rows > 64 && blockBytes(batch, start, rows) > BLOCK_BYTES) {
            rows = Math.max(64, rows / 2 & -64);
        }
        return rows;
    }

    private long blockBytes(VectorSchemaRoot batch, int start, int rows) {
        long bytes = rows * rowBytes;
        for (int ordinal : wideInputs) {
            if (batch.getVector(ordinal) instanceof BaseVariableWidthVector variable) {
                long offsets = variable.getOffsetBuffer().memoryAddress();
                bytes += MemoryUtil.getInt(offsets + 4L * (start + rows)) - MemoryUtil.getInt(offsets + 4L * start);
            }
        }
        return bytes;
    }
}
