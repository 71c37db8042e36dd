package io.elanus.sql.copy;

import org.jspecify.annotations.Nullable;

/// Another source, one batch ahead of its reader. Owns the other.
final class Ahead implements BatchSource {
    private final BatchSource source;
    private final InOrder<@Nullable CopyBatch> batches = new InOrder<>("copy-read", Ahead::discard);
    private boolean begun;

    Ahead(BatchSource source) {
        this.source = source;
    }

    private static void discard(@Nullable CopyBatch batch) {
        if (batch != null) {
            batch.close();
        }
    }

    @Override
    public @Nullable CopyBatch next() {
        if (!begun) {
            begun = true;
            batches.give(source::next);
        }
        if (batches.size() == 0) {
            return null;
        }
        CopyBatch batch = batches.take();
        if (batch != null) {
            batches.give(source::next);
        }
        return batch;
    }

    @Override
    public void close() {
        try {
            batches.close();
        } finally {
            source.close();
        }
    }
}
