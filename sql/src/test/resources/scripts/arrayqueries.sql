# ARRAY of a query, and aggregates that keep an order in subqueries that refer to the rows around them.
CREATE TABLE a (id BIGINT PRIMARY KEY, g VARCHAR, i INTEGER)
---- ok

CREATE TABLE b (id BIGINT PRIMARY KEY, a BIGINT, v INTEGER)
---- ok

INSERT INTO a VALUES (1,'a',3),(2,'a',5),(3,'b',6)
---- ok

INSERT INTO b VALUES (1,1,9),(2,1,7),(3,2,null),(4,1,8)
---- ok

SELECT ARRAY(SELECT i FROM a ORDER BY id DESC)
---- rows
{6,5,3}

SELECT ARRAY(SELECT i FROM a WHERE id > 10)
---- rows
{}

SELECT id, ARRAY(SELECT v FROM b WHERE b.a = a.id ORDER BY v) FROM a ORDER BY id
---- rows
1|{7,8,9}
2|{NULL}
3|{}

SELECT id, ARRAY(SELECT v FROM b WHERE b.a = a.id ORDER BY b.id DESC) AS vs FROM a ORDER BY id
---- rows
1|{8,7,9}
2|{NULL}
3|{}

SELECT ARRAY(SELECT DISTINCT g FROM a ORDER BY g DESC)
---- rows
{b,a}

SELECT ARRAY(SELECT i FROM a UNION SELECT v FROM b ORDER BY 1 DESC NULLS LAST)
---- rows
{9,8,7,6,5,3,NULL}

SELECT ARRAY(SELECT id FROM a ORDER BY i DESC LIMIT 2)
---- rows
{3,2}

SELECT ARRAY(SELECT i + 1 AS j FROM a ORDER BY j DESC OFFSET 1)
---- rows
{6,4}

SELECT ARRAY(SELECT count(*) FROM b GROUP BY a ORDER BY a)
---- rows
{3,1}

SELECT cardinality(ARRAY(SELECT i FROM a)), 5 = ANY (ARRAY(SELECT i FROM a))
---- rows
3|true

SELECT id FROM a WHERE i = ANY (ARRAY(SELECT 3 UNION SELECT 6)) ORDER BY id
---- rows
1
3

SELECT ARRAY(SELECT id, i FROM a)
---- error 42601

SELECT ARRAY(SELECT g || 'x' FROM a ORDER BY id)
---- rows
{ax,ax,bx}

SELECT ARRAY(VALUES (1), (2) ORDER BY 1)
---- rows
{1,2}

SELECT ARRAY(WITH w AS (SELECT 5 AS n) SELECT n FROM w)
---- rows
{5}

SELECT id, (SELECT string_agg(v::text, '-' ORDER BY b.id DESC) FROM b WHERE b.a = a.id) FROM a ORDER BY id
---- rows
1|8-7-9
2|NULL
3|NULL

SELECT id, (SELECT array_agg(v ORDER BY b.id) FROM b WHERE b.a = a.id), (SELECT array_agg(v ORDER BY b.id DESC) FROM b WHERE b.a = a.id) FROM a ORDER BY id
---- rows
1|{9,7,8}|{8,7,9}
2|{NULL}|{NULL}
3|NULL|NULL

SELECT id, (SELECT json_agg(v ORDER BY b.id DESC) FROM b WHERE b.a >= a.id) FROM a ORDER BY id
---- rows
1|[8,null,7,9]
2|[null]
3|NULL

SELECT id, (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY v) FROM b WHERE b.a = a.id), (SELECT corr(v, b.id) FROM b WHERE b.a = a.id), (SELECT bit_or(v) FROM b WHERE b.a = a.id) FROM a ORDER BY id
---- rows
1|8|-0.3273268353539886|15
2|NULL|NULL|NULL
3|NULL|NULL|NULL

SELECT id, (SELECT regr_count(v, b.id) FROM b WHERE b.a = a.id) FROM a ORDER BY id
---- rows
1|3
2|0
3|0

