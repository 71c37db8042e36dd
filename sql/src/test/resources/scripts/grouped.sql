# Grouped searches, and searches whose rows are read bit by bit.
CREATE TABLE part (id INTEGER PRIMARY KEY, doc VARCHAR, v VECTOR(2)) WITH (shards = 2)
---- ok

INSERT INTO part VALUES (1, 'a', '[1,0]'), (2, 'a', '[2,0]'), (3, 'a', '[3,0]'), (4, 'b', '[1.5,0]'), (5, 'b', '[9,0]'), (6, 'c', '[5,0]'), (7, NULL, '[4,0]'), (8, NULL, '[6,0]'), (9, 'd', NULL)
---- ok

CREATE INDEX part_v ON part USING hnsw (v vector_l2_ops)
---- ok

SELECT id, doc FROM part QUALIFY row_number() OVER (PARTITION BY doc ORDER BY v <-> '[0,0]') <= 1 ORDER BY v <-> '[0,0]' LIMIT 3
---- rows
1|a
4|b
7|NULL

SELECT id, row_number() OVER (PARTITION BY doc ORDER BY v <-> '[0,0]') AS place FROM part QUALIFY row_number() OVER (PARTITION BY doc ORDER BY v <-> '[0,0]') < 3 ORDER BY v <-> '[0,0]' LIMIT 4 OFFSET 1
---- rows
4|1
2|2
7|1
6|1

# As many as there are: the last has no distance.
SELECT id FROM part QUALIFY row_number() OVER (PARTITION BY doc ORDER BY v <-> '[0,0]') = 1 ORDER BY v <-> '[0,0]' LIMIT 100
---- rows
1
4
7
6
9

# A filter and a greatest distance.
SELECT id FROM part WHERE id > 1 AND v <-> '[0,0]' < 5.5 QUALIFY row_number() OVER (PARTITION BY doc ORDER BY v <-> '[0,0]') = 1 ORDER BY v <-> '[0,0]' LIMIT 10
---- rows
4
2
7
6

EXPLAIN SELECT id FROM part WHERE id > 1 AND v <-> '[0,0]' < 5.5 QUALIFY row_number() OVER (PARTITION BY doc ORDER BY v <-> '[0,0]') <= 2 ORDER BY v <-> '[0,0]' LIMIT 10
---- rows
Project [id]
  Sort [EXPR$1] limit=10
    Project [id, EXPR$1]
      Filter QualifyExpression
        Project [id, EXPR$1, (w3 <= 2)]
          Window calls=1 partition=[doc]
            GroupedSearch public.part (v l2 […2]) k=10
              index: part_v (hnsw, l2)
              distance < 5.5
              groups: at most 2 of each [doc]
              filter: (id > 1)
              reads: [id, doc, distance]

# Another order than that of the groups, or another condition beside it: every row is looked at.
SELECT id FROM part QUALIFY row_number() OVER (PARTITION BY doc ORDER BY v <-> '[0,0]') = 1 ORDER BY v <-> '[9,9]' LIMIT 2
---- rows
6
7

SELECT id FROM part QUALIFY row_number() OVER (PARTITION BY doc ORDER BY v <-> '[0,0]') = 2 ORDER BY v <-> '[0,0]' LIMIT 2
---- rows
2
8

SELECT id, doc FROM part WHERE doc IS NOT NULL ORDER BY v <-> '[0,0]' FETCH FIRST 3 PARTITIONS BY doc, 1 ROWS ONLY
---- rows
1|a
4|b
6|c

SELECT id FROM part ORDER BY v <-> '[0,0]' FETCH EXACT FIRST 2 PARTITIONS BY doc, 2 ROWS ONLY
---- rows
1
4
2
5

# However many are asked for: they come bit by bit.
SELECT id FROM part WHERE id <> 6 ORDER BY v <-> '[0,0]' FETCH APPROX FIRST 2000000000 ROWS ONLY
---- rows
1
4
2
3
7
8
5
9

SELECT id FROM part WHERE v <-> '[0,0]' <= 4 ORDER BY v <-> '[0,0]' OFFSET 1 FETCH APPROX FIRST 5000 ROWS ONLY
---- rows
4
2
3
7

CREATE TABLE lone (id INTEGER PRIMARY KEY, v VECTOR(2))
---- ok

EXPLAIN SELECT id FROM lone ORDER BY v <-> '[0,0]' FETCH APPROX FIRST 5000 ROWS ONLY
---- rows
Project [id]
  VectorTopK public.lone (v l2 […2]) k=5000 approx
    index: none on column v; every row is compared
    hint: CREATE INDEX ON public.lone USING hnsw (v vector_l2_ops)
    reads: [id, distance]
    merge: 1 shards by [EXPR$1] limit=5000
