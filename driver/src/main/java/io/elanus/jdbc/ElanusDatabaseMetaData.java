package io.elanus.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.calcite.avatica.AvaticaConnection;
import org.apache.calcite.avatica.AvaticaDatabaseMetaData;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.MetaImpl;
import org.jspecify.annotations.Nullable;

/// Keys, indexes and privileges, which Avatica's protocol does not carry, from `information_schema`; and true
/// answers where Avatica's are about Avatica.
final class ElanusDatabaseMetaData extends AvaticaDatabaseMetaData {
    private final AvaticaConnection owner;

    ElanusDatabaseMetaData(AvaticaConnection connection) {
        super(connection);
        owner = connection;
    }

    private ElanusConnection connection() {
        return (ElanusConnection) owner;
    }

    private static final class Columns {
        final List<ColumnMetaData> list = new ArrayList<>();

        Columns add(Class<?> type, String... names) {
            for (String name : names) {
                list.add(MetaImpl.columnMetaData(name, list.size(), type, true));
            }
            return this;
        }
    }

    private List<Object[]> query(String sql, String... values) throws SQLException {
        var rows = new ArrayList<Object[]>();
        try (PreparedStatement statement = owner.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            try (ResultSet result = statement.executeQuery()) {
                int width = result.getMetaData().getColumnCount();
                while (result.next()) {
                    Object[] row = new Object[width];
                    for (int i = 0; i < width; i++) {
                        row[i] = result.getObject(i + 1);
                    }
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    private String schemaOr(@Nullable String schema) throws SQLException {
        String current = connection().getSchema();
        return schema != null && !schema.isEmpty() ? schema : current == null ? "public" : current;
    }

    @Override
    public ResultSet getPrimaryKeys(@Nullable String catalog, @Nullable String schema, String table)
            throws SQLException {
        String inSchema = schemaOr(schema);
        var rows = new ArrayList<Object>();
        for (Object[] key : query(
                "SELECT k.column_name, k.ordinal_position, k.constraint_name"
                        + " FROM information_schema.key_column_usage k"
                        + " JOIN information_schema.table_constraints c"
                        + " ON c.constraint_name = k.constraint_name AND c.table_schema = k.table_schema"
                        + " AND c.table_name = k.table_name"
                        + " WHERE c.constraint_type = 'PRIMARY KEY' AND k.table_schema = ? AND k.table_name = ?",
                inSchema,
                table)) {
            short sequence = ((Number) key[1]).shortValue();
            rows.add(new Object[] {catalogName(), inSchema, table, key[0], sequence, key[2]});
        }
        rows.sort(Comparator.comparing(row -> ((Object[]) row)[3].toString()));
        return connection()
                .rows(
                        new Columns()
                                .add(String.class, "TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "COLUMN_NAME")
                                .add(Short.class, "KEY_SEQ")
                                .add(String.class, "PK_NAME")
                                .list,
                        rows);
    }

    @Override
    public ResultSet getIndexInfo(
            @Nullable String catalog, @Nullable String schema, String table, boolean unique, boolean approximate)
            throws SQLException {
        String inSchema = schemaOr(schema);
        var rows = new ArrayList<Object>();
        for (Object[] index : query(
                "SELECT index_name, column_name, is_unique FROM information_schema.indexes"
                        + " WHERE table_schema = ? AND table_name = ? ORDER BY is_unique DESC, index_name",
                inSchema,
                table)) {
            boolean isUnique = "YES".equals(index[2]);
            if (isUnique || !unique) {
                rows.add(indexRow(inSchema, table, !isUnique, index[0].toString(), index[1].toString()));
            }
        }
        return connection()
                .rows(
                        new Columns()
                                .add(String.class, "TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME")
                                .add(Boolean.class, "NON_UNIQUE")
                                .add(String.class, "INDEX_QUALIFIER", "INDEX_NAME")
                                .add(Short.class, "TYPE", "ORDINAL_POSITION")
                                .add(String.class, "COLUMN_NAME", "ASC_OR_DESC")
                                .add(Long.class, "CARDINALITY", "PAGES")
                                .add(String.class, "FILTER_CONDITION")
                                .list,
                        rows);
    }

    private static @Nullable Object[] indexRow(
            String schema, String table, boolean nonUnique, String index, String column) {
        return new @Nullable Object[] {
            catalogName(), schema, table, nonUnique, null, index, tableIndexOther, (short) 1, column, null, 0L, 0L, null
        };
    }

    @Override
    public ResultSet getTablePrivileges(
            @Nullable String catalog, @Nullable String schemaPattern, @Nullable String tablePattern)
            throws SQLException {
        var rows = new ArrayList<Object>();
        for (Object[] grant : query(
                "SELECT table_schema, table_name, grantor, grantee, privilege_type, is_grantable"
                        + " FROM information_schema.table_privileges"
                        + " WHERE table_schema LIKE ? AND table_name LIKE ?"
                        + " ORDER BY table_schema, table_name, privilege_type, grantee, grantor",
                orAll(schemaPattern),
                orAll(tablePattern))) {
            rows.add(new Object[] {catalogName(), grant[0], grant[1], grant[2], grant[3], grant[4], grant[5]});
        }
        return connection()
                .rows(
                        new Columns()
                                .add(String.class, "TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME")
                                .add(String.class, "GRANTOR", "GRANTEE", "PRIVILEGE", "IS_GRANTABLE")
                                .list,
                        rows);
    }

    @Override
    public ResultSet getColumnPrivileges(
            @Nullable String catalog, @Nullable String schema, String table, @Nullable String columnPattern)
            throws SQLException {
        String inSchema = schemaOr(schema);
        var rows = new ArrayList<Object>();
        for (Object[] grant : query(
                "SELECT column_name, grantor, grantee, privilege_type, is_grantable"
                        + " FROM information_schema.column_privileges"
                        + " WHERE table_schema = ? AND table_name = ? AND column_name LIKE ?"
                        + " ORDER BY column_name, privilege_type, grantee, grantor",
                inSchema,
                table,
                orAll(columnPattern))) {
            rows.add(new Object[] {catalogName(), inSchema, table, grant[0], grant[1], grant[2], grant[3], grant[4]});
        }
        return connection()
                .rows(
                        new Columns()
                                .add(String.class, "TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "COLUMN_NAME")
                                .add(String.class, "GRANTOR", "GRANTEE", "PRIVILEGE", "IS_GRANTABLE")
                                .list,
                        rows);
    }

    private static String orAll(@Nullable String pattern) {
        return pattern == null ? "%" : pattern;
    }

    private static String catalogName() {
        return "elanus";
    }

    @Override
    public Connection getConnection() {
        return owner;
    }

    @Override
    public String getDatabaseProductName() {
        return "Elanus";
    }

    @Override
    public boolean isReadOnly() throws SQLException {
        return owner.isReadOnly();
    }

    @Override
    public boolean storesLowerCaseIdentifiers() {
        return true;
    }

    @Override
    public boolean storesUpperCaseIdentifiers() {
        return false;
    }

    @Override
    public boolean storesMixedCaseIdentifiers() {
        return false;
    }

    @Override
    public boolean supportsMixedCaseIdentifiers() {
        return false;
    }

    @Override
    public boolean storesMixedCaseQuotedIdentifiers() {
        return true;
    }

    @Override
    public boolean supportsMixedCaseQuotedIdentifiers() {
        return true;
    }

    @Override
    public String getIdentifierQuoteString() {
        return "\"";
    }

    @Override
    public String getSearchStringEscape() {
        return "\\";
    }

    @Override
    public boolean supportsTransactions() {
        return false;
    }

    @Override
    public int getDefaultTransactionIsolation() {
        return Connection.TRANSACTION_READ_COMMITTED;
    }

    @Override
    public boolean supportsTransactionIsolationLevel(int level) {
        return level == Connection.TRANSACTION_READ_COMMITTED;
    }

    // Results are read only, forward only and of one moment: nobody's changes show in them.

    @Override
    public boolean ownUpdatesAreVisible(int type) {
        return false;
    }

    @Override
    public boolean ownDeletesAreVisible(int type) {
        return false;
    }

    @Override
    public boolean ownInsertsAreVisible(int type) {
        return false;
    }

    @Override
    public boolean othersUpdatesAreVisible(int type) {
        return false;
    }

    @Override
    public boolean othersDeletesAreVisible(int type) {
        return false;
    }

    @Override
    public boolean othersInsertsAreVisible(int type) {
        return false;
    }

    @Override
    public boolean updatesAreDetected(int type) {
        return false;
    }

    @Override
    public boolean deletesAreDetected(int type) {
        return false;
    }

    @Override
    public boolean insertsAreDetected(int type) {
        return false;
    }

    @Override
    public boolean supportsResultSetHoldability(int holdability) {
        return holdability == getResultSetHoldability();
    }

    @Override
    public int getResultSetHoldability() {
        return ResultSet.HOLD_CURSORS_OVER_COMMIT;
    }

    @Override
    public boolean nullsAreSortedHigh() {
        return true;
    }

    @Override
    public boolean nullsAreSortedAtEnd() {
        return false;
    }

    @Override
    public boolean supportsAlterTableWithAddColumn() {
        return true;
    }

    @Override
    public boolean supportsAlterTableWithDropColumn() {
        return true;
    }

    @Override
    public boolean supportsDataManipulationTransactionsOnly() {
        return false;
    }

    @Override
    public boolean supportsSubqueriesInQuantifieds() {
        return true;
    }

    @Override
    public boolean supportsOpenStatementsAcrossCommit() {
        return true;
    }

    @Override
    public boolean supportsBatchUpdates() {
        return true;
    }

    @Override
    public boolean supportsSavepoints() {
        return false;
    }

    @Override
    public boolean supportsGetGeneratedKeys() {
        return true;
    }

    @Override
    public boolean supportsMultipleOpenResults() {
        return false;
    }

    @Override
    public int getMaxColumnNameLength() {
        return 128;
    }

    @Override
    public int getMaxTableNameLength() {
        return 128;
    }

    @Override
    public ResultSet getClientInfoProperties() throws SQLException {
        return connection()
                .rows(
                        new Columns()
                                .add(String.class, "NAME")
                                .add(Integer.class, "MAX_LEN")
                                .add(String.class, "DEFAULT_VALUE", "DESCRIPTION")
                                .list,
                        List.of());
    }
}
