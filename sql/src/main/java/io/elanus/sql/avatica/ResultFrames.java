package io.elanus.sql.avatica;

import java.util.Optional;

/// Sends the result of a statement frame by frame, the last one again to a client that missed it. Stateless: the
/// place in the result is the statement's, whose lock the calling thread holds ([#fetch] takes it).
final class ResultFrames {
    private final JdbcConfig config;

    ResultFrames(JdbcConfig config) {
        this.config = config;
    }

    byte[] next(ClientStatement statement, ResultCursor cursor, int rows, Codec codec) {
        FrameWriter frame = codec.newFrame();
        boolean done;
        try {
            done = cursor.fill(frame, rows, config.frameSize().toIntBytes(), config.patience());
        } catch (RuntimeException e) {
            statement.closeCursor();
            throw e;
        }
        long from = statement.offset();
        long to = from + frame.rows();
        byte[] bytes = frame.finish(from, done);
        statement.sent(new ClientStatement.LastFrame(from, to, done, bytes));
        if (done) {
            statement.closeCursor();
        }
        return bytes;
    }

    Answer fetch(ClientConnection connection, Call.Fetch call, Codec codec) {
        Optional<ClientStatement> known = connection.findStatement(call.statement());
        if (known.isEmpty()) {
            return Answer.Fetched.MISSING_STATEMENT;
        }
        ClientStatement statement = known.get();
        statement.lock.lock();
        try {
            Optional<ClientStatement.LastFrame> last = statement.last();
            if (last.isPresent()
                    && last.get().offset() == call.offset()
                    && last.get().nextOffset() != call.offset()) {
                return new Answer.Fetched(last.get().bytes(), false, false);
            }
            if (statement.offset() == call.offset() && statement.done()) {
                return new Answer.Fetched(codec.newFrame().finish(call.offset(), true), false, false);
            }
            Optional<ResultCursor> cursor = statement.cursor();
            if (cursor.isEmpty() || statement.offset() != call.offset()) {
                return Answer.Fetched.MISSING_RESULTS;
            }
            return new Answer.Fetched(next(statement, cursor.get(), call.rows(), codec), false, false);
        } finally {
            statement.lock.unlock();
        }
    }

    /// Moves on to the row at `offset` without encoding the rows before it; true: the result ends before it.
    boolean skip(ClientStatement statement, ResultCursor cursor, long offset) {
        boolean done = false;
        while (statement.offset() < offset && !done) {
            var skipped = new SkippingCodec();
            int rows = (int) Math.min(offset - statement.offset(), Integer.MAX_VALUE);
            done = cursor.fill(skipped, rows, Integer.MAX_VALUE, config.patience());
            statement.skipped(skipped.rows());
        }
        return done;
    }
}
