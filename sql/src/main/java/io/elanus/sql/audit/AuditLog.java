package io.elanus.sql.audit;

import java.util.Locale;

/// Takes what happened. Any thread.
public interface AuditLog {
    /// Nobody wants to know.
    AuditLog NONE = new AuditLog() {
        @Override
        public void login(LoginOutcome outcome, String user, String address, String door) {}

        @Override
        public void statement(StatementEvent event) {}
    };

    enum LoginOutcome {
        OK,
        FAILED,
        LOCKED;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// @param user as the client says
    /// @param door where the client knocked
    void login(LoginOutcome outcome, String user, String address, String door);

    void statement(StatementEvent event);

    /// A statement that is worth a line.
    ///
    /// @param kind `ddl`, `grant`, `denied` …
    /// @param sqlState of its failure; empty: it succeeded
    /// @param sql as it was sent; the log takes the secrets out
    record StatementEvent(String kind, String user, String session, String sqlState, String sql) {}
}
