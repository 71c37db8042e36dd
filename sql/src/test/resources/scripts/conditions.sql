# Conditions over unknown values, in every place where they are asked for.
CREATE TABLE visit (id INTEGER PRIMARY KEY, day DATE, ok BOOLEAN)
---- ok

INSERT INTO visit VALUES (1, NULL, TRUE), (2, NULL, NULL), (3, DATE '2026-08-01', TRUE), (4, DATE '2026-08-02', NULL)
---- count 4

SELECT id FROM visit WHERE (CASE WHEN day IS NULL THEN ok IS NULL ELSE day <> DATE '2026-08-01' END) IS NOT FALSE ORDER BY id
---- rows
2
4

SELECT id FROM visit WHERE NOT ((CASE WHEN day IS NULL THEN ok IS NULL ELSE day <> DATE '2026-08-01' END) IS NOT FALSE) ORDER BY id
---- rows
1
3

SELECT id FROM visit WHERE (day IS NOT NULL AND day <> DATE '2026-08-01') IS NOT FALSE ORDER BY id
---- rows
4

SELECT id FROM visit WHERE (NOT (day IS NOT NULL AND day <> DATE '2026-08-01')) IS NOT TRUE ORDER BY id
---- rows
4

SELECT id FROM visit WHERE COALESCE(day <> DATE '2026-08-01', ok IS NULL) IS NOT FALSE ORDER BY id
---- rows
2
4

SELECT id FROM visit WHERE (CASE WHEN day IS NULL THEN ok IS NULL ELSE day <> DATE '2026-08-01' END) IS NOT TRUE ORDER BY id
---- rows
1
3

SELECT id FROM visit WHERE (CASE WHEN day IS NULL THEN ok IS NULL ELSE day <> DATE '2026-08-01' END) IS FALSE ORDER BY id
---- rows
1
3

SELECT id FROM visit WHERE NOT (CASE WHEN day IS NULL THEN ok IS NULL ELSE day <> DATE '2026-08-01' END) ORDER BY id
---- rows
1
3

SELECT id, ok IS NOT FALSE, ok IS FALSE, ok IS TRUE, ok IS NOT TRUE, ok IS UNKNOWN FROM visit ORDER BY id
---- rows
1|true|false|true|false|false
2|true|false|false|true|true
3|true|false|true|false|false
4|true|false|false|true|true

# NULL is not distinct from NULL, also where it joins.
CREATE TABLE shade (id INTEGER PRIMARY KEY, word VARCHAR, number INTEGER)
---- ok

INSERT INTO shade VALUES (1, NULL, 0), (2, '', NULL), (3, 'a', 1)
---- count 3

SELECT a.id, b.id FROM shade AS a JOIN shade AS b ON a.word IS NOT DISTINCT FROM b.word ORDER BY 1, 2
---- rows
1|1
2|2
3|3

SELECT a.id, b.id FROM shade AS a LEFT JOIN shade AS b ON a.number IS NOT DISTINCT FROM b.number AND a.word IS NOT DISTINCT FROM b.word ORDER BY 1, 2
---- rows
1|1
2|2
3|3

SELECT g.word, g.n FROM (SELECT word, count(*) AS n FROM shade GROUP BY word) AS g JOIN shade AS s ON g.word IS NOT DISTINCT FROM s.word ORDER BY s.id
---- rows
NULL|1
|1
a|1

# A search passes NULL vectors over, unless they are asked for.
CREATE TABLE spot (id INTEGER PRIMARY KEY, v VECTOR(2))
---- ok

INSERT INTO spot VALUES (1, '[1, 1]'), (2, NULL), (3, '[2, 2]')
---- count 3

SELECT id FROM spot ORDER BY v <-> '[0, 0]' LIMIT 2
---- rows
1
3

SELECT id FROM spot ORDER BY v <-> '[0, 0]' NULLS FIRST LIMIT 2
---- rows
2
1

# A comparison with NULL passes no row, wherever it stands.
SELECT DISTINCT - id FROM spot AS s WHERE NOT (id / + id) > - CAST(NULL AS INTEGER)
---- rows

SELECT count(*) FROM spot WHERE id > - CAST(NULL AS INTEGER) OR id = 2
---- rows
1

SELECT a.id FROM spot AS a JOIN spot AS b ON a.id = b.id AND b.id < 1 + CAST(NULL AS INTEGER) GROUP BY a.id
---- rows

SELECT id, id > CAST(NULL AS INTEGER), coalesce(id + CAST(NULL AS INTEGER), 7) FROM spot WHERE id = 1
---- rows
1|NULL|7

# What doubles with each level is refused before it is planned.
SELECT id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id = id FROM spot
---- error 54001 truth values

SELECT coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(id, 0), 1), 2), 3), 4), 5), 6), 7), 8), 9), 10), 11), 12), 13), 14), 15), 16), 17), 18), 19), 20), 21), 22), 23), 24), 25), 26), 27), 28), 29) FROM spot
---- error 54001 COALESCE

SELECT nullif(nullif(nullif(nullif(nullif(nullif(nullif(nullif(nullif(nullif(nullif(nullif(nullif(nullif(nullif(nullif(nullif(nullif(nullif(nullif(nullif(nullif(nullif(nullif(nullif(nullif(nullif(nullif(nullif(nullif(id, 10), 11), 12), 13), 14), 15), 16), 17), 18), 19), 20), 21), 22), 23), 24), 25), 26), 27), 28), 29), 30), 31), 32), 33), 34), 35), 36), 37), 38), 39) FROM spot
---- error 54001 NULLIF

SELECT coalesce(coalesce(coalesce(nullif(nullif(id, 1), 2), NULL), 5), 6), (id = 1) = (id = 2) FROM spot ORDER BY id
---- rows
5|false
5|false
3|true

SELECT coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(id, 0), 1), 2), 3), 4), 5), 6), 7), 8), 9), 10), 11), 12), 13), 14), 15), 16), 17), 18), 19), 20), 21), 22), 23), 24), 25), 26), 27), 28), 29), 30), 31), 32), 33), 34), 35), 36), 37), 38), 39), 40), 41), 42), 43), 44), 45), 46), 47), 48), 49), 50), 51), 52), 53), 54), 55), 56), 57), 58), 59), 60), 61), 62), 63), 64), 65), 66), 67), 68), 69), coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(id, 0), 1), 2), 3), 4), 5), 6), 7), 8), 9), 10), 11), 12), 13), 14), 15), 16), 17), 18), 19), 20), 21), 22), 23), 24), 25), 26), 27), 28), 29), 30), 31), 32), 33), 34), 35), 36), 37), 38), 39), 40), 41), 42), 43), 44), 45), 46), 47), 48), 49), 50), 51), 52), 53), 54), 55), 56), 57), 58), 59), 60), 61), 62), 63), 64), 65), 66), 67), 68), 69), coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(id, 0), 1), 2), 3), 4), 5), 6), 7), 8), 9), 10), 11), 12), 13), 14), 15), 16), 17), 18), 19), 20), 21), 22), 23), 24), 25), 26), 27), 28), 29), 30), 31), 32), 33), 34), 35), 36), 37), 38), 39), 40), 41), 42), 43), 44), 45), 46), 47), 48), 49), 50), 51), 52), 53), 54), 55), 56), 57), 58), 59), 60), 61), 62), 63), 64), 65), 66), 67), 68), 69)) FROM spot
---- error 54001 COALESCE

# Types stand in no schema, wherever they are written; PostgreSQL's own may be named.
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v (k, t) WHERE EXISTS (SELECT 1 FROM visit WHERE visi::t.id = v.k)
---- error 42704 Type [t.id] does not exist

SELECT id::a.b.c FROM visit
---- error 42704 Type [a.b.c] does not exist

SELECT id FROM visit WHERE EXISTS (SELECT id::int44)
---- error 42704

UPDATE visit SET day = '2026-01-01'::x.date WHERE id = 1
---- error 42704 Type [x.date] does not exist

SELECT id::pg_catalog.text || '!' FROM visit WHERE id = 1
---- rows
1!

# Counts that no number holds.
SELECT id FROM visit LIMIT 9223372036854775808
---- error 22003 LIMIT, OFFSET and FETCH take at most

SELECT id FROM visit OFFSET 2222222222222222222222222222222222222222222222
---- error 22003 LIMIT, OFFSET and FETCH take at most

CREATE TABLE given (id INTEGER PRIMARY KEY, a INTEGER DEFAULT '1'::nope)
---- error 42704 Type [nope] does not exist

CREATE TABLE given (id INTEGER PRIMARY KEY, a INTEGER DEFAULT 5::x.y)
---- error 42704 Type [x.y] does not exist

SELECT CAST(id AS foo ARRAY) FROM visit
---- error 42704 Type [foo] does not exist
