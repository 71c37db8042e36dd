# MERGE: the first WHEN that takes a row decides.
CREATE TABLE stock (id INTEGER PRIMARY KEY, name VARCHAR DEFAULT 'none', amount INTEGER, v VECTOR(2))
---- ok

INSERT INTO stock VALUES (1, 'nut', 10, '[1,0]'), (2, 'bolt', 5, '[0,1]'), (3, 'screw', 0, NULL)
---- count 3

CREATE TABLE delivery (item INTEGER PRIMARY KEY, amount INTEGER)
---- ok

INSERT INTO delivery VALUES (1, 5), (2, -5), (4, 7), (5, 0)
---- count 4

MERGE INTO stock AS s USING delivery AS d ON s.id = d.item
WHEN MATCHED AND s.amount + d.amount = 0 THEN DELETE
WHEN MATCHED THEN UPDATE SET amount = s.amount + d.amount, v = '[2,2]'
WHEN NOT MATCHED AND d.amount > 0 THEN INSERT (id, amount) VALUES (d.item, d.amount)
WHEN NOT MATCHED THEN DO NOTHING
---- count 3

SELECT * FROM stock ORDER BY id
---- rows
1|nut|15|[2,2]
3|screw|0|NULL
4|none|7|NULL

# Values of actions that are not taken are not computed.
MERGE INTO stock USING (VALUES (1, 0), (9, 1)) AS n (id, a) ON stock.id = n.id
WHEN MATCHED AND n.a = 0 THEN UPDATE SET amount = 1
WHEN MATCHED THEN UPDATE SET amount = 100 / n.a
WHEN NOT MATCHED THEN INSERT VALUES (n.id, DEFAULT, 10 / n.a, '[3,3]')
RETURNING id, name, amount
---- unordered
1|nut|1
9|none|10

MERGE INTO stock USING (VALUES (1), (3), (9)) AS n (id) ON stock.id = n.id
WHEN MATCHED AND stock.id > 5 THEN UPDATE SET name = DEFAULT, amount = DEFAULT
WHEN MATCHED AND stock.id > 2 THEN DO NOTHING
WHEN MATCHED THEN DELETE
RETURNING *
---- unordered
1|nut|1|[2,2]
9|none|NULL|[3,3]

MERGE INTO stock USING (VALUES (3), (3)) AS n (id) ON stock.id = n.id WHEN MATCHED THEN UPDATE SET amount = 2
---- error 21000 each would change it

MERGE INTO stock USING (VALUES (20), (20)) AS n (id) ON stock.id = n.id WHEN NOT MATCHED THEN INSERT (id) VALUES (n.id)
---- error 23505 two rows

MERGE INTO stock USING (VALUES (20)) AS n (id) ON stock.id = n.id WHEN NOT MATCHED THEN INSERT (id) VALUES (3)
---- error 23505 exists already

MERGE INTO stock USING (VALUES (20)) AS n (id) ON stock.id = n.id WHEN NOT MATCHED THEN DELETE
---- error 42601 WHEN NOT MATCHED takes INSERT

MERGE INTO stock USING (VALUES (20)) AS n (id) ON stock.id = n.id WHEN MATCHED THEN INSERT (id) VALUES (1)
---- error 42601 WHEN MATCHED takes UPDATE

MERGE INTO stock USING (VALUES (3)) AS n (id) ON stock.id = n.id WHEN MATCHED THEN UPDATE SET id = 7
---- error 0A000 cannot be assigned

MERGE INTO stock USING (VALUES (20)) AS n (id) ON stock.id = n.id WHEN NOT MATCHED THEN INSERT (id) VALUES (1, 2)
---- error 42601 [2] values for [1] columns

MERGE INTO stock USING (VALUES (20)) AS n (id) ON stock.id = n.id WHEN NOT MATCHED THEN INSERT (id, nam) VALUES (1, 2)
---- error 42703 name

# Without a declared key.
CREATE TABLE words (w VARCHAR, n INTEGER)
---- ok

INSERT INTO words VALUES ('a', 1), ('b', 1)
---- count 2

MERGE INTO words USING (SELECT w, count(*) AS c FROM (VALUES ('b'), ('c'), ('b')) AS t (w) GROUP BY w) AS t ON words.w = t.w
WHEN MATCHED THEN UPDATE SET words.n = words.n + t.c
WHEN NOT MATCHED THEN INSERT (w, n) VALUES (t.w, t.c)
---- count 2

SELECT * FROM words ORDER BY w
---- rows
a|1
b|3
c|1

EXPLAIN MERGE INTO words USING (VALUES ('a')) AS t (w) ON words.w = t.w WHEN MATCHED THEN DELETE
---- ok
