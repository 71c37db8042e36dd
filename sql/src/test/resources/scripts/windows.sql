# Window functions; see also WindowPropertyTest.
CREATE TABLE w (id INTEGER PRIMARY KEY, g VARCHAR, x INTEGER, d DOUBLE, v VECTOR(2))
---- ok

INSERT INTO w VALUES (1, 'a', 10, 0.5, '[1,0]'), (2, 'a', 20, 1.5, '[2,0]'), (3, 'b', 30, 2.5, '[3,0]'), (4, 'b', 30, 3.5, NULL), (5, NULL, NULL, 4.5, '[5,0]')
---- ok

SELECT id, row_number() OVER (ORDER BY id DESC) FROM w ORDER BY id
---- rows
1|5
2|4
3|3
4|2
5|1

SELECT id, sum(x) OVER (PARTITION BY g), count(*) OVER () FROM w ORDER BY id
---- rows
1|30|5
2|30|5
3|60|5
4|60|5
5|NULL|5

SELECT id, sum(x) OVER w1, avg(d) OVER (PARTITION BY g ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM w WINDOW w1 AS (ORDER BY id) ORDER BY id
---- rows
1|10|0.5
2|30|1
3|60|2.5
4|90|3
5|90|4.5

SELECT id FROM w WHERE g IS NOT NULL QUALIFY row_number() OVER (PARTITION BY g ORDER BY x DESC, id) = 1 ORDER BY id
---- rows
2
3

SELECT g, sum(x), rank() OVER (ORDER BY sum(x) DESC) FROM w WHERE g IS NOT NULL GROUP BY g ORDER BY g
---- rows
a|30|2
b|60|1

SELECT id, first_value(g) OVER (ORDER BY id), last_value(v) OVER (ORDER BY id) FROM w ORDER BY id
---- rows
1|a|[1,0]
2|a|[2,0]
3|a|[3,0]
4|a|NULL
5|a|[5,0]

SELECT id, rank() OVER (ORDER BY v <-> '[0,0]') FROM w WHERE v IS NOT NULL ORDER BY id
---- rows
1|1
2|2
3|3
5|4

SELECT id, stddev_pop(x) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM w ORDER BY id LIMIT 1
---- rows
1|5

SELECT ntile(0) OVER (ORDER BY id) FROM w
---- error 22023 NTILE

SELECT * FROM (SELECT id, row_number() OVER (ORDER BY x DESC, id) AS n FROM w) AS t WHERE n <= 2 ORDER BY n
---- rows
5|1
3|2

# A subquery used as a value has at most one row.
SELECT (SELECT x FROM w WHERE id = 1), (SELECT x FROM w WHERE id = 99)
---- rows
10|NULL

SELECT (SELECT x FROM w)
---- error 21000 more than one row

SELECT id FROM w WHERE x = (SELECT x FROM w WHERE g = 'b')
---- error 21000

SELECT id, (SELECT max(i.x) FROM w AS i WHERE i.g = w.g) FROM w ORDER BY id
---- rows
1|20
2|20
3|30
4|30
5|NULL

SELECT id, (SELECT i.x FROM w AS i WHERE i.g = w.g) FROM w
---- error 21000

SELECT id, lag(x) IGNORE NULLS OVER (ORDER BY id) FROM w ORDER BY id
---- rows
1|NULL
2|10
3|20
4|30
5|30

DROP TABLE w
---- ok
