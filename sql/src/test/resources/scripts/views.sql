# Views: a query under a name.
CREATE TABLE film (id INTEGER PRIMARY KEY, title VARCHAR, year INTEGER, v VECTOR(2)) WITH (shards = 3)
---- ok

INSERT INTO film VALUES (1, 'Alien', 1979, '[1,0]'), (2, 'Heat', 1995, '[0,1]'), (3, 'Solaris', 1972, '[0.9,0.1]'), (4, 'Dune', 1984, NULL)
---- count 4

CREATE VIEW seventies AS SELECT * FROM film WHERE year < 1980
---- ok

SELECT id, title FROM seventies ORDER BY id
---- rows
1|Alien
3|Solaris

SELECT s.title, f.title FROM seventies s JOIN film f ON f.id = s.id + 1 ORDER BY s.id
---- rows
Alien|Heat
Solaris|Dune

SELECT count(*), max(year) FROM seventies
---- rows
2|1979

# Names of its own, an order, an expression; a view over a view.
CREATE VIEW decades (decade, films) AS SELECT year / 10 * 10, count(*) FROM film GROUP BY 1 ORDER BY 1
---- ok

SELECT * FROM decades
---- rows
1970|2
1980|1
1990|1

CREATE VIEW busy AS SELECT decade FROM decades WHERE films > 1
---- ok

SELECT * FROM busy
---- rows
1970

WITH b AS (SELECT * FROM busy) SELECT count(*) FROM b WHERE decade IN (SELECT decade FROM decades)
---- rows
1

# A top-k over a view is a search; columns that are added later do not show.
CREATE INDEX film_v ON film USING hnsw (v vector_l2_ops)
---- ok

SELECT title FROM seventies ORDER BY v <-> '[1, 0]' LIMIT 1
---- rows
Alien

ALTER TABLE film ADD COLUMN studio VARCHAR DEFAULT 'x'
---- ok

SELECT * FROM seventies WHERE id = 1
---- rows
1|Alien|1979|[1,0]

SELECT view_definition FROM information_schema.views WHERE table_name = 'seventies'
---- rows
SELECT "film"."id", "film"."title", "film"."year", "film"."v" FROM film WHERE year < 1980

SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name
---- rows
busy|VIEW
decades|VIEW
film|BASE TABLE
seventies|VIEW

SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'decades' ORDER BY ordinal_position
---- rows
decade|INTEGER
films|BIGINT

# What it reads cannot go.
DROP TABLE film
---- error 2BP01 CASCADE

ALTER TABLE film DROP COLUMN year
---- error 2BP01 public.seventies, public.decades, public.busy

ALTER TABLE film RENAME COLUMN year TO made
---- error 2BP01 public.seventies

ALTER TABLE film RENAME TO movie
---- error 2BP01 public.seventies

ALTER TABLE film DROP COLUMN studio
---- ok

DROP VIEW decades
---- error 2BP01 public.busy

# Replaced: the columns stay, more may follow.
CREATE VIEW seventies AS SELECT 1 AS a
---- error 42P07

CREATE OR REPLACE VIEW seventies AS SELECT id, title FROM film
---- error 42P16 column [year] would go

CREATE OR REPLACE VIEW seventies AS SELECT id, title, year, v, year - 1970 AS age FROM film WHERE year BETWEEN 1970 AND 1979
---- ok

SELECT id, age FROM seventies ORDER BY id
---- rows
1|9
3|2

CREATE OR REPLACE VIEW decades AS SELECT decade, 1 AS films FROM busy
---- error 42P16

CREATE OR REPLACE VIEW decades (decade, films) AS SELECT decade, CAST(1 AS BIGINT) FROM busy
---- error 42P16 itself

CREATE VIEW IF NOT EXISTS seventies AS SELECT 2 AS b
---- ok

CREATE VIEW film AS SELECT 1 AS a
---- error 42P07

CREATE TABLE busy (id INTEGER PRIMARY KEY)
---- error 42P07

# Bad queries are refused where they stand.
CREATE VIEW bad AS SELECT nothing FROM film
---- error 42703 nothing

CREATE VIEW bad AS SELECT id, id FROM film
---- error 42701 id

CREATE VIEW bad (a, b) AS SELECT id FROM film
---- error 42P16

CREATE VIEW bad AS SELECT title FROM film WHERE id = ?
---- error 0A000 parameters

CREATE VIEW bad AS DELETE FROM film
---- error 42601

CREATE VIEW bad AS SELECT 1 AS a FROM nowhere
---- error 42P01 nowhere

# Only tables are changed.
INSERT INTO seventies VALUES (9, 'x', 1970, NULL, 0)
---- error 42809 view

UPDATE seventies SET title = 'x'
---- error 42809 view

DROP TABLE seventies
---- error 42809 view

DROP VIEW film
---- error 42809 table

DROP VIEW nothing
---- error 42P01 nothing

DROP VIEW IF EXISTS nothing
---- ok

DROP INDEX film_v
---- ok

ALTER TABLE film DROP COLUMN v CASCADE
---- ok

SELECT count(*) FROM seventies
---- error 42P01 seventies

DROP VIEW decades CASCADE
---- ok

SELECT * FROM busy
---- error 42P01 busy

CREATE VIEW a AS SELECT id FROM film
---- ok

CREATE VIEW b AS SELECT id FROM a
---- ok

DROP TABLE film CASCADE
---- ok

SELECT count(*) FROM information_schema.views
---- rows
0
