# Searches that depend on a row: those of many rows are run at once.
CREATE TABLE film (id INTEGER PRIMARY KEY, title VARCHAR, year INTEGER, plot VECTOR(2))
---- ok

INSERT INTO film VALUES (1, 'Alien', 1979, '[0,1]'), (2, 'Heat', 1995, '[0,2]'), (3, 'Solaris', 1972, '[0,4]'), (4, 'Dune', 1984, '[0,8]'), (5, 'Blank', 2000, NULL)
---- count 5

CREATE TABLE wish (id INTEGER PRIMARY KEY, v VECTOR(2), n INTEGER)
---- ok

INSERT INTO wish VALUES (1, '[0,1.25]', 1), (2, '[0,9]', 1), (3, NULL, 1)
---- count 3

EXPLAIN SELECT w.id, f.title FROM wish AS w, LATERAL (SELECT title FROM film ORDER BY plot <-> w.v LIMIT 2) AS f
---- rows
Project [id, title]
  Lookup by v, many searches at once
    Scan public.wish
      reads: [id, v, n]
    Project [title]
      VectorTopK public.film (plot l2 ?10) k=2
        index: none on column plot; every row is compared
        hint: CREATE INDEX ON public.film USING hnsw (plot vector_l2_ops)
        reads: [title, distance]
        merge: 1 shards by [EXPR$1] limit=2

SELECT w.id, f.title FROM wish AS w, LATERAL (SELECT title FROM film ORDER BY plot <-> w.v LIMIT 2) AS f
---- rows
1|Alien
1|Heat
2|Dune
2|Solaris

SELECT w.id, f.title, f.d FROM wish AS w LEFT JOIN LATERAL (SELECT title, plot <-> w.v AS d FROM film WHERE year < 1990 ORDER BY d LIMIT 1) AS f ON TRUE
---- rows
1|Alien|0.25
2|Dune|1
3|NULL|NULL

SELECT w.id, f.title FROM wish AS w, LATERAL (SELECT title FROM film ORDER BY 1 - (plot <=> w.v) DESC, id LIMIT 1) AS f WHERE w.id = 1
---- ok

# A value of the row beside the search: one search after the other.
SELECT w.id, f.t FROM wish AS w, LATERAL (SELECT title || '/' || w.id AS t FROM film ORDER BY plot <-> w.v LIMIT 1) AS f
---- rows
1|Alien/1
2|Dune/2

# A condition that depends on the row.
SELECT a.title, b.title FROM film AS a, LATERAL (SELECT title FROM film AS f WHERE f.id <> a.id ORDER BY f.plot <-> a.plot LIMIT 1) AS b WHERE a.id < 3
---- unordered
Alien|Heat
Heat|Alien

SELECT count(*), min(f.title) FROM wish AS w, LATERAL (SELECT title FROM film ORDER BY plot <-> w.v LIMIT 100) AS f
---- rows
10|Alien

SELECT w.id, g.n FROM wish AS w, LATERAL (SELECT count(*) AS n FROM (SELECT id FROM film ORDER BY plot <-> w.v LIMIT 2) AS f) AS g WHERE w.id = 1
---- ok
