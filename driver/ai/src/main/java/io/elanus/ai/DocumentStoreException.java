package io.elanus.ai;

import java.sql.SQLException;

/// The database refused or failed; the cause has the SQLSTATE.
public final class DocumentStoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DocumentStoreException(String table, SQLException cause) {
        super("Table [" + table + "] of documents: " + cause.getMessage(), cause);
    }
}
