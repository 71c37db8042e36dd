# INSERT, ON CONFLICT, UPSERT.
CREATE TABLE t (id BIGINT PRIMARY KEY, name VARCHAR(5), price DOUBLE NOT NULL DEFAULT 2.5, v VECTOR(2))
---- ok

INSERT INTO t VALUES (1, 'a', 1.5, '[1,2]'), (2, 'b', -2, '[3,4]')
---- count 2

INSERT INTO t (id, v) VALUES (3, ARRAY[5.0, 6.0]), (4, '[7,8]'::vector), (5, NULL)
---- count 3

SELECT * FROM t ORDER BY id
---- rows
1|a|1.5|[1,2]
2|b|-2|[3,4]
3|NULL|2.5|[5,6]
4|NULL|2.5|[7,8]
5|NULL|2.5|NULL

INSERT INTO t (id) VALUES (1)
---- error 23505 id

INSERT INTO t (id) VALUES (10), (10)
---- error 23505 id

INSERT INTO t (id, price) VALUES (11, NULL)
---- error 23502 price

INSERT INTO t (id, name) VALUES (11, 'abcdef')
---- error 22001 name

INSERT INTO t (id) VALUES (99999999999999999999)
---- error 22003

INSERT INTO t (id) VALUES ('x')
---- error 22P02

INSERT INTO t (id, v) VALUES (11, '[1,2,3]')
---- error 22V01 v

INSERT INTO t (id, v) VALUES (11, '[1,NaN]')
---- error 22V02

INSERT INTO t (id, nme) VALUES (11, 'a')
---- error 42703 name

INSERT INTO t (id, name) VALUES (11)
---- error 42601 values

INSERT INTO t (id, name) VALUES (1, 'new') ON CONFLICT DO NOTHING
---- count 0

INSERT INTO t (id, name) VALUES (1, 'new'), (12, 'twelv') ON CONFLICT (id) DO UPDATE SET name = excluded.name, price = t.price + 10
---- count 2

SELECT id, name, price FROM t WHERE id IN (1, 12) ORDER BY id
---- rows
1|new|11.5
12|twelv|2.5

INSERT INTO t (id) VALUES (1) ON CONFLICT (name) DO NOTHING
---- error 42809 key

UPSERT INTO t (id, name) VALUES (1, 'ups'), (13, 'x')
---- count 2

SELECT id, name, price FROM t WHERE id IN (1, 13) ORDER BY id
---- rows
1|ups|2.5
13|x|2.5

INSERT INTO t (id, name, price) SELECT id + 100, name, price * 2 FROM t WHERE id <= 2
---- count 2

SELECT id, name, price FROM t WHERE id > 100 ORDER BY id
---- rows
101|ups|5
102|b|-4

INSERT INTO t (id, name) VALUES (200, upper('q') || 'r')
---- count 1

SELECT name FROM t WHERE id = 200
---- rows
Qr

CREATE INDEX ON t USING hnsw (v vector_cosine_ops)
---- ok

INSERT INTO t (id, v) VALUES (300, '[0,0]')
---- error 22V03 zero

CREATE TABLE g (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a INT)
---- ok

INSERT INTO g (a) VALUES (1), (2)
---- count 2

SELECT a, id > 0 FROM g ORDER BY a
---- rows
1|true
2|true

CREATE TABLE h (a INT, b VARCHAR)
---- ok

INSERT INTO h VALUES (1, 'x'), (1, 'x')
---- count 2

SELECT * FROM h
---- rows
1|x
1|x

SET read_only = on
---- ok

INSERT INTO h VALUES (2, 'y')
---- error 25006

SET read_only = off
---- ok
