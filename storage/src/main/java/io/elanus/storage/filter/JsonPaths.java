package io.elanus.storage.filter;

import java.util.List;

/// Paths of SQL/JSON, for those who compare them.
public final class JsonPaths {
    private JsonPaths() {}

    /// Names of members and places of elements; equal for paths that lead to the same. Refuses what is no path.
    public static List<Object> steps(String path) {
        return List.copyOf(Json.path(path));
    }
}
