package io.elanus.sql.fuzz.doors;

/// Somewhere to send inputs to. For one thread.
interface Target extends AutoCloseable {
    /// Sends one.
    ///
    /// @throws Finding when the answer is none that a server may give
    void ask();

    /// Lets go of what the server holds for it; the next [#ask] begins anew.
    void rest();

    @Override
    default void close() {
        rest();
    }

    /// What an input has shown.
    final class Finding extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Finding(String what, Throwable cause) {
            super(what, cause);
        }

        Finding(String what) {
            super(what);
        }
    }
}
