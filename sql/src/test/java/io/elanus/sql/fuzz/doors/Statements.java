package io.elanus.sql.fuzz.doors;

import java.util.ArrayList;
import java.util.List;

/// Statements to spoil. None of them reads or writes a file of the server.
final class Statements {
    static final List<String> SET_UP = List.of(
            "CREATE TABLE item (id BIGINT PRIMARY KEY, name VARCHAR(40), price DECIMAL(9,2), made TIMESTAMP, "
                    + "tags INTEGER ARRAY, about JSON, plot VECTOR(4))",
            "INSERT INTO item (id, name, price, plot) VALUES (1, 'ant', 1.5, '[1,2,3,4]'), (2, 'bee', 2, '[4,3,2,1]'), "
                    + "(3, NULL, NULL, NULL)");

    /// Carried out as they come out of the mutator.
    static final List<String> RUN = List.of(
            "SELECT 1",
            "SELECT id, name, plot FROM item WHERE id IN (1, 2, 3) ORDER BY plot <-> '[1,1,1,1]' LIMIT 2",
            "SELECT name, count(*), sum(price) FROM item GROUP BY name HAVING count(*) > 0 ORDER BY 2 DESC, 1",
            "SELECT a.id, b.name FROM item AS a LEFT JOIN item AS b ON a.id = b.id + 1 WHERE a.price > 0.5 OR b.id IS NULL",
            "WITH x AS (SELECT id, price FROM item), y AS (SELECT id FROM x WHERE price > 1) SELECT * FROM x JOIN y USING (id)",
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT sum(i) FROM n",
            "SELECT id, rank() OVER (PARTITION BY name ORDER BY price DESC NULLS LAST) FROM item",
            "SELECT CASE WHEN price > 1 THEN upper(name) ELSE coalesce(name, 'x') || '!' END FROM item",
            "SELECT CAST('2024-02-29' AS DATE) + INTERVAL '1' DAY, EXTRACT(YEAR FROM made) FROM item",
            "SELECT substring(name FROM 1 FOR 2), position('e' IN name), trim(BOTH 'a' FROM name) FROM item",
            "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v (k, t) WHERE EXISTS (SELECT 1 FROM item WHERE item.id = v.k)",
            "SELECT id FROM item UNION SELECT 7 EXCEPT SELECT 2 INTERSECT SELECT 2 OFFSET 1 ROW FETCH NEXT 2 ROWS ONLY",
            "SELECT plot <=> '[1,0,0,1]'::vector(4) AS d, plot <#> plot FROM item WHERE plot IS NOT NULL ORDER BY d",
            "SELECT {fn ucase(name)}, {d '2024-01-01'} FROM item WHERE name LIKE 'a%' ESCAPE '\\'",
            "EXPLAIN SELECT id FROM item WHERE id = 1",
            "SHOW ALL",
            "SET ef_search = 10",
            "INSERT INTO item (id, name) VALUES (4, 'cat') ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name",
            "UPDATE item SET price = price * 2 WHERE id = 4",
            "DELETE FROM item WHERE id > 3",
            "SELECT * FROM information_schema.columns WHERE table_name = 'item'",
            "SELECT count(*) FROM system.settings AS s WHERE s.name SIMILAR TO '(a|b)%'");

    /// Parsed and planned only.
    static final List<String> READ = read();

    private Statements() {}

    private static List<String> read() {
        var all = new ArrayList<>(RUN);
        all.addAll(SET_UP);
        all.addAll(List.of(
                "CREATE INDEX near ON item USING hnsw (plot vector_l2_ops) WITH (m = 16, ef_construction = 64)",
                "CREATE OR REPLACE VIEW cheap AS SELECT id FROM item WHERE price < 1",
                "CREATE SCHEMA IF NOT EXISTS other",
                "CREATE USER ann PASSWORD 'secret'",
                "GRANT SELECT ON item TO ann",
                "ALTER TABLE item ADD COLUMN more DOUBLE PRECISION DEFAULT 1.5",
                "DROP TABLE IF EXISTS item CASCADE",
                "COPY item FROM STDIN WITH (FORMAT csv, HEADER)",
                "MERGE INTO item USING item AS s ON item.id = s.id WHEN MATCHED THEN UPDATE SET name = 'x'",
                "EXPLAIN (ANALYZE, FORMAT json) SELECT 1",
                "SELECT /*+ ef_search(10) */ id FROM item -- end"));
        return List.copyOf(all);
    }
}
