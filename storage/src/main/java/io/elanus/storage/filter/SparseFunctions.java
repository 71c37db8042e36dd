package io.elanus.storage.filter;

import io.elanus.storage.filter.Lane.Bytes;
import io.elanus.storage.filter.Lane.Doubles;
import io.elanus.storage.filter.Step.RowFunction;
import io.elanus.storage.filter.VectorFunctions.Operand;
import io.elanus.storage.kernel.SparseDistance;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.SparseVector;
import java.util.List;

/// What [VectorFunctions] does, for sparse vectors in their packed form.
final class SparseFunctions {
    private SparseFunctions() {}

    static Step distance(Metric metric, boolean negated, Operand stored, Operand query) {
        return new Distance(metric, negated, stored, query);
    }

    private static final class Distance extends Step.Strict<Doubles> {
        private final SparseDistance distance;
        private final boolean constantQuery;
        private final boolean negated;

        Distance(Metric metric, boolean negated, Operand stored, Operand query) {
            super(List.of(stored.step(), query.step()), new Doubles());
            this.distance = new SparseDistance(metric);
            this.constantQuery = query.constant();
            this.negated = negated;
        }

        @Override
        void compute(Lane[] in, long[] live, Frame frame) {
            var stored = (Bytes) in[0];
            var queries = (Bytes) in[1];
            boolean prepared = false;
            for (int w = 0; w < frame.words(); w++) {
                for (long word = live[w]; word != 0; word &= word - 1) {
                    int row = (w << 6) + Long.numberOfTrailingZeros(word);
                    if (!prepared) {
                        distance.prepare(queries.copy(row));
                        prepared = constantQuery;
                    }
                    double value = distance.distance(stored.heap, stored.starts[row], stored.lengths[row]);
                    out.values[row] = negated ? 0 - value : value;
                }
            }
        }
    }

    static RowFunction norm() {
        return cells -> {
            byte[] packed = (byte[]) cells[0];
            return SparseVector.norm(packed, 0, packed.length);
        };
    }

    static RowFunction normalize() {
        return cells -> SparseVector.normalize((byte[]) cells[0]);
    }
}
