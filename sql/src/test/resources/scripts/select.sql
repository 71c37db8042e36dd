# Queries without vectors.
CREATE TABLE emp (id BIGINT PRIMARY KEY, name VARCHAR, dept INT, pay INT, born DATE)
---- ok

INSERT INTO emp VALUES (1, 'Ann', 10, 100, '1980-01-15'), (2, 'Bob', 10, 200, '1990-02-20'), (3, 'Cid', 20, 300, '2000-03-25'), (4, 'Dee', NULL, NULL, NULL)
---- count 4

CREATE TABLE dept (id INT PRIMARY KEY, title VARCHAR)
---- ok

INSERT INTO dept VALUES (10, 'Sales'), (20, 'Tools'), (30, 'Empty')
---- count 3

SELECT 1
---- rows
1

SELECT 1 + 1 AS two, 'a' || 'b', upper('x'), NULL
---- rows
2|ab|X|NULL

SELECT * FROM emp WHERE 1 = 0
---- rows

SELECT name FROM emp WHERE id = 2
---- rows
Bob

SELECT name FROM emp WHERE id IN (1, 3, 99) ORDER BY id DESC
---- rows
Cid
Ann

SELECT name FROM emp WHERE pay BETWEEN 150 AND 300 AND dept <> 20
---- rows
Bob

SELECT name FROM emp WHERE name LIKE '_o%' OR name ILIKE 'd%' ORDER BY name
---- rows
Bob
Dee

SELECT name FROM emp WHERE name ~ '^[AB]' ORDER BY 1
---- rows
Ann
Bob

SELECT name FROM emp WHERE pay IS NULL
---- rows
Dee

SELECT name, pay FROM emp ORDER BY pay DESC NULLS LAST LIMIT 2
---- rows
Cid|300
Bob|200

SELECT name FROM emp ORDER BY id LIMIT 2 OFFSET 1
---- rows
Bob
Cid

SELECT name FROM emp ORDER BY id OFFSET 1 ROWS FETCH NEXT 2 ROWS ONLY
---- rows
Bob
Cid

SELECT count(*), count(pay), sum(pay), avg(pay), min(pay), max(name) FROM emp
---- rows
4|3|600|200|100|Dee

SELECT dept, count(*), sum(pay) FROM emp GROUP BY dept ORDER BY dept
---- rows
10|2|300
20|1|300
NULL|1|NULL

SELECT dept, sum(pay) FROM emp GROUP BY dept HAVING count(*) > 1
---- rows
10|300

SELECT count(DISTINCT dept) FROM emp
---- rows
2

SELECT DISTINCT dept FROM emp ORDER BY 1
---- rows
10
20
NULL

SELECT e.name, d.title FROM emp e JOIN dept d ON e.dept = d.id ORDER BY e.id
---- rows
Ann|Sales
Bob|Sales
Cid|Tools

SELECT d.title, count(e.id) FROM dept d LEFT JOIN emp e ON e.dept = d.id GROUP BY d.title ORDER BY 1
---- rows
Empty|0
Sales|2
Tools|1

SELECT name FROM emp WHERE dept IN (SELECT id FROM dept WHERE title = 'Sales') ORDER BY 1
---- rows
Ann
Bob

SELECT title FROM dept d WHERE EXISTS (SELECT 1 FROM emp e WHERE e.dept = d.id AND e.pay > 250)
---- rows
Tools

SELECT title FROM dept d WHERE NOT EXISTS (SELECT 1 FROM emp e WHERE e.dept = d.id)
---- rows
Empty

SELECT name, (SELECT max(pay) FROM emp) AS top FROM emp WHERE id = 1
---- rows
Ann|300

WITH rich AS (SELECT * FROM emp WHERE pay >= 200) SELECT count(*) FROM rich
---- rows
2

SELECT name FROM emp WHERE id = 1 UNION ALL SELECT title FROM dept WHERE id = 10
---- unordered
Ann
Sales

SELECT dept FROM emp INTERSECT SELECT id FROM dept
---- unordered
10
20

SELECT id FROM dept EXCEPT SELECT dept FROM emp
---- rows
30

SELECT CASE WHEN pay > 150 THEN 'high' WHEN pay IS NULL THEN 'none' ELSE 'low' END FROM emp ORDER BY id
---- rows
low
high
high
none

SELECT coalesce(pay, 0), nullif(dept, 10) FROM emp ORDER BY id
---- rows
100|NULL
200|NULL
300|20
0|NULL

SELECT extract(year FROM born), born + INTERVAL '1' DAY FROM emp WHERE id = 1
---- rows
1980|1980-01-16 00:00:00

SELECT name FROM emp WHERE born < DATE '1985-01-01'
---- rows
Ann

SELECT cast('12' AS INT) + 1, '7'::int8, cast(3.7 AS INT)
---- rows
13|7|4

SELECT nme FROM emp
---- error 42703 name

SELECT name FROM empl
---- error 42P01 emp

SELECT uper(name) FROM emp
---- error 42883 upper

SELECT name, count(*) FROM emp GROUP BY dept
---- error 42803

SELECT id FROM emp JOIN dept ON emp.dept = dept.id
---- error 42702 id

SELEC 1
---- error 42601 SELEC

SELECT 1 FROM
---- error 42601

SELECT 'abc
---- error 42601 closed

SELECT 1 / 0
---- error 22012

SELECT id FROM emp LIMIT -1
---- error 22023 0 or more

SELECT "name" FROM "emp" WHERE "id" = 1
---- rows
Ann

SELECT value, count FROM (SELECT 1 AS value, 2 AS count) AS x
---- rows
1|2

SELECT current_schema, version()
---- rows
public|Elanus 0.1

SHOW consistency
---- rows
session

SET consistency = bouded
---- error 22023 bounded

SET consistncy = strong
---- error 22023 consistency

SET hnsw.ef_search = 100
---- ok

SHOW ef_search
---- rows
100

RESET ef_search
---- ok

SHOW TABLES
---- rows
public|dept|BASE TABLE
public|emp|BASE TABLE

BEGIN
---- ok

COMMIT
---- ok

CREATE EXTENSION IF NOT EXISTS vector
---- ok

FLUSH TABLE emp
---- ok

EXPLAIN SELECT name FROM emp WHERE id = 2 AND pay > 5
---- rows
Scan public.emp
  key: id in [2]
  filter: (pay > 5)
  reads: [name]

EXPLAIN SELECT dept, sum(pay) FROM emp GROUP BY dept
---- rows
AggregateOnShards public.emp [sum(pay)] by [dept]

SELECT dept, grouping(dept), count(*) FROM emp WHERE dept IS NOT NULL GROUP BY ROLLUP (dept) HAVING grouping(dept) = 1
---- rows
NULL|1|3

SELECT timestampdiff(DAY, DATE '2024-01-01', DATE '2024-01-05'), timestampdiff(HOUR, TIMESTAMP '2024-01-01 00:00:00', TIMESTAMP '2024-01-02 12:30:00'), timestampdiff(SECOND, TIMESTAMP '2024-01-01 00:00:05', TIMESTAMP '2024-01-01 00:00:00')
---- rows
4|36|-5

SELECT timestampdiff(MONTH, DATE '2024-01-01', DATE '2024-03-05')
---- error 0A000

SELECT 2 = ANY (ARRAY[1, 2]), 5 = ANY (ARRAY[1, 2]), 'b' = SOME (ARRAY['a', 'b'])
---- rows
true|false|true

UPDATE emp SET pay = count(*)
---- error 0A000 SET takes expressions

SELECT (SELECT max(pay) FROM emp WHERE dept IN (SELECT dept FROM emp WHERE id = 2)) = (SELECT max(e.pay) FROM emp AS e JOIN emp AS f ON e.dept = f.dept WHERE f.id = 2)
---- rows
true
