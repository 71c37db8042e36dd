# RETURNING, UPDATE … FROM, DELETE … USING.
CREATE TABLE r (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name VARCHAR DEFAULT 'none', n INT, v VECTOR(2))
---- ok

CREATE TABLE k (id BIGINT PRIMARY KEY, name VARCHAR, n INT)
---- ok

CREATE TABLE hidden (name VARCHAR)
---- ok

INSERT INTO k VALUES (1, 'a', 10), (2, 'b', 20) RETURNING *
---- rows
1|a|10
2|b|20

INSERT INTO k VALUES (3, 'c', 30) RETURNING id * 100 AS big, upper(name), 'x' AS c
---- rows
300|C|x

INSERT INTO r (n) VALUES (7) RETURNING name, n, id > 0
---- rows
none|7|true

INSERT INTO k VALUES (1, 'z', 1), (4, 'd', 40) ON CONFLICT (id) DO NOTHING RETURNING id
---- rows
4

INSERT INTO k VALUES (1, 'z', 1), (5, 'e', 50) ON CONFLICT (id) DO UPDATE SET n = k.n + excluded.n RETURNING id, name, n
---- rows
1|a|11
5|e|50

UPSERT INTO k VALUES (5, 'ee', 55) RETURNING id, name
---- rows
5|ee

INSERT INTO k SELECT id + 10, name, n FROM k WHERE id <= 2 RETURNING id, k.name
---- unordered
11|a
12|b

UPDATE k SET n = n + 1 WHERE id = 2 RETURNING id, n
---- rows
2|21

UPDATE k AS x SET n = n + 1 WHERE x.id = 2 RETURNING x.n
---- rows
22

UPDATE k SET n = 0 WHERE id = 999 RETURNING id
---- rows

DELETE FROM k WHERE id >= 11 RETURNING id
---- unordered
11
12

INSERT INTO hidden VALUES ('h') RETURNING *
---- rows
h

INSERT INTO k VALUES (1, 'again', 1) RETURNING id
---- error 23505

INSERT INTO k VALUES (9, 'i', 9) RETURNING nonsense
---- error 42703

INSERT INTO k VALUES (9, 'i', 9) RETURNING count(*)
---- error 0A000

UPDATE k SET n = x.n, name = x.name || '!' FROM (VALUES (1, 100, 'p'), (2, 200, 'q')) AS x (id, n, name) WHERE k.id = x.id
---- count 2

SELECT id, name, n FROM k ORDER BY id
---- rows
1|p!|100
2|q!|200
3|c|30
4|d|40
5|ee|55

UPDATE k AS t SET n = t.n + r.n FROM r WHERE t.id = 3 AND r.n = 7 RETURNING t.id, t.n
---- rows
3|37

UPDATE k SET n = (SELECT max(n) FROM k) WHERE id = 4 RETURNING n
---- rows
200

DELETE FROM k USING r WHERE k.id < 3 AND r.n = 7 RETURNING k.id
---- unordered
1
2

DELETE FROM k RETURNING id
---- unordered
3
4
5
