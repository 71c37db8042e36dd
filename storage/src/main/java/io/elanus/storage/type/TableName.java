package io.elanus.storage.type;

/// A table's schema and name, as folded by the parser.
public record TableName(String schema, String table) {
    @Override
    public String toString() {
        return schema + "." + table;
    }
}
