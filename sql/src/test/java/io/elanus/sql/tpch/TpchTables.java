package io.elanus.sql.tpch;

import io.trino.tpch.TpchTable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/// Makes and fills the tables. Those whose key has several columns have no declared key here; they get a generated
/// one.
final class TpchTables {
    private static final List<String> DEFINITIONS = List.of(
            "region (r_regionkey BIGINT %s, r_name VARCHAR, r_comment VARCHAR)",
            "nation (n_nationkey BIGINT %s, n_name VARCHAR, n_regionkey BIGINT, n_comment VARCHAR)",
            "supplier (s_suppkey BIGINT %s, s_name VARCHAR, s_address VARCHAR, s_nationkey BIGINT, s_phone VARCHAR,"
                    + " s_acctbal DECIMAL(15, 2), s_comment VARCHAR)",
            "customer (c_custkey BIGINT %s, c_name VARCHAR, c_address VARCHAR, c_nationkey BIGINT, c_phone VARCHAR,"
                    + " c_acctbal DECIMAL(15, 2), c_mktsegment VARCHAR, c_comment VARCHAR)",
            "part (p_partkey BIGINT %s, p_name VARCHAR, p_mfgr VARCHAR, p_brand VARCHAR, p_type VARCHAR,"
                    + " p_size INTEGER, p_container VARCHAR, p_retailprice DECIMAL(15, 2), p_comment VARCHAR)",
            "partsupp (ps_partkey BIGINT, ps_suppkey BIGINT, ps_availqty INTEGER, ps_supplycost DECIMAL(15, 2),"
                    + " ps_comment VARCHAR)",
            "orders (o_orderkey BIGINT %s, o_custkey BIGINT, o_orderstatus VARCHAR, o_totalprice DECIMAL(15, 2),"
                    + " o_orderdate DATE, o_orderpriority VARCHAR, o_clerk VARCHAR, o_shippriority INTEGER,"
                    + " o_comment VARCHAR)",
            "lineitem (l_orderkey BIGINT, l_partkey BIGINT, l_suppkey BIGINT, l_linenumber INTEGER,"
                    + " l_quantity DECIMAL(15, 2), l_extendedprice DECIMAL(15, 2), l_discount DECIMAL(15, 2),"
                    + " l_tax DECIMAL(15, 2), l_returnflag VARCHAR, l_linestatus VARCHAR, l_shipdate DATE,"
                    + " l_commitdate DATE, l_receiptdate DATE, l_shipinstruct VARCHAR, l_shipmode VARCHAR,"
                    + " l_comment VARCHAR)");

    private TpchTables() {}

    static void loadElanus(Connection connection, Path folder) throws SQLException {
        load(connection, folder, "PRIMARY KEY", "COPY %s FROM '%s' WITH (format csv, delimiter '|')");
        try (Statement statement = connection.createStatement()) {
            statement.execute("FLUSH");
        }
    }

    static void loadDuckDb(Connection connection, Path folder) throws SQLException {
        load(connection, folder, "", "COPY %s FROM '%s' (DELIMITER '|', HEADER false)");
    }

    private static void load(Connection connection, Path folder, String key, String copy) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String definition : DEFINITIONS) {
                statement.execute("CREATE TABLE " + definition.replace("%s", key));
            }
            for (TpchTable<?> table : TpchTable.getTables()) {
                statement.execute(copy.formatted(table.getTableName(), TpchData.file(folder, table)));
            }
        }
    }
}
