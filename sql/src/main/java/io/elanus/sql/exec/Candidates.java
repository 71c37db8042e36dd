package io.elanus.sql.exec;

import io.elanus.storage.compute.JoinTable;
import org.apache.arrow.vector.VectorSchemaRoot;

/// The pairs of rows that a join has to look at, a bounded number at a time, batch by batch of the left side.
sealed interface Candidates {
    void begin(VectorSchemaRoot left);

    /// Fills the arrays and returns how many pairs there are; 0 when the batch has no more.
    int fill(int[] leftRows, int[] rightRows);

    /// Pairs whose keys are equal.
    record EqualKeys(JoinTable.Probe probe) implements Candidates {
        @Override
        public void begin(VectorSchemaRoot left) {
            probe.begin(left);
        }

        @Override
        public int fill(int[] leftRows, int[] rightRows) {
            return probe.fill(leftRows, rightRows);
        }
    }

    /// Every pair.
    final class AllPairs implements Candidates {
        private final int rightCount;
        private long next;
        private long end;

        AllPairs(int rightCount) {
            this.rightCount = rightCount;
        }

        @Override
        public void begin(VectorSchemaRoot left) {
            next = 0;
            end = (long) left.getRowCount() * rightCount;
        }

        @Override
        public int fill(int[] leftRows, int[] rightRows) {
            int count = (int) Math.min(leftRows.length, end - next);
            for (int i = 0; i < count; i++, next++) {
                leftRows[i] = (int) (next / rightCount);
                rightRows[i] = (int) (next % rightCount);
            }
            return count;
        }
    }
}
