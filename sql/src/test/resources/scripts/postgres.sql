# What people write for PostgreSQL.
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b VARCHAR, d DATE, ts TIMESTAMP)
---- ok

INSERT INTO t VALUES (1, 5, 'x', '2024-01-31', '2024-01-31 10:00:00'), (2, NULL, 'y', '2024-02-29', '2024-02-29 00:00:00'), (3, 5, NULL, NULL, NULL)
---- count 3

# An index has no order of its own, and is of its first column.
CREATE INDEX t_a ON t (a DESC)
---- ok

CREATE INDEX t_ab ON t (a DESC NULLS LAST, b ASC)
---- ok

CREATE INDEX ON t (b NULLS FIRST, a)
---- ok

SELECT index_name, column_name FROM information_schema.indexes WHERE table_name = 't' ORDER BY index_name
---- rows
t_a|a
t_ab|a
t_b_a_idx|b
t_pkey|id

SELECT id FROM t WHERE a = 5 AND b = 'x'
---- rows
1

CREATE UNIQUE INDEX t_id ON t (id DESC)
---- ok

CREATE UNIQUE INDEX t_b_id ON t (b, id)
---- ok

CREATE UNIQUE INDEX t_b ON t (b)
---- error 0A000 A UNIQUE INDEX has the key of its table among its columns; that of [public.t] is [id].

CREATE INDEX t_c ON t (a, c)
---- error 42703 Column [c] does not exist

CREATE INDEX t_a2 ON t (a int4_ops)
---- error 0A000 Operator class [int4_ops] is for vectors

# Days and dates, times and intervals.
SELECT d + 1, d - 1, 3 + d, d - a FROM t WHERE id = 1
---- rows
2024-02-01|2024-01-30|2024-02-03|2024-01-26

SELECT id, d - DATE '2024-01-01' FROM t ORDER BY id
---- rows
1|30
2|59
3|NULL

SELECT d - DATE '2024-01-01' AS n, count(*) FROM t GROUP BY d - DATE '2024-01-01' ORDER BY 1
---- rows
30|1
59|1
NULL|1

SELECT id FROM t WHERE d BETWEEN DATE '2024-02-29' - 30 AND DATE '2024-01-01' + 60 ORDER BY id
---- rows
1
2

SELECT id, ts - TIMESTAMP '2024-01-01 00:00:00' > INTERVAL '40 days' FROM t ORDER BY id
---- rows
1|false
2|true
3|NULL

SELECT id FROM t WHERE TIMESTAMP '2024-03-01 00:00:00' - ts < INTERVAL '1 day' + INTERVAL '1 hour'
---- rows
2

SELECT id FROM t WHERE ts + '1 day'::interval > TIMESTAMP '2024-02-15 00:00:00'
---- rows
2

# Arrays in a text.
SELECT '{1,2}'::int[], '{a,"b, c",NULL}'::text[], CAST('{1.5, 2}' AS DOUBLE PRECISION[])
---- rows
{1,2}|{a,"b, c",NULL}|{1.5,2}

SELECT ('{1,2,3}'::int[])[2], cardinality('{}'::int[]), cardinality(ARRAY[]::text[])
---- rows
2|0|0

SELECT '{1'::int[]
---- error 22P02 [{1] is not an array

SELECT '{{1},{2}}'::int[]
---- error 0A000 Arrays have one dimension

# A condition without a table.
SELECT 1 AS one WHERE 1 = 1 UNION ALL SELECT 2 WHERE 1 = 0
---- rows
1

SELECT 'x' WHERE EXISTS (SELECT 1 FROM t WHERE a > 5)
---- rows

SELECT count(*) WHERE 1 = 0
---- rows
0

# Rows in order.
SELECT count(*) FROM t WHERE (a, id) < (5, 2)
---- rows
1

SELECT id FROM t WHERE (a, id) >= (5, 1) ORDER BY id
---- rows
1
3

SELECT id FROM t WHERE (a, id) < (5, 1, 2)
---- error 42601 Rows of [2] and [3] values cannot be compared

# WITH before changes.
WITH s AS (SELECT 10 AS id, 7 AS a) INSERT INTO t (id, a) SELECT * FROM s
---- count 1

WITH s AS (SELECT 10 AS id) UPDATE t SET a = 8 FROM s WHERE t.id = s.id
---- count 1

WITH s AS (SELECT max(a) AS m FROM t) UPDATE t SET a = (SELECT m FROM s) + 1 WHERE id = 10 RETURNING id, a
---- rows
10|9

WITH RECURSIVE n (i) AS (SELECT 60 UNION SELECT i + 1 FROM n WHERE i < 63) INSERT INTO t (id, a) SELECT i, i FROM n
---- count 4

WITH s (id) AS (VALUES (60), (61)) DELETE FROM t WHERE id IN (SELECT id FROM s)
---- count 2

WITH s AS (SELECT 62 AS id) MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE
---- count 1

WITH s AS (SELECT 10 AS id) DELETE FROM t USING s WHERE t.id = s.id RETURNING t.id
---- rows
10

DELETE FROM t WHERE id = 63
---- count 1

# WITH TIES.
SELECT count(*), sum(id) FROM (SELECT id, a FROM t ORDER BY a FETCH FIRST 1 ROWS WITH TIES) AS s
---- rows
2|4

SELECT a AS z, count(*) FROM t GROUP BY a ORDER BY 2 DESC FETCH FIRST ROW WITH TIES
---- rows
5|2

SELECT id FROM t ORDER BY a, id OFFSET 1 ROWS FETCH NEXT 1 ROWS WITH TIES
---- rows
3

SELECT DISTINCT a FROM t ORDER BY a FETCH FIRST 1 ROWS WITH TIES
---- error 0A000 WITH TIES takes a SELECT with ORDER BY

# Functions beside tables.
SELECT t.id, n FROM t CROSS JOIN LATERAL generate_series(1, t.id) AS g (n) WHERE t.id < 3 ORDER BY 1, 2
---- rows
1|1
2|1
2|2

COMMENT ON TABLE t IS 'of things'
---- ok

COMMENT ON COLUMN t.b IS 'it''s text'
---- ok

COMMENT ON COLUMN public.t.d IS $$a day$$
---- ok

ALTER TABLE t RENAME COLUMN b TO text
---- ok

SELECT column_name, column_comment FROM information_schema.columns WHERE table_name = 't' AND column_comment IS NOT NULL
---- rows
text|it's text
d|a day

SELECT table_comment FROM information_schema.tables WHERE table_name = 't'
---- rows
of things

COMMENT ON COLUMN t.d IS NULL
---- ok

COMMENT ON TABLE t IS NULL
---- ok

ALTER TABLE t RENAME COLUMN text TO b
---- ok

SELECT count(column_comment), count(table_comment) FROM information_schema.columns AS c JOIN information_schema.tables AS t USING (table_schema, table_name) WHERE t.table_schema = 'public'
---- rows
1|0

COMMENT ON COLUMN t.nothing IS 'x'
---- error 42703 Column [nothing] does not exist

COMMENT ON COLUMN b IS 'x'
---- error 42601 write table.column

COMMENT ON COLUMN nobody.b IS 'x'
---- error 42P01

SELECT current_schema()
---- rows
public
