package io.elanus.sql.avatica;

/// Small conventions of the protocol that both encodings share.
final class AvaticaCodes {
    /// The client opens its connection again, if it was told to (`transparent_reconnection`).
    private static final int MISSING_CONNECTION = 1;

    private static final int UNSPECIFIC = -1;

    private AvaticaCodes() {}

    static int error(Answer.Failed failed) {
        return failed.missingConnection() ? MISSING_CONNECTION : UNSPECIFIC;
    }

    @FunctionalInterface
    interface Origin {
        void accept(String schema, String table, String column);
    }

    /// An origin names table and column, or schema, table and column.
    static void origin(ReportedColumn column, Origin origin) {
        int parts = column.origin().size();
        if (parts >= 2) {
            origin.accept(
                    parts > 2 ? column.origin().get(parts - 3) : "",
                    column.origin().get(parts - 2),
                    column.origin().get(parts - 1));
        }
    }
}
