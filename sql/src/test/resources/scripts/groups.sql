# The best rows of each group, aggregates in order, and NULLs that windows pass over.
CREATE TABLE emp (id INTEGER PRIMARY KEY, boss INTEGER, name VARCHAR) WITH (shards = 2)
---- ok

INSERT INTO emp VALUES (1, NULL, 'ann'), (2, 1, 'bob'), (3, 1, 'cid'), (4, 2, 'dan'), (5, 4, 'eve')
---- ok

SELECT DISTINCT ON (boss) boss, id, name FROM emp ORDER BY boss, id DESC
---- rows
1|3|cid
2|4|dan
4|5|eve
NULL|1|ann

SELECT DISTINCT ON (1) boss AS b, id FROM emp ORDER BY b NULLS FIRST, id LIMIT 2
---- rows
NULL|1
1|2

SELECT DISTINCT ON (boss) * FROM emp
---- unordered
2|1|bob
4|2|dan
5|4|eve
1|NULL|ann

SELECT DISTINCT ON (boss) count(*) AS n, boss FROM emp GROUP BY boss ORDER BY boss
---- rows
2|1
1|2
1|4
1|NULL

SELECT boss, string_agg(name, '-' ORDER BY name DESC) FROM emp GROUP BY boss ORDER BY boss
---- rows
1|cid-bob
2|dan
4|eve
NULL|ann

SELECT string_agg(name, ',' ORDER BY id) FILTER (WHERE id > 2), count(*) FILTER (WHERE id > 3) FROM emp
---- rows
cid,dan,eve|2

SELECT array_agg(id ORDER BY id), array_agg(id ORDER BY name DESC) FROM emp
---- error 0A000

SELECT id, last_value(boss) IGNORE NULLS OVER (ORDER BY id), first_value(boss) IGNORE NULLS OVER (ORDER BY id), lag(boss, 1) IGNORE NULLS OVER (ORDER BY id), lead(boss) IGNORE NULLS OVER (ORDER BY id DESC), lag(boss) RESPECT NULLS OVER (ORDER BY id) FROM emp ORDER BY id
---- rows
1|NULL|NULL|NULL|NULL|NULL
2|1|1|NULL|NULL|NULL
3|1|1|1|1|1
4|2|1|1|1|1
5|4|1|2|2|2

SELECT id, nth_value(boss, 2) IGNORE NULLS OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM emp ORDER BY id LIMIT 1
---- rows
1|1

CREATE TABLE d (id INTEGER PRIMARY KEY, doc INTEGER, v VECTOR(2)) WITH (shards = 2)
---- ok

INSERT INTO d VALUES (1, 1, '[1,0]'), (2, 1, '[2,0]'), (3, 1, '[3,0]'), (4, 2, '[1.5,0]'), (5, 2, '[9,0]'), (6, 3, '[5,0]')
---- ok

SELECT id, doc FROM d ORDER BY v <-> '[0,0]' FETCH FIRST 2 PARTITIONS BY doc, 2 ROWS ONLY
---- rows
1|1
4|2
2|1
5|2

SELECT id, doc, v <-> '[0,0]' AS dist FROM d ORDER BY dist FETCH FIRST 2 PARTITIONS BY doc, 1 ROWS ONLY
---- rows
1|1|1
4|2|1.5

SELECT d.id, n.id FROM d, LATERAL (SELECT b.id FROM d b WHERE b.id <> d.id ORDER BY b.v <-> d.v LIMIT 2) n ORDER BY 1, 2
---- rows
1|2
1|4
2|1
2|4
3|2
3|4
4|1
4|2
5|3
5|6
6|2
6|3

SELECT id FROM d ORDER BY v <-> '[0,0]' OFFSET 1 FETCH FIRST 2 PARTITIONS BY doc, 2 ROWS ONLY
---- error 42601 OFFSET

SELECT DISTINCT ON (boss) id, name FROM emp ORDER BY name
---- error 42P10 DISTINCT ON

SELECT 'a' || 1 + 2
---- rows
a3

# SET LOCAL holds until the transaction ends.
SET ef_search = 50
---- ok

BEGIN
---- ok

SET LOCAL ef_search = 77
---- ok

SHOW ef_search
---- rows
77

COMMIT
---- ok

SHOW ef_search
---- rows
50

# The best of each group are found by the shards; the answer is that of the window.
SELECT id, doc FROM d QUALIFY row_number() OVER (PARTITION BY doc ORDER BY v <-> '[0,0]') <= 2 ORDER BY v <-> '[0,0]'
---- rows
1|1
4|2
2|1
6|3
5|2

SELECT id, doc FROM d WHERE id <> 1 QUALIFY row_number() OVER (PARTITION BY doc ORDER BY v <-> '[0,0]') = 1 ORDER BY id LIMIT 2
---- rows
2|1
4|2

SELECT doc, n FROM (SELECT doc, row_number() OVER (PARTITION BY doc % 2 ORDER BY id DESC) AS n FROM d) AS x WHERE n < 3 AND doc > 1 ORDER BY doc, n
---- rows
2|1
2|2
3|1

# Not with another function beside it that looks at the whole group.
SELECT id, n FROM (SELECT id, count(*) OVER (PARTITION BY doc ORDER BY id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS n, row_number() OVER (PARTITION BY doc ORDER BY id DESC) AS r FROM d) AS x WHERE r = 1 ORDER BY id
---- rows
3|3
5|2
6|1
