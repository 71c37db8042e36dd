package io.elanus.sql.crash;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What one writer may find under its keys. Used by the writer's thread, then (after it ended) by the checker.
final class KeyHistory {
    private final Map<Long, CrashRow> acknowledged = new HashMap<>();
    private final Map<Long, Optional<CrashRow>> inDoubt = new HashMap<>();

    Optional<CrashRow> acknowledged(long id) {
        return Optional.ofNullable(acknowledged.get(id));
    }

    Set<Long> livingKeys() {
        return Set.copyOf(acknowledged.keySet());
    }

    /// A statement is about to be sent: until it is acknowledged its effect is open.
    void tried(long id, Optional<CrashRow> outcome) {
        inDoubt.put(id, outcome);
    }

    void acknowledgeTried() {
        inDoubt.forEach(this::settle);
        inDoubt.clear();
    }

    /// What was tried with these keys has been acknowledged; other keys may stay in doubt.
    void acknowledge(Collection<Long> keys) {
        for (long key : keys) {
            Optional<CrashRow> outcome = inDoubt.remove(key);
            if (outcome != null) {
                settle(key, outcome);
            }
        }
    }

    boolean inDoubt(long id) {
        return inDoubt.containsKey(id);
    }

    private void settle(long id, Optional<CrashRow> outcome) {
        outcome.ifPresentOrElse(row -> acknowledged.put(id, row), () -> acknowledged.remove(id));
    }

    /// Is this what the key may hold? Takes it as the truth from now on if it is.
    boolean accepts(long id, Optional<CrashRow> found) {
        Optional<CrashRow> doubt = inDoubt.get(id);
        boolean allowed = found.equals(acknowledged(id)) || (doubt != null && found.equals(doubt));
        if (allowed) {
            settle(id, found);
            inDoubt.remove(id);
        }
        return allowed;
    }

    /// Is the statement in doubt there in part?
    boolean isTorn(Map<Long, CrashRow> found) {
        int applied = 0;
        int missing = 0;
        for (Map.Entry<Long, Optional<CrashRow>> doubt : inDoubt.entrySet()) {
            Optional<CrashRow> row = Optional.ofNullable(found.get(doubt.getKey()));
            if (!doubt.getValue().equals(acknowledged(doubt.getKey()))) {
                if (row.equals(doubt.getValue())) {
                    applied++;
                } else {
                    missing++;
                }
            }
        }
        return applied > 0 && missing > 0;
    }

    Set<Long> keys() {
        var keys = new HashSet<>(acknowledged.keySet());
        keys.addAll(inDoubt.keySet());
        return keys;
    }

    String describeDoubt() {
        return inDoubt.toString();
    }

    String describe(long id) {
        Optional<CrashRow> doubt = inDoubt.get(id);
        return "acknowledged " + acknowledged(id) + (doubt == null ? "" : ", in doubt " + doubt);
    }
}
