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
    private final KeyNumbers keys;
    private final KeyNumbers.Tables tables;
    private final RowStore rows;
    private int keyCount;
    /// Last row of each key; rows of one key form a chain in the order they came, closed to a ring.
    private int[] lastOf = new int[64];
    private int[] next = new int[64];
    private int count;

    public JoinTable(Schema schema, List<Expr> keys, BufferAllocator allocator) {
        this.allocator = allocator;
        this.account = new HeapAccount(allocator);
        this.links = new HeapAccount(allocator);
        this.keys = new KeyNumbers(keys, allocator);
        this.tables = new KeyNumbers.Tables(new LongTable(account), new GroupTable(account));
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
        int[] numbers = keys.add(batch, tables);
        for (int i = 0; i < size; i++) {
            if (numbers[i] >= 0) {
                link(numbers[i], count + i);
            }
        }
        count += size;
    }

    private void link(int key, int row) {
        if (key < keyCount) {
            int last = lastOf[key];
            next[row] = next[last];
            next[last] = row;
        } else {
            if (key == lastOf.length) {
                lastOf = Arrays.copyOf(lastOf, 2 * key);
                links.set(4L * (next.length + lastOf.length));
            }
            next[row] = row;
            keyCount++;
        }
        lastOf[key] = row;
    }

    /// Ends adding; rows can be found from now on.
    public void seal() {
        rows.seal();
    }

    /// Ends adding and forgets the keys: what is left are the rows.
    public void giveUpKeys() {
        rows.seal();
        next = new int[0];
        lastOf = new int[0];
        links.set(0);
    }

    public RowStore rows() {
        return rows;
    }

    /// A reader that finds the rows whose keys equal those of probing rows.
    public Probe probe(List<Expr> probeKeys) {
        return new Probe(probeKeys);
    }

    public final class Probe {
        private final KeyNumbers probeKeys;
        private int[] probed = new int[0];
        private int size;
        private int at;
        private int row = -1;
        private int last = -1;

        private Probe(List<Expr> keys) {
            this.probeKeys = new KeyNumbers(keys, allocator);
        }

        public void begin(VectorSchemaRoot batch) {
            size = batch.getRowCount();
            at = -1;
            row = -1;
            last = -1;
            probed = probeKeys.find(batch, tables);
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
                int key = probed[at];
                if (key >= 0) {
                    row = lastOf[key];
                    last = row;
                    return true;
                }
            }
            at = size;
            return false;
        }

        /// Does this row of the batch have any match?
        public boolean matches(int probeRow) {
            return probed[probeRow] >= 0;
        }
    }

    @Override
    public void close() {
        rows.close();
        links.close();
        account.close();
    }
}
