package io.elanus.cluster.access;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What may be granted. The order is that in which they are shown.
public enum Privilege {
    SELECT,
    INSERT,
    UPDATE,
    DELETE,
    TRUNCATE,
    CREATE,
    USAGE;

    /// Of tables and views.
    public static final Set<Privilege> OF_RELATION = Set.copyOf(EnumSet.range(SELECT, TRUNCATE));
    /// Of single columns.
    public static final Set<Privilege> OF_COLUMN = Set.of(SELECT, INSERT, UPDATE);

    public static final Set<Privilege> OF_SCHEMA = Set.of(CREATE, USAGE);

    public static Optional<Privilege> find(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(privilege -> privilege.name().equals(upper))
                .findFirst();
    }
}
