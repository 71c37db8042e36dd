# Digits in groups.
SELECT 1_000_000, 1_0.2_5, 1_0e1_0, -1_0, 1_0 AS a_1_0
---- rows
1000000|10.25|100000000000|-10|10

SELECT 1_ AS x
---- error 42601 near "1"

SELECT 1__0
---- error 42601 near "1"

SELECT * FROM (VALUES (1), (2)) AS t (a) LIMIT 1_0
---- rows
1
2

# Text between dollar signs.
SELECT $$it's$$, $q$two $$ signs$q$, $$$$, $$a$$ || 'b', '$$' || $_1$x$_1$
---- rows
it's|two $$ signs||ab|$$x

SELECT length($$line
one; -- no comment
'?' ? "$$)
---- rows
31

SELECT $$[1, 2]$$::vector, $${1,2}$$::int[], DATE $$2024-01-31$$, INTERVAL $$1 day$$ = INTERVAL '24 hours'
---- rows
[1,2]|{1,2}|2024-01-31|true

SELECT $$a$$ AS x WHERE $t$'$t$ = ''''
---- rows
a

SELECT (((((((((($$))))((((($$))))))))))
---- rows
))))(((((

SELECT $$open
---- error 42601 Quoted text is not closed

SELECT $a$open$b$
---- error 42601 Quoted text is not closed

# Within a name the sign is a part of it; at its beginning it is not.
SELECT 1 AS a$b, 2 AS a$$b$$
---- rows
1|2

SELECT $1
---- error 42601

CREATE TABLE t (id UUID PRIMARY KEY DEFAULT gen_random_uuid(), a VARCHAR(3) DEFAULT $$d'$$, d DATE, ts TIMESTAMP, n INTEGER)
---- ok

INSERT INTO t (a, d, ts, n) VALUES ($$it'$$, '2024-01-31', '2024-01-31 10:00:00', 1_0), (DEFAULT, '2024-02-29', '2024-02-29 00:00:00', 2_0)
---- count 2

INSERT INTO t (id, n) VALUES (DEFAULT, 3), ('00000000-0000-0000-0000-000000000001', 4)
---- count 2

CREATE VIEW v AS SELECT n, $q$a $$ 'b'$q$ AS text FROM t WHERE n = 1_0
---- ok

SELECT * FROM v
---- rows
10|a $$ 'b'

SELECT count(DISTINCT id), count(a), min(a) FROM t
---- rows
4|4|d'

CREATE TABLE bad (id INTEGER PRIMARY KEY, u UUID DEFAULT gen_random_uuid())
---- error 0A000 Only the key can be generated

# Another value for each row, and the same one wherever the row goes.
SELECT count(DISTINCT u), count(DISTINCT r), min(r) >= 0, max(r) < 1 FROM (SELECT gen_random_uuid() AS u, random() AS r FROM generate_series(1, 500) AS s (i)) AS t
---- rows
500|500|true|true

SELECT count(*), count(DISTINCT a) FROM (SELECT u AS a, u AS b FROM (SELECT gen_random_uuid() AS u FROM t) AS x) AS y WHERE a = b
---- rows
4|4

SELECT count(*) FROM (SELECT r AS a, r + 0 AS b FROM (SELECT random() AS r, n FROM t ORDER BY n LIMIT 3) AS x) AS y WHERE a = b
---- rows
3

SELECT count(*) FROM (SELECT id FROM t ORDER BY random() LIMIT 3) AS x
---- rows
3

SELECT gen_random_uuid() = gen_random_uuid(), pg_typeof(gen_random_uuid()), random() = random()
---- rows
false|uuid|false

SELECT count(*) FROM t WHERE random() < 2 AND id <> gen_random_uuid()
---- rows
4

UPDATE t SET n = 1 + floor(random() * 1000000000)::int
---- count 4

SELECT count(DISTINCT n) FROM t
---- rows
4

# Types by PostgreSQL's names.
SELECT pg_typeof(1), pg_typeof(1.5), pg_typeof('x'), pg_typeof(NULL), pg_typeof(n), pg_typeof(a), pg_typeof(d), pg_typeof(ts) FROM t LIMIT 1
---- rows
integer|numeric|text|unknown|integer|character varying|date|timestamp without time zone

SELECT pg_typeof(now()), pg_typeof(ARRAY[1, 2]), pg_typeof(1 = 1), pg_typeof(1::bigint), pg_typeof(1e0), pg_typeof('[1]'::vector), pg_typeof('{}'::json), pg_typeof(INTERVAL '1 day')
---- rows
timestamp without time zone|integer[]|boolean|bigint|double precision|vector|json|interval

# Dates: whole days stay dates, intervals make times.
SELECT d + 1, d + INTERVAL '1 day', d - INTERVAL '1 month', INTERVAL '1 hour' + d, d + INTERVAL '1 month 1 day' FROM t WHERE d = '2024-01-31'
---- rows
2024-02-01|2024-02-01 00:00:00|2023-12-31 00:00:00|2024-01-31 01:00:00|2024-03-01 00:00:00

SELECT pg_typeof(current_date - 7), pg_typeof(current_date + INTERVAL '7 days'), current_date - (current_date - 7), CAST(current_date - INTERVAL '7 days' AS DATE) = current_date - 7
---- rows
date|timestamp without time zone|7|true

SELECT count(*) FROM t WHERE d < DATE '2024-01-01' + INTERVAL '2 months' AND d >= DATE '2024-03-01' - INTERVAL '1 month 1 day'
---- rows
2

EXPLAIN SELECT n FROM t WHERE d < DATE '2024-01-01' + INTERVAL '2 months'
---- rows
Scan public.t
  filter: (d < 19783)
  reads: [n]

SELECT d - 1 AS day, count(*) FROM t WHERE d IS NOT NULL GROUP BY d - 1 ORDER BY d - 1
---- rows
2024-01-30|1
2024-02-28|1

SELECT d + INTERVAL '1 day' AS day, count(*) FROM t WHERE d IS NOT NULL GROUP BY d + INTERVAL '1 day' ORDER BY 1
---- rows
2024-02-01 00:00:00|1
2024-03-01 00:00:00|1

# Ages.
SELECT age(TIMESTAMP '2024-03-01 12:00:00', TIMESTAMP '2023-01-31 13:00:00'), age(DATE '2024-01-31', DATE '2024-02-29'), age(DATE '2024-01-31', DATE '2024-01-31')
---- rows
1 year 1 mon 23:00:00|-29 days|00:00:00

SELECT EXTRACT(YEAR FROM age(DATE '2024-03-01', DATE '1980-05-17')), date_part('month', age(DATE '2024-03-01', DATE '1980-05-17')), EXTRACT(SECOND FROM age(TIMESTAMP '2024-01-01 00:00:01.5', TIMESTAMP '2024-01-01'))
---- rows
43|9|1.5

SELECT age(current_date - 3), age(now()) = age(current_date, now()), age(NULL::date) IS NULL, EXTRACT(DAY FROM age(current_date - 3))
---- rows
3 days|true|true|3

SELECT EXTRACT(CENTURY FROM age(d)) FROM t WHERE d IS NOT NULL
---- error 22023 An age has no field [century]

# A cast cuts, an INSERT does not.
SELECT CAST('abcdef' AS VARCHAR(3)), 'abcdef'::char(2), CAST(a AS VARCHAR(1)), (a || 'x')::varchar(2) FROM t WHERE a = 'it'''
---- rows
abc|ab|i|it

INSERT INTO t (a) VALUES ('abcd')
---- error 22001 A text of [4] characters does not fit [VARCHAR(3)]

INSERT INTO t (a) VALUES (CAST('abcd' AS VARCHAR(3)))
---- count 1

UPDATE t SET a = a || 'long'
---- error 22001

SELECT ARRAY[1, 2]::vector(2)::text, ARRAY[1.5, 2]::vector::text, ('[1,2,3]'::vector(3))::text || '!'
---- rows
[1,2]|[1.5,2]|[1,2,3]!
