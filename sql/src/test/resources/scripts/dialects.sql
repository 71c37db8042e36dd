# The forms of types, values, distances, searches and settings that other systems write.
CREATE TABLE a (id INTEGER PRIMARY KEY, v VECTOR(2, FLOAT32), g INTEGER)
---- ok

CREATE TABLE b (id INTEGER PRIMARY KEY, v VECTOR(FLOAT, 2), h halfvec(2), t bit(8), s sparsevec(10))
---- ok

CREATE TABLE c (id INTEGER PRIMARY KEY, v FLOAT[2], f FLOAT_VECTOR(2), w VECTOR(8, BINARY), x VECTOR(2, INT8), y VECTOR(2, BFLOAT16))
---- ok

INSERT INTO a VALUES (1, '[1,2]', 1), (2, ARRAY[2,3], 1), (3, vector('[3,4]'), 2)
---- count 3

SELECT VECTOR_DISTANCE(v, '[1,1]', EUCLIDEAN), VECTOR_DISTANCE(v, '[1,1]', 'l2'), VECTOR_DISTANCE(L2, v, '[1,1]'), VECTOR_DISTANCE('euclidean', v, '[1,1]'), euclidean_distance(v, '[1,1]'), array_distance(v, '[1,1]'), L2Distance(v, '[1,1]'), VEC_DISTANCE_EUCLIDEAN(v, '[1,1]'), VEC_L2_DISTANCE(v, '[1,1]'), vector_l2_distance(v, '[1,1]') FROM a WHERE id = 1
---- rows
1|1|1|1|1|1|1|1|1|1

SELECT VECTOR_DISTANCE(v, '[1,1]', DOT), VECTOR_DISTANCE(DOT, v, '[1,1]'), VEC_NEGATIVE_INNER_PRODUCT(v, '[1,1]'), dot_product(v, '[1,1]'), vector_inner_product(v, '[1,1]'), array_inner_product(v, '[1,1]') FROM a WHERE id = 1
---- rows
-3|-3|-3|3|3|3

SELECT VECTOR_DISTANCE(v, '[1,2]'), VECTOR_DISTANCE(v, '[1,2]', COSINE), VECTOR_DISTANCE(COSINE, v, '[1,2]'), array_cosine_distance(v, '[1,2]'), cosineDistance(v, '[1,2]'), VEC_DISTANCE_COSINE(v, '[1,2]'), VEC_COSINE_DISTANCE(v, '[1,2]'), round(cosine_similarity(v, '[1,2]'), 3), round(vector_cosine_similarity(v, '[1,2]'), 3) FROM a WHERE id = 1
---- rows
0|0|0|0|0|0|0|1|1

SELECT id FROM a ORDER BY VECTOR_DISTANCE(COSINE, v, '[1,1]') LIMIT 2
---- rows
3
2

SELECT id FROM a ORDER BY cosine_similarity(v, '[1,1]') DESC LIMIT 2
---- rows
3
2

SELECT id FROM a ORDER BY v <=> '[1,1]' FETCH EXACT FIRST 2 ROWS ONLY
---- rows
3
2

SELECT id FROM a ORDER BY v <=> '[1,1]' FETCH APPROX FIRST 2 ROWS ONLY WITH TARGET ACCURACY 95
---- rows
3
2

SET hnsw.ef_search = 100
---- ok

SET ivfflat.probes = 10
---- ok

SET LOCAL ef_search = 50
---- ok

SELECT /*+ ef_search(200) */ id FROM a ORDER BY v <=> '[1,1]' LIMIT 1
---- rows
3

SELECT id FROM a WHERE v <-> '[1,1]' < 2.5 ORDER BY v <-> '[1,1]'
---- rows
1
2

SELECT id FROM a QUALIFY ROW_NUMBER() OVER (PARTITION BY g ORDER BY v <-> '[1,1]') <= 1
---- unordered
1
3

SELECT id FROM a ORDER BY v <-> '[1,1]' FETCH FIRST 2 PARTITIONS BY g, 1 ROWS ONLY
---- unordered
1
3

SET consistency = strong
---- ok

SELECT /*+ CONSISTENCY('strong') */ count(*) FROM a
---- rows
3

CREATE INDEX a_cosine ON a USING hnsw (v vector_cosine_ops) WITH (m=16)
---- ok

CREATE VECTOR INDEX a_l2 ON a (v) DISTANCE euclidean WITH (m = 8)
---- ok

CREATE VECTOR INDEX a_ip ON a (v) WITH (metric = 'ip')
---- ok

SELECT index_name, metric FROM information_schema.indexes WHERE table_name = 'a' AND metric IS NOT NULL ORDER BY 1
---- rows
a_cosine|cosine
a_ip|ip
a_l2|l2

CREATE UNIQUE INDEX a_g ON a (g)
---- error 0A000 A UNIQUE INDEX has the key of its table among its columns

ANALYZE a
---- ok

ANALYZE
---- ok

ANALYZE nowhere
---- error 42P01 nowhere

SELECT id FROM a WHERE id = ANY (ARRAY[1,2]) ORDER BY id
---- rows
1
2

SELECT id FROM a WHERE id <> ALL (ARRAY[1,2])
---- rows
3

SELECT id FROM a WHERE id <> ALL (ARRAY[1,NULL])
---- rows

SELECT id, sum(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) FROM a ORDER BY id
---- rows
1|2
2|4
3|2
