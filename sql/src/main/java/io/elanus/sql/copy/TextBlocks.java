package io.elanus.sql.copy;

import io.elanus.sql.error.QueryException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/// Text in blocks of whole records, several of which are parsed at the same time. Rows come in the file's order,
/// and so does the first error. Owns the stream.
final class TextBlocks implements BatchSource {
    private static final int PARALLEL = 3;

    private final CopyPlan plan;
    private final TextFormat format;
    private final RecordBlocks blocks;
    private final CopyRows rows;
    private final BufferAllocator allocator;
    private final int parallel;
    private final InOrder<Parsed> parsing = new InOrder<>("copy-parse", Parsed::close);
    private final Deque<CopyBatch> ready = new ArrayDeque<>();
    private boolean ended;
    private long rowsRead;
    private @Nullable QueryException failure;

    /// What became of a block.
    ///
    /// @param batches whose rows are counted from the block's start
    /// @param failure what is wrong after them
    /// @param start of the block in the file
    private record Parsed(
            List<CopyBatch> batches, long rows, @Nullable Failure failure, long start) implements AutoCloseable {
        @Override
        public void close() {
            batches.forEach(CopyBatch::close);
        }
    }

    /// @param row counted from the block's start
    private record Failure(QueryException error, long row, long position) {}

    TextBlocks(CopyPlan plan, TextFormat format, InputStream in, CopyRows rows, BufferAllocator allocator) {
        this.plan = plan;
        this.format = format;
        this.blocks = new RecordBlocks(plan.name(), format, in);
        this.rows = rows;
        this.allocator = allocator;
        // What comes after the last row that is wanted need not be right, and is not looked at.
        this.parallel = plan.limit() > 0 ? 1 : PARALLEL;
    }

    @Override
    public @Nullable CopyBatch next() {
        while (ready.isEmpty()) {
            if (failure != null) {
                throw failure;
            }
            begin();
            if (parsing.size() == 0) {
                return null;
            }
            take(parsing.take());
        }
        return ready.removeFirst();
    }

    private void begin() {
        while (!ended && failure == null && parsing.size() < parallel && left() > 0) {
            long start = blocks.position();
            try {
                RecordBlocks.Block block = blocks.next();
                ended = block.length() == 0;
                if (!ended) {
                    CopyReader reader = format.reader(block.bytes(), block.length());
                    long limit = left();
                    parsing.give(() -> parsed(reader, limit, start));
                }
            } catch (QueryException e) {
                ended = true;
                parsing.give(() -> new Parsed(List.of(), 0, new Failure(e, 0, 0), start));
            }
        }
    }

    private long left() {
        return plan.limit() == 0 ? Long.MAX_VALUE : plan.limit() - rowsRead;
    }

    private Parsed parsed(CopyReader reader, long limit, long start) {
        var batches = new ArrayList<CopyBatch>();
        boolean done = false;
        try (var source = new RowBatches(reader, rows, allocator, limit)) {
            Failure wrong = null;
            try {
                for (CopyBatch batch = source.read(); batch != null; batch = source.read()) {
                    batches.add(batch);
                }
            } catch (QueryException e) {
                wrong = new Failure(e, reader.row(), reader.position());
            }
            var parsed = new Parsed(batches, reader.row(), wrong, start);
            done = true;
            return parsed;
        } finally {
            if (!done) {
                batches.forEach(CopyBatch::close);
            }
        }
    }

    private void take(Parsed parsed) {
        for (CopyBatch batch : parsed.batches()) {
            ready.addLast(new CopyBatch(batch.rows(), rowsRead + batch.firstRow(), parsed.start() + batch.bytesRead()));
        }
        Failure wrong = parsed.failure();
        if (wrong != null) {
            failure = CopyErrors.located(wrong.error(), rowsRead + wrong.row(), parsed.start() + wrong.position());
        }
        rowsRead += parsed.rows();
    }

    @Override
    public void close() {
        parsing.close();
        ready.forEach(CopyBatch::close);
        blocks.close();
    }
}
