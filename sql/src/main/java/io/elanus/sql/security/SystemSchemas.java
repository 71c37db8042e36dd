package io.elanus.sql.security;

import java.util.Set;

/// Schemas that belong to nobody and that everyone may use; what their tables show depends on who asks.
final class SystemSchemas {
    private static final Set<String> NAMES = Set.of("system", "information_schema");

    private SystemSchemas() {}

    static boolean has(String schema) {
        return NAMES.contains(schema);
    }
}
