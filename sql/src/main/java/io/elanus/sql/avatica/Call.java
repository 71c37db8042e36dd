package io.elanus.sql.avatica;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a client asks for, decoded. Values of parameters are plain Java objects, see [WireValues].
sealed interface Call {
    String connection();

    record OpenConnection(String connection, Map<String, String> properties) implements Call {}

    record CloseConnection(String connection) implements Call {}

    record SyncConnection(String connection, ConnectionState changes) implements Call {}

    record Commit(String connection) implements Call {}

    record Rollback(String connection) implements Call {}

    record CreateStatement(String connection) implements Call {}

    record CloseStatement(String connection, int statement) implements Call {}

    /// @param maxRows negative or 0: all
    record Prepare(String connection, String sql, long maxRows) implements Call {}

    /// @param sql text of the statement as the client remembers it, to prepare it again when its lease ran out
    /// @param firstFrameRows 0 or less: as many as fit in a frame
    record Execute(
            String connection,
            int statement,
            Optional<String> sql,
            List<? extends @Nullable Object> parameters,
            int firstFrameRows)
            implements Call {}

    record PrepareAndExecute(String connection, int statement, String sql, long maxRows, int firstFrameRows)
            implements Call {}

    record ExecuteBatch(String connection, int statement, List<List<@Nullable Object>> rows) implements Call {}

    record PrepareAndExecuteBatch(String connection, int statement, List<String> sql) implements Call {}

    /// @param rows 0 or less: as many as fit in a frame
    record Fetch(String connection, int statement, long offset, int rows) implements Call {}

    /// Asks to run the statement again and skip to `offset`, after [Answer.Fetched.MISSING_RESULTS].
    record SyncResults(String connection, int statement, Optional<String> sql, long offset) implements Call {}

    record DatabaseProperties(String connection) implements Call {}

    record Catalogs(String connection) implements Call {}

    record Schemas(String connection, Optional<String> pattern) implements Call {}

    record TableTypes(String connection) implements Call {}

    record TypeInfo(String connection) implements Call {}

    /// @param types empty: all
    record Tables(String connection, Optional<String> schema, Optional<String> table, List<String> types)
            implements Call {}

    record Columns(String connection, Optional<String> schema, Optional<String> table, Optional<String> column)
            implements Call {}

    /// What Avatica keeps in step on both sides. Absent: not said.
    record ConnectionState(
            Optional<Boolean> autoCommit,
            Optional<Boolean> readOnly,
            Optional<Integer> isolation,
            Optional<String> catalog,
            Optional<String> schema) {}
}
