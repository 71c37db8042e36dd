package io.elanus.jdbc;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the server said went wrong; the cause of every [java.sql.SQLException] that came from there.
public final class ServerError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String sentence;
    private final String sqlState;
    private final int position;
    private final @Nullable String hint;

    ServerError(String sentence, String sqlState, int position, @Nullable String hint) {
        super(sentence);
        this.sentence = sentence;
        this.sqlState = sqlState;
        this.position = position;
        this.hint = hint;
    }

    ServerError(String sentence, String sqlState, @Nullable String hint, @Nullable Throwable cause) {
        super(sentence, cause);
        this.sentence = sentence;
        this.sqlState = sqlState;
        this.position = 0;
        this.hint = hint;
    }

    public String sentence() {
        return sentence;
    }

    public String sqlState() {
        return sqlState;
    }

    /// 1-based offset in characters within the statement; 0: unknown.
    public int position() {
        return position;
    }

    /// What to type or do next.
    public Optional<String> hint() {
        return Optional.ofNullable(hint);
    }
}
