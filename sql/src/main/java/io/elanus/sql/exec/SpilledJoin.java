package io.elanus.sql.exec;

import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.compute.KeyPartitions;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// A hash join whose right side is too large for its memory: both sides are on disk, in parts by their keys, and each
/// part is joined by itself, divided again if it is still too large. Owns the files.
final class SpilledJoin implements RowSource {
    private final SpilledParts left;
    private final SpilledParts right;
    private final JoinSpec spec;
    private final RightSide.Spill spill;
    private final QueryContext context;
    private @Nullable RowSource part;

    private SpilledJoin(
            SpilledParts left, SpilledParts right, JoinSpec spec, RightSide.Spill spill, QueryContext context) {
        this.left = left;
        this.right = right;
        this.spec = spec;
        this.spill = spill;
        this.context = context;
    }

    /// Reads the left side to its end.
    ///
    /// @param right taken over, also if this fails
    static SpilledJoin of(
            RowSource leftInput, SpilledParts right, JoinSpec spec, RightSide.Spill spill, QueryContext context) {
        SpilledParts left = null;
        try {
            left = new SpilledParts(
                    spill.folder(context).orElseThrow(),
                    PlanColumn.schema(spec.leftColumns()),
                    KeyPartitions.ofRows(spec.leftKeys(), spill.level(), context.allocator()),
                    context,
                    spill.told());
            SpilledParts.fill(left, leftInput, context);
            return new SpilledJoin(left, right, spec, spill, context);
        } catch (RuntimeException e) { // nobody owns the half-filled parts but us
            if (left != null) {
                left.close();
            }
            right.close();
            throw e;
        }
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        while (true) {
            RowSource current = part;
            if (current == null) {
                RowSource leftRows = left.takePart();
                RowSource rightRows = right.takePart();
                if (leftRows == null || rightRows == null) {
                    return null;
                }
                current = JoinSource.ofPart(
                        leftRows, rightRows, spec, new RightSide.Spill(spill.level() + 1, spill.told()), context);
                part = current;
            }
            VectorSchemaRoot batch = current.next();
            if (batch != null) {
                return batch;
            }
            current.close();
            part = null;
        }
    }

    @Override
    public void close() {
        if (part != null) {
            part.close();
            part = null;
        }
        left.close();
        right.close();
    }
}
