package io.elanus.sql.exec;

import io.elanus.sql.error.QueryErrors;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// The root of a running plan: lets all its scans begin at the first pull, and turns whatever a layer below throws
/// into the error that people see. A failure that follows a cancellation is the cancellation.
final class CheckedSource implements RowSource {
    private final RowSource root;
    private final List<ScanSource> scans;
    private final QueryContext context;
    private boolean started;

    CheckedSource(RowSource root, List<ScanSource> scans, QueryContext context) {
        this.root = root;
        this.scans = List.copyOf(scans);
        this.context = context;
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        try {
            start();
            return root.next();
        } catch (RuntimeException | StackOverflowError e) { // every layer has its own kinds; here they become one
            context.check();
            throw QueryErrors.of(e);
        }
    }

    @Override
    public boolean isReady() {
        try {
            start();
            return root.isReady();
        } catch (RuntimeException | StackOverflowError e) { // as above
            context.check();
            throw QueryErrors.of(e);
        }
    }

    private void start() {
        context.check();
        if (!started) {
            started = true;
            for (ScanSource scan : scans) {
                if (!scan.expectsKeys()) {
                    scan.start();
                }
            }
        }
    }

    @Override
    public void close() {
        root.close();
    }
}
