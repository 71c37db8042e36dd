package io.elanus.sql.crash;

/// A table under test.
///
/// @param shards with one, a statement is all or nothing even when it was never acknowledged
record CrashTable(String name, int shards) {
    String create() {
        return "CREATE TABLE " + name + " (id BIGINT PRIMARY KEY, version BIGINT, payload VARCHAR, v VECTOR("
                + CrashRow.DIMENSION + ")) WITH (shards = " + shards + ")";
    }

    String createIndex() {
        return "CREATE INDEX IF NOT EXISTS " + name + "_v ON " + name + " USING hnsw (v vector_l2_ops)";
    }

    boolean isAtomic() {
        return shards == 1;
    }
}
