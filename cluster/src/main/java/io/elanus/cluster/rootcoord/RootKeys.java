package io.elanus.cluster.rootcoord;

/// Keys of the root coordinator in the metadata store.
final class RootKeys {
    static final String PREFIX = "/root/";
    static final String TSO = PREFIX + "tso";
    static final String IDS = PREFIX + "ids";
    static final String NEWEST = PREFIX + "newest";
    static final String SCHEMAS = PREFIX + "schemas/";
    static final String TABLES = PREFIX + "tables/";
    static final String INDEXES = PREFIX + "indexes/";
    static final String VIEWS = PREFIX + "views/";
    static final String ROLES = PREFIX + "roles/";
    static final String ACCESS = PREFIX + "access/";
    static final String PENDING = PREFIX + "pending/";
    static final String REQUESTS = PREFIX + "requests/";

    private RootKeys() {}

    static String schema(String name) {
        return SCHEMAS + name;
    }

    static String table(long id) {
        return TABLES + id;
    }

    static String index(long id) {
        return INDEXES + id;
    }

    static String view(long id) {
        return VIEWS + id;
    }

    static String role(String name) {
        return ROLES + name;
    }

    /// Of a table or a view; that of a schema is with the schema.
    static String access(long relationId) {
        return ACCESS + relationId;
    }

    /// Key order is the order of the ids.
    static String pending(long id) {
        return PENDING + "%019d".formatted(id);
    }

    static String request(String requestId) {
        return REQUESTS + requestId;
    }
}
