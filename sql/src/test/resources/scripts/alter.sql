# ALTER TABLE with rows in place, CREATE TABLE AS, TRUNCATE.
CREATE TABLE film (id INTEGER PRIMARY KEY, title VARCHAR, year INTEGER)
---- ok

INSERT INTO film VALUES (1, 'Alien', 1979), (2, 'Heat', 1995)
---- count 2

# From here on one part of the rows is in a file.
FLUSH TABLE film
---- ok

ALTER TABLE film ADD COLUMN rating DOUBLE DEFAULT 7.5
---- ok

ALTER TABLE film ADD note VARCHAR
---- ok

INSERT INTO film (id, title, note) VALUES (3, 'Solaris', 'long')
---- count 1

SELECT * FROM film ORDER BY id
---- rows
1|Alien|1979|7.5|NULL
2|Heat|1995|7.5|NULL
3|Solaris|NULL|7.5|long

UPDATE film SET rating = 9 WHERE title = 'Heat'
---- count 1

SELECT id FROM film WHERE rating > 8
---- rows
2

ALTER TABLE film RENAME COLUMN rating TO stars
---- ok

SELECT id, stars FROM film ORDER BY id
---- rows
1|7.5
2|9
3|7.5

SELECT rating FROM film
---- error 42703

ALTER TABLE film DROP COLUMN stars
---- ok

ALTER TABLE film ADD COLUMN stars DOUBLE
---- ok

FLUSH TABLE film
---- ok

# The new column is not the old one.
SELECT id, stars FROM film ORDER BY id
---- rows
1|NULL
2|NULL
3|NULL

ALTER TABLE film RENAME TO movie
---- ok

SELECT count(*) FROM movie
---- rows
3

SELECT count(*) FROM film
---- error 42P01

ALTER TABLE movie ADD COLUMN title VARCHAR
---- error 42701

ALTER TABLE movie ADD COLUMN IF NOT EXISTS title VARCHAR
---- ok

ALTER TABLE movie DROP COLUMN nothing
---- error 42703

ALTER TABLE movie DROP COLUMN IF EXISTS nothing
---- ok

ALTER TABLE movie DROP COLUMN id
---- error 42P16 key

ALTER TABLE movie ADD COLUMN must INTEGER NOT NULL
---- error 23502 DEFAULT

ALTER TABLE missing ADD COLUMN x INTEGER
---- error 42P01

ALTER TABLE IF EXISTS missing ADD COLUMN x INTEGER
---- ok

CREATE TABLE early AS SELECT id, upper(title) AS title, year + 1 AS later FROM movie WHERE year < 1990
---- count 1

SELECT * FROM early
---- rows
1|ALIEN|1980

CREATE TABLE early AS SELECT 1 AS x
---- error 42P07

CREATE TABLE IF NOT EXISTS early AS SELECT 1 AS x
---- ok

CREATE TABLE twice AS SELECT 1 AS x, 2 AS x
---- error 42701

CREATE TABLE failed AS SELECT 1 / 0 AS x
---- error 22012

SELECT * FROM failed
---- error 42P01

CREATE TABLE pairs AS (SELECT a.id AS a, b.id AS b FROM movie AS a CROSS JOIN movie AS b)
---- count 9

CREATE TABLE nothing
---- error 42601

TRUNCATE TABLE pairs
---- count 9

SELECT count(*) FROM pairs
---- rows
0

TRUNCATE pairs
---- count 0

CANCEL QUERY 'q-0'
---- error 42704

DROP TABLE movie, early, pairs
---- ok
