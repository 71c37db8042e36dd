package io.elanus.sql.avatica;

/// The connection is not open here: it was closed, its lease ran out, or the server was started anew.
final class MissingConnection extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MissingConnection(String id) {
        super("There is no connection [%s]. It was closed, or idle for too long, or the server was restarted."
                .formatted(JdbcProperties.printable(id)));
    }
}
