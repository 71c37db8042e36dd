package io.elanus.sql.parser;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.io.IOException;
import org.apache.calcite.util.SourceStringReader;

/// A statement on its way into the grammar, which reads a piece at a time: long ones take long, and between two
/// pieces is where to notice that nobody waits any more.
final class CancellableText extends SourceStringReader {
    CancellableText(String sql) {
        super(sql);
    }

    @Override
    public int read(char[] into, int from, int length) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new QueryException(ErrorCode.CANCELLED, "The statement was cancelled while it was read.");
        }
        return super.read(into, from, length);
    }
}
