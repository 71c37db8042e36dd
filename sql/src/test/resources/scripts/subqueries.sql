# Subqueries used as values: those that refer to no outer row run once, before the rest.
CREATE TABLE words (id BIGINT PRIMARY KEY, word VARCHAR, price INTEGER, embedding VECTOR(2))
---- ok

CREATE INDEX words_embedding ON words USING hnsw (embedding vector_cosine_ops)
---- ok

INSERT INTO words VALUES (1, 'guitar', 10, '[1,0]'), (2, 'violin', 20, '[3,1]'), (3, 'banana', 30, '[0,1]'), (4, 'lute', 40, '[4,1]'), (5, 'mute', 50, NULL), (6, 'noun', NULL, '[-1,0]')
---- count 6

EXPLAIN SELECT word FROM words ORDER BY embedding <=> (SELECT embedding FROM words WHERE word = 'guitar') LIMIT 3
---- rows
Project [word]
  VectorTopK public.words (embedding cosine subquery #1) k=3
    index: words_embedding (hnsw, cosine)
    reads: [word, distance]
    merge: 1 shards by [EXPR$1] limit=3
Subquery #1 (runs first, once)
  AggregateOnShards public.words [single_value(embedding)]
    filter: (word = 'guitar')

SELECT word FROM words ORDER BY embedding <=> (SELECT embedding FROM words WHERE word = 'guitar') LIMIT 3
---- rows
guitar
lute
violin

SELECT word FROM words ORDER BY embedding <=> '[1,0]' LIMIT 3
---- rows
guitar
lute
violin

# The same subquery twice is one.
EXPLAIN SELECT word, 1 - (embedding <=> (SELECT embedding FROM words WHERE id = 1)) AS likeness FROM words WHERE id <> 1 ORDER BY embedding <=> (SELECT embedding FROM words WHERE id = 1) LIMIT 2
---- rows
Project [word, likeness]
  VectorTopK public.words (embedding cosine subquery #1) k=2
    index: words_embedding (hnsw, cosine)
    filter: (id <> 1)
    reads: [word, (1.0 - distance), distance]
    merge: 1 shards by [EXPR$2] limit=2
Subquery #1 (runs first, once)
  AggregateOnShards public.words [single_value(embedding)]
    key: id in [1]

SELECT word, embedding <=> (SELECT embedding FROM words WHERE id = 1) < 0.5 FROM words WHERE id <> 1 ORDER BY embedding <=> (SELECT embedding FROM words WHERE id = 1) LIMIT 3
---- rows
lute|true
violin|true
banana|false

# No row is NULL, which nothing is near to.
SELECT word FROM words ORDER BY embedding <=> (SELECT embedding FROM words WHERE word = 'none') LIMIT 3
---- error 22023 NULL

SELECT word FROM words ORDER BY embedding <=> CAST(NULL AS VECTOR(2)) LIMIT 3
---- error 22023 NULL

SELECT word FROM words WHERE price > (SELECT price FROM words WHERE word = 'none')
---- rows

SELECT word FROM words WHERE id = (SELECT id FROM words WHERE word = 'none')
---- rows

SELECT count(*) FROM words WHERE price > (SELECT price FROM words WHERE word = 'none') IS NULL
---- rows
6

SELECT word FROM words WHERE embedding <=> (SELECT embedding FROM words WHERE word = 'none') < 0.3
---- rows

SELECT word FROM words ORDER BY embedding <=> (SELECT embedding FROM words) LIMIT 3
---- error 21000

SELECT word FROM words WHERE price = (SELECT price FROM words WHERE id < 3)
---- error 21000

# Filters, ranges of distance and keys.
EXPLAIN SELECT word FROM words WHERE price > (SELECT avg(price) FROM words)
---- rows
Scan public.words
  filter: (cast(price as DOUBLE) > subquery #1)
  reads: [word]
Subquery #1 (runs first, once)
  AggregateOnShards public.words [avg(price)]

SELECT word FROM words WHERE price > (SELECT avg(price) FROM words)
---- unordered
lute
mute

SELECT word FROM words WHERE embedding <=> (SELECT embedding FROM words WHERE id = 2) < 0.01 ORDER BY embedding <=> (SELECT embedding FROM words WHERE id = 2) LIMIT 10
---- rows
violin
lute

EXPLAIN SELECT word FROM words WHERE id = (SELECT max(id) FROM words)
---- rows
Scan public.words
  key: id in [subquery #1]
  reads: [word]
Subquery #1 (runs first, once)
  AggregateOnShards public.words [max(id)]

SELECT word FROM words WHERE id = (SELECT max(id) FROM words)
---- rows
noun

# Within one another, and several.
SELECT word FROM words WHERE id = (SELECT max(id) FROM words WHERE price < (SELECT max(price) FROM words)) OR id = (SELECT min(id) FROM words)
---- unordered
guitar
lute

EXPLAIN SELECT word FROM words WHERE id = (SELECT max(id) FROM words WHERE price < (SELECT max(price) FROM words))
---- rows
Scan public.words
  key: id in [subquery #2]
  reads: [word]
Subquery #1 (runs first, once)
  AggregateOnShards public.words [max(price)]
Subquery #2 (runs first, once)
  AggregateOnShards public.words [max(id)]
    filter: (price < subquery #1)

# One that refers to the outer row stays a join; what it holds that does not, runs before.
SELECT w.word, (SELECT count(*) FROM words AS o WHERE o.price < w.price AND o.price > (SELECT min(price) FROM words)) FROM words AS w WHERE w.price IS NOT NULL
---- unordered
guitar|0
violin|0
banana|1
lute|2
mute|3

# In a view, WITH, HAVING, a condition of a join, a select list, beside EXISTS and IN.
CREATE VIEW alike AS SELECT word FROM words ORDER BY embedding <=> (SELECT embedding FROM words WHERE word = 'guitar') LIMIT 2
---- ok

SELECT word FROM alike
---- rows
guitar
lute

WITH q AS (SELECT embedding FROM words WHERE word = 'banana') SELECT word FROM words ORDER BY embedding <=> (SELECT embedding FROM q) LIMIT 2
---- rows
banana
violin

SELECT price > 25, count(*) FROM words GROUP BY 1 HAVING count(*) > (SELECT count(*) FROM words WHERE price IS NULL)
---- unordered
true|3
false|2

SELECT a.word, b.word FROM words AS a JOIN words AS b ON a.id = b.id AND a.price = (SELECT max(price) FROM words)
---- rows
mute|mute

SELECT (SELECT max(price) FROM words), (SELECT word FROM words WHERE id = 3), (SELECT embedding FROM words WHERE id = 99)
---- rows
50|banana|NULL

SELECT word FROM words WHERE id IN (SELECT id FROM words WHERE price = (SELECT max(price) FROM words)) AND EXISTS (SELECT 1 FROM words WHERE price = (SELECT min(price) FROM words))
---- rows
mute

SELECT * FROM UNNEST((SELECT array_agg(id ORDER BY id) FROM words WHERE id < 3)) AS u (id)
---- rows
1
2

WITH RECURSIVE n (i) AS (SELECT (SELECT min(id) FROM words) UNION ALL SELECT i + 1 FROM n WHERE i < (SELECT max(id) FROM words) - 3) SELECT i FROM n
---- rows
1
2
3

SELECT word FROM words WHERE CURRENT_DATE > DATE '2000-01-01' AND price = (SELECT max(price) FROM words WHERE CURRENT_USER IS NOT NULL)
---- rows
mute

# Changes.
UPDATE words SET price = 11 WHERE price = (SELECT min(price) FROM words)
---- count 1

UPDATE words SET price = (SELECT max(price) FROM words) WHERE id = 6
---- count 1

DELETE FROM words WHERE price < (SELECT avg(price) FROM words) AND embedding <=> (SELECT embedding FROM words WHERE id = 1) < 0.01
---- count 1

INSERT INTO words (id, word, price) VALUES (7, 'new', (SELECT max(price) FROM words)), (8, 'newer', (SELECT min(price) FROM words))
---- count 2

SELECT id, price FROM words ORDER BY id
---- rows
2|20
3|30
4|40
5|50
6|50
7|50
8|20

# Vectors of other kinds, text searches, the best of groups, time travel, other forms of rows.
CREATE TABLE kinds (id BIGINT PRIMARY KEY, h HALFVEC(2), s SPARSEVEC(5), b VECTOR(8, BINARY), body VARCHAR, tags INTEGER ARRAY)
---- ok

INSERT INTO kinds VALUES (1, '[1,0]', '{1:1}/5', '10000000', 'quick fox', ARRAY[1, 2]), (2, '[2,1]', '{1:2,2:1}/5', '11000000', 'quick dog', ARRAY[3]), (3, '[0,1]', '{2:1}/5', '00000001', 'slow dog', NULL)
---- count 3

SELECT id FROM kinds ORDER BY h <-> '[0,1]' LIMIT 2
---- rows
3
1

SELECT id FROM kinds ORDER BY h <-> (SELECT h FROM kinds WHERE id = 3) LIMIT 2
---- rows
3
1

SELECT id FROM kinds ORDER BY h <=> (SELECT embedding FROM words WHERE word = 'banana') LIMIT 2
---- rows
3
2

SELECT id FROM kinds ORDER BY s <-> (SELECT s FROM kinds WHERE id = 3) LIMIT 2
---- rows
3
1

SELECT id FROM kinds ORDER BY b <~> (SELECT b FROM kinds WHERE id = 1) LIMIT 2
---- rows
1
2

CREATE INDEX kinds_body ON kinds USING fulltext (body)
---- ok

SELECT id FROM kinds WHERE MATCH(body, (SELECT body FROM kinds WHERE id = 3)) ORDER BY id
---- rows
2
3

SELECT id FROM kinds WHERE id IN ((SELECT max(id) FROM kinds), (SELECT min(id) FROM kinds)) ORDER BY id
---- rows
1
3

SELECT word FROM words QUALIFY row_number() OVER (PARTITION BY price = 50 ORDER BY embedding <=> (SELECT embedding FROM words WHERE id = 4)) = 1 ORDER BY id
---- rows
lute
noun

SELECT CASE WHEN (SELECT count(*) FROM words) > 100 THEN 'many' ELSE 'few' END
---- rows
few

SELECT count(*) FILTER (WHERE price > (SELECT avg(price) FROM words)) FROM words
---- rows
4

SELECT id FROM words WHERE price = (SELECT max(price) FROM words) UNION ALL SELECT id FROM words WHERE price = (SELECT min(price) FROM words) ORDER BY 1
---- rows
2
5
6
7
8

SELECT id FROM kinds WHERE id > (SELECT id FROM kinds WHERE id = 1 UNION SELECT id FROM kinds WHERE id = 1) ORDER BY id LIMIT 1
---- rows
2

SELECT k.id, (SELECT max(w.price) FROM words AS w WHERE w.id = k.id + (SELECT min(id) FROM kinds)) FROM kinds AS k ORDER BY 1
---- rows
1|20
2|30
3|40

SELECT w.word FROM words AS w WHERE EXISTS (SELECT 1 FROM kinds AS k WHERE k.id = w.id AND k.id > (SELECT min(id) FROM kinds)) ORDER BY 1
---- rows
banana
violin

INSERT INTO words (id, word) VALUES (2, 'x') ON CONFLICT (id) DO UPDATE SET price = (SELECT max(price) FROM words)
---- error 0A000

DELETE FROM words WHERE id = (SELECT max(id) FROM words) RETURNING word
---- rows
newer

CREATE TABLE best AS SELECT id, word FROM words WHERE price >= (SELECT avg(price) FROM words)
---- ok

SELECT id FROM best ORDER BY id
---- rows
4
5
6
7

SELECT x FROM (VALUES (1)) AS t (x) WHERE EXISTS ((SELECT 1) - 2)
---- error 42601 EXISTS takes a query

SELECT x FROM (VALUES (1)) AS t (x) WHERE EXISTS (VALUES (1)) AND NOT EXISTS (SELECT 1 FROM (VALUES (1)) AS u (y) WHERE y > 1)
---- rows
1

SELECT x FROM (VALUES (1)) AS t (x) WHERE x IN (1, 2, 3) - 5
---- error 42601 behind IN

SELECT x FROM (VALUES (1)) AS t (x) WHERE x IN (1, 2, 3) -> '[1]'
---- error 42601 behind IN

SELECT x FROM (VALUES (1)) AS t (x) WHERE x IN (1, 2, 3)::INTEGER = 1
---- error 42601 behind IN
