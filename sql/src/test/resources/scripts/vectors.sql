# Nearest rows in every shape people write them.
CREATE TABLE t (id BIGINT PRIMARY KEY, color VARCHAR, v VECTOR(2))
---- ok

INSERT INTO t VALUES (1, 'red', '[0,0]'), (2, 'red', '[1,0]'), (3, 'blue', '[2,0]'), (4, 'blue', '[0,3]'), (5, 'red', '[5,5]'), (6, 'red', NULL)
---- count 6

SELECT id FROM t ORDER BY v <-> '[0,0]' LIMIT 3
---- rows
1
2
3

SELECT id, v <-> '[0,0]' AS d FROM t ORDER BY d LIMIT 2
---- rows
1|0
2|1

SELECT id FROM t WHERE color = 'blue' ORDER BY v <-> '[0,0]' LIMIT 5
---- rows
3
4

SELECT id FROM t ORDER BY v <-> '[0,0]' LIMIT 2 OFFSET 1
---- rows
2
3

SELECT id FROM t WHERE id > 1 ORDER BY 1 - (v <=> '[1,0]') DESC LIMIT 2
---- unordered
2
3

SELECT id FROM t ORDER BY inner_product(v, '[1,1]') DESC LIMIT 1
---- rows
5

SELECT id FROM t ORDER BY v <#> '[1,1]' LIMIT 1
---- rows
5

SELECT id FROM t ORDER BY v <+> '[5,5]' LIMIT 1
---- rows
5

SELECT id FROM t ORDER BY l2_distance(v, ARRAY[2, 0]) LIMIT 1
---- rows
3

SELECT id FROM t ORDER BY vector_distance(v, '[2,0]', EUCLIDEAN) LIMIT 1
---- rows
3

SELECT id FROM t WHERE v <-> '[0,0]' < 2.5 ORDER BY v <-> '[0,0]' LIMIT 10
---- rows
1
2
3

SELECT id FROM t WHERE v <-> '[0,0]' <= 2 ORDER BY v <-> '[0,0]' LIMIT 10
---- rows
1
2
3

# The same bounds in other shapes. Exclusive ones leave out the row at the bound.
SELECT id FROM t WHERE 2 > v <-> '[0,0]' ORDER BY v <-> '[0,0]' LIMIT 10
---- rows
1
2

SELECT id FROM t WHERE 2 >= v <-> '[0,0]' ORDER BY v <-> '[0,0]' LIMIT 2
---- rows
1
2

SELECT id FROM t WHERE 1 - (v <-> '[0,0]') > -2 ORDER BY 1 - (v <-> '[0,0]') DESC LIMIT 10
---- rows
1
2
3

SELECT id FROM t WHERE inner_product(v, '[1,1]') >= 3 ORDER BY inner_product(v, '[1,1]') DESC LIMIT 10
---- rows
5
4

SELECT id FROM t WHERE v <-> '[0,0]' < 2 AND color = 'red'
---- unordered
1
2

SELECT id FROM t WHERE v <-> '[0,0]' < 0 ORDER BY v <-> '[0,0]' LIMIT 1
---- rows

SELECT t.id FROM t JOIN t AS o ON o.id = t.id WHERE o.color = 'blue' ORDER BY t.v <-> '[0,0]' LIMIT 1
---- rows
3

EXPLAIN SELECT id FROM t WHERE 2 > v <-> '[0,0]' ORDER BY v <-> '[0,0]' LIMIT 10
---- rows
Project [id]
  VectorTopK public.t (v l2 […2]) k=10
    index: none on column v; every row is compared
    hint: CREATE INDEX ON public.t USING hnsw (v vector_l2_ops)
    distance < 2.0
    reads: [id, distance]
    merge: 1 shards by [EXPR$1] limit=10

SELECT id FROM (SELECT id, color FROM t ORDER BY v <-> '[0,0]' LIMIT 3) AS n WHERE color = 'blue'
---- rows
3

SELECT id FROM t ORDER BY v <-> '[0,0]' FETCH EXACT FIRST 2 ROWS ONLY
---- rows
1
2

SELECT id FROM t ORDER BY v <-> '[0,0]' FETCH APPROX FIRST 1 ROWS ONLY WITH TARGET ACCURACY 95
---- rows
1

SELECT /*+ ef_search(100), CONSISTENCY('strong') */ id FROM t ORDER BY v <-> '[0,0]' LIMIT 1
---- rows
1

SELECT /*+ ef_serch(100) */ id FROM t
---- error 22023 ef_search

SELECT id FROM t ORDER BY v <-> '[0,0,0]' LIMIT 1
---- error 22V01

SELECT v + 1 FROM t
---- error 42804

SELECT id FROM t ORDER BY v <-> '[0,0]', id LIMIT 0
---- rows

SELECT id FROM t ORDER BY v <-> '[0,0]' LIMIT 100
---- rows
1
2
3
4
5
6

SELECT avg(v) FROM t WHERE id <= 3
---- rows
[1,0]

SELECT vector_dims(v), l2_distance(v, '[3,4]') FROM t WHERE id = 1
---- rows
2|5

SELECT '[1,2]'::vector <-> '[4,6]'::vector
---- rows
5

EXPLAIN SELECT id FROM t WHERE color = 'red' ORDER BY v <=> '[1,1]' LIMIT 2
---- rows
Project [id]
  VectorTopK public.t (v cosine […2]) k=2
    index: none on column v; every row is compared
    hint: CREATE INDEX ON public.t USING hnsw (v vector_cosine_ops)
    filter: (color = 'red')
    reads: [id, distance]
    merge: 1 shards by [EXPR$1] limit=2

# EXPLAIN and its options.
EXPLAIN (ANALYZE off) SELECT id FROM t
---- rows
Scan public.t
  reads: [id]

EXPLAIN (SELECT id FROM t)
---- rows
Scan public.t
  reads: [id]

EXPLAIN (VERBOSE) SELECT id FROM t
---- error 42601 RECALL

EXPLAIN (ANALYZE, COSTS) SELECT id FROM t
---- error 42601 ANALYZE

EXPLAIN (ANALYZE maybe) SELECT id FROM t
---- error 42601 maybe

EXPLAIN (RECALL) SELECT id FROM t ORDER BY v <-> '[0,0]' LIMIT 1
---- error 42601 ANALYZE

EXPLAIN (ANALYZE, RECALL) SELECT id FROM t WHERE color = 'red'
---- error 0A000 VectorTopK

EXPLAIN (ANALYZE, RECALL) DELETE FROM t WHERE id = 1
---- error 0A000 VectorTopK

EXPLAIN (ANALYZE, RECALL) SELECT id FROM t ORDER BY v <-> '[0,0,0]' LIMIT 1
---- error 22V01

EXPLAIN (ANALYZE, RECALL) SELECT id FROM t ORDER BY v <-> '[0,0]' LIMIT 1
---- ok
