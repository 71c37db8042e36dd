# UPDATE and DELETE.
CREATE TABLE t (id BIGINT PRIMARY KEY, grp VARCHAR, n INT, v VECTOR(2))
---- ok

INSERT INTO t VALUES (1, 'a', 10, '[1,1]'), (2, 'a', 20, '[2,2]'), (3, 'b', 30, '[3,3]'), (4, 'b', NULL, NULL)
---- count 4

UPDATE t SET n = n + 1 WHERE grp = 'a'
---- count 2

SELECT id, n FROM t ORDER BY id
---- rows
1|11
2|21
3|30
4|NULL

UPDATE t SET n = 5, grp = grp || '!' WHERE id = 3
---- count 1

UPDATE t SET v = '[9,9]' WHERE n IS NULL
---- count 1

SELECT id, grp, n, v FROM t WHERE id >= 3 ORDER BY id
---- rows
3|b!|5|[3,3]
4|b|NULL|[9,9]

UPDATE t SET id = 7 WHERE id = 1
---- error 0A000 key

UPDATE t SET m = 7
---- error 42703

UPDATE t SET n = 1 WHERE id IN (SELECT id FROM t WHERE grp = 'b!')
---- count 1

UPDATE t AS x SET n = 2 WHERE x.id = 3
---- count 1

DELETE FROM t WHERE n > 100
---- count 0

DELETE FROM t WHERE grp = 'a' AND n < 21
---- count 1

SELECT id FROM t ORDER BY id
---- rows
2
3
4

DELETE FROM t
---- count 3

SELECT count(*) FROM t
---- rows
0

CREATE TABLE h (a INT)
---- ok

INSERT INTO h VALUES (1), (2), (3)
---- count 3

DELETE FROM h WHERE a = 2
---- count 1

UPDATE h SET a = a * 10
---- count 2

SELECT a FROM h ORDER BY a
---- rows
10
30
