# WITH RECURSIVE.
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT n FROM t
---- rows
1
2
3
4
5

WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 100) SELECT sum(n), count(*) FROM t
---- rows
5050|100

CREATE TABLE emp (id INTEGER PRIMARY KEY, boss INTEGER, name VARCHAR) WITH (shards = 2)
---- ok

INSERT INTO emp VALUES (1, NULL, 'ann'), (2, 1, 'bob'), (3, 1, 'cid'), (4, 2, 'dan'), (5, 4, 'eve')
---- count 5

WITH RECURSIVE chain AS (SELECT id, name, 0 AS depth, name AS path FROM emp WHERE boss IS NULL UNION ALL SELECT e.id, e.name, c.depth + 1, c.path || '/' || e.name FROM emp e JOIN chain c ON e.boss = c.id) SELECT * FROM chain ORDER BY path
---- rows
1|ann|0|ann
2|bob|1|ann/bob
4|dan|2|ann/bob/dan
5|eve|3|ann/bob/dan/eve
3|cid|1|ann/cid

# UNION drops rows that came before, so a circle ends.
WITH RECURSIVE t(n) AS (SELECT 1 UNION SELECT (n + 1) % 5 FROM t) SELECT n FROM t ORDER BY n
---- rows
0
1
2
3
4

# What nobody reads is not made.
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT n FROM t LIMIT 3
---- rows
1
2
3

WITH RECURSIVE t AS (SELECT 'a' AS s UNION ALL SELECT s || 'b' FROM t WHERE char_length(s) < 4) SELECT * FROM t
---- rows
a
ab
abb
abbb

# The first part may know a column as NOT NULL; the rest need not keep to it.
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT CASE WHEN n < 3 THEN n + 1 END FROM t WHERE n IS NOT NULL) SELECT n FROM t
---- rows
1
2
3
NULL

WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 3), u AS (SELECT n * 10 AS m FROM t), w(k) AS (SELECT m FROM u UNION ALL SELECT k + 100 FROM w WHERE k < 200) SELECT count(*), max(k) FROM w
---- rows
9|230

WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT a.n, b.n FROM t a JOIN t b ON a.n = b.n + 1 ORDER BY 1
---- rows
2|1
3|2

CREATE VIEW org AS WITH RECURSIVE chain AS (SELECT id, 0 AS depth FROM emp WHERE boss IS NULL UNION ALL SELECT e.id, c.depth + 1 FROM emp e JOIN chain c ON e.boss = c.id) SELECT * FROM chain
---- ok

SELECT * FROM org WHERE depth > 1 ORDER BY id
---- rows
4|2
5|3

# Only what is linear can be run step by step.
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT a.n + 1 FROM t a JOIN t b ON a.n = b.n) SELECT n FROM t
---- error 42P19 twice

WITH RECURSIVE t(n) AS (SELECT n FROM t UNION ALL SELECT 1) SELECT n FROM t
---- error 42P19 before the last UNION

WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT max(n) + 1 FROM t) SELECT n FROM t
---- error 42P19 aggregate

WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t LIMIT 5) SELECT n FROM t
---- error 42P19 LIMIT

WITH RECURSIVE t(n) AS (SELECT id FROM emp WHERE boss IS NULL UNION ALL SELECT e.id FROM emp e LEFT JOIN t ON e.boss = t.n) SELECT * FROM t
---- error 42P19 outer join

WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1.5 FROM t WHERE n < 3) SELECT n FROM t
---- error 42804 CAST

SET statement_timeout = '1s'
---- ok

WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t
---- error 57014

SET statement_timeout = '0s'
---- ok

SET query_memory = '4MB'
---- ok

WITH RECURSIVE t(n) AS (SELECT 1 UNION SELECT n + 1 FROM t) SELECT count(*) FROM t
---- error 53200
