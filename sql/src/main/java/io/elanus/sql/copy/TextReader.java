package io.elanus.sql.copy;

import io.elanus.proto.grpc.Literal;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// Text, row by row. Owns the stream.
final class TextReader implements CopyReader {
    private final TextFormat format;
    private final RecordBlocks blocks;
    private @Nullable CopyReader block;
    private long blockStart;
    private long rowsBefore;

    TextReader(CopyPlan plan, TextFormat format, InputStream in) {
        this.format = format;
        this.blocks = new RecordBlocks(plan.name(), format, in);
    }

    @Override
    public Literal @Nullable [] next() {
        while (true) {
            CopyReader current = block;
            if (current != null) {
                Literal[] row = current.next();
                if (row != null) {
                    return row;
                }
                rowsBefore += current.row();
                block = null;
            }
            RecordBlocks.Block next = blocks.next();
            blockStart = next.start();
            if (next.length() == 0) {
                return null;
            }
            block = format.reader(next.bytes(), next.length());
        }
    }

    @Override
    public long position() {
        CopyReader current = block;
        return blockStart + (current == null ? 0 : current.position());
    }

    @Override
    public long row() {
        CopyReader current = block;
        return rowsBefore + (current == null ? 0 : current.row());
    }

    @Override
    public void close() {
        blocks.close();
    }
}
