package io.elanus.sql.session;

import io.elanus.sql.exec.QueryContext;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Statements that run now. Thread safe.
final class RunningRegistry {
    /// @param startedMillis wall clock
    /// @param user of the session
    /// @param trace that it belongs to; null: none
    record Entry(
            QueryContext context,
            String sessionId,
            String user,
            String sql,
            long startedMillis,
            @Nullable String trace) {}

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    void add(Entry entry) {
        entries.put(entry.context().queryId(), entry);
    }

    void remove(String queryId) {
        entries.remove(queryId);
    }

    Collection<Entry> all() {
        return List.copyOf(entries.values());
    }

    Optional<Entry> find(String queryId) {
        return Optional.ofNullable(entries.get(queryId));
    }

    /// Cancels a statement; false when none of this id runs.
    boolean cancel(String queryId) {
        Entry entry = entries.get(queryId);
        if (entry == null) {
            return false;
        }
        entry.context().cancel();
        return true;
    }

    void cancelOf(String sessionId) {
        all().stream()
                .filter(entry -> entry.sessionId().equals(sessionId))
                .forEach(entry -> entry.context().cancel());
    }
}
