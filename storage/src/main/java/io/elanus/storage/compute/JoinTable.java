package io.elanus.storage.compute;

import io.elanus.storage.filter.Expr;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/// The held side of a hash join: rows by key. Rows with a NULL key are held but never found. The owner closes it.
public final class JoinTable implements AutoCloseable {
    private final BufferAllocator allocator;
    private final HeapAccount account;
    private final HeapAccount links;
    private final RowKeys keys;
    private final GroupTable table;
    private final RowStore rows;
    private final KeyBytes encoded = new KeyBytes();
    /// Last row of each key; rows of one key form a chain in the order they came, closed to a ring.
    private int[] lastOf = new int[64];
    private int[] next = new int[64];
    private int count;

    public JoinTable(Schema schema, List<Expr> keys, BufferAllocator allocator) {
        this.allocator = allocator;
        this.account = new HeapAccount(allocator);
        this.links = new HeapAccount(allocator);
        this.keys = RowKeys.ofEquality(keys);
        this.table = new GroupTable(account);
        this.rows = new RowStore(schema, allocator);
    }

    /// Takes the rows of the batch, which stays with its owner.
    public void add(VectorSchemaRoot batch) {
        rows.add(batch);
        int size = batch.getRowCount();
        if (next.length < count + size) {
            next = Arrays.copyOf(next, Math.max(2 * next.length, Math.addExact(count, size)));
            links.set(4L * (next.length + lastOf.length));
        }
        try (VectorSchemaRoot columns = keys.project(batch, null, 0, allocator)) {
            keys.encode(columns.getFieldVectors(), Selections.all(size), encoded);
            long[] nulls = RowKeys.nullRows(columns);
            for (int i = 0; i < size; i++) {
                if ((nulls[i >>> 6] & 1L << i) == 0) {
                    link(i, count + i);
                }
            }
        }
        count += size;
    }

    private void link(int keyRow, int row) {
        int before = table.count();
        int group = table.add(encoded, keyRow);
        if (group < before) {
            int last = lastOf[group];
            next[row] = next[last];
            next[last] = row;
        } else {
            if (group == lastOf.length) {
                lastOf = Arrays.copyOf(lastOf, 2 * group);
                links.set(4L * (next.length + lastOf.length));
            }
            next[row] = row;
        }
        lastOf[group] = row;
    }

    /// Ends adding; rows can be found from now on.
    public void seal() {
        rows.seal();
    }

    public RowStore rows() {
        return rows;
    }

    /// A reader that finds the rows whose keys equal those of probing rows.
    public Probe probe(List<Expr> probeKeys) {
        return new Probe(probeKeys);
    }

    public final class Probe {
        private final RowKeys probeKeys;
        private final KeyBytes probed = new KeyBytes();
        private long[] nulls = new long[0];
        private int size;
        private int at;
        private int row = -1;
        private int last = -1;

        private Probe(List<Expr> keys) {
            this.probeKeys = RowKeys.ofEquality(keys);
        }

        public void begin(VectorSchemaRoot batch) {
            size = batch.getRowCount();
            at = -1;
            row = -1;
            last = -1;
            try (VectorSchemaRoot columns = probeKeys.project(batch, null, 0, allocator)) {
                probeKeys.encode(columns.getFieldVectors(), Selections.all(size), probed);
                nulls = RowKeys.nullRows(columns);
            }
        }

        /// Fills in the next pairs of probing row and held row; 0 when there are no more.
        public int fill(int[] probeRows, int[] heldRows) {
            int filled = 0;
            while (filled < probeRows.length) {
                if (row == last && !advance()) {
                    break;
                }
                row = next[row];
                probeRows[filled] = at;
                heldRows[filled++] = row;
            }
            return filled;
        }

        /// To the next probing row that has matches, just before its first.
        private boolean advance() {
            while (++at < size) {
                int group = (nulls[at >>> 6] & 1L << at) == 0 ? table.find(probed, at) : -1;
                if (group >= 0) {
                    row = lastOf[group];
                    last = row;
                    return true;
                }
            }
            at = size;
            return false;
        }

        /// Does this row of the batch have any match?
        public boolean matches(int probeRow) {
            return (nulls[probeRow >>> 6] & 1L << probeRow) == 0 && table.find(probed, probeRow) >= 0;
        }
    }

    @Override
    public void close() {
        rows.close();
        links.close();
        account.close();
    }
}
