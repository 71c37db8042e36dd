# Sparse vectors: text in and out, casts, distances, searches by the index and without.
CREATE TABLE s (id BIGINT PRIMARY KEY, v SPARSEVEC(5), w VECTOR(2147483646, SPARSE))
---- ok

INSERT INTO s VALUES (1, '{1:3,5:2}/5', '{2147483646:1}/2147483646'), (2, ' { 5 : 0.5 , 2 : -1, 3:0 } / 5 ', NULL), (3, '{}/5', NULL), (4, NULL, NULL)
---- count 4

SELECT id, v, w FROM s ORDER BY id
---- rows
1|{1:3,5:2}/5|{2147483646:1}/2147483646
2|{2:-1,5:0.5}/5|NULL
3|{}/5|NULL
4|NULL|NULL

SELECT id, v <#> '{5:2,1:1}/5' AS d FROM s ORDER BY v <#> '{5:2,1:1}/5' LIMIT 4
---- rows
1|-7
2|-1
3|0
4|NULL

SELECT id FROM s WHERE v IS NOT NULL ORDER BY v <-> '{2:-1}/5' LIMIT 2
---- rows
2
3

SELECT id, CAST(v <=> '{1:1}/5' AS DECIMAL(8, 4)) AS d FROM s WHERE id < 3 ORDER BY v <=> '{1:1}/5'
---- rows
1|0.1679
2|1.0000

SELECT id FROM s ORDER BY inner_product(v, '[0,-1,0,0,0]') DESC LIMIT 1
---- rows
2

SELECT CAST('[0,2,0]' AS SPARSEVEC(3))
---- rows
{2:2}/3

SELECT '{7:2}/9'::sparsevec
---- rows
{7:2}/9

SELECT vector_norm(v), vector_dims(v), l2_normalize('{2:4}/5'::sparsevec) FROM s WHERE id = 3
---- rows
0|5|{2:1}/5

SELECT v, count(*) FROM s WHERE id < 3 GROUP BY v ORDER BY 2, v DESC
---- unordered
{1:3,5:2}/5|1
{2:-1,5:0.5}/5|1

UPDATE s SET v = '{4:1}/5' WHERE v = '{}/5'::sparsevec
---- count 1

SELECT v FROM s WHERE id = 3
---- rows
{4:1}/5

CREATE INDEX s_v ON s USING sparse_inverted (v sparsevec_ip_ops)
---- ok

SELECT id FROM s ORDER BY v <#> '{4:1}/5' LIMIT 1
---- rows
3

INSERT INTO s (id, v) VALUES (5, '{6:1}/5')
---- error 22V01 Dimension [6]

INSERT INTO s (id, v) VALUES (5, '{1:1,1:2}/5')
---- error 22P02 occurs twice

INSERT INTO s (id, v) VALUES (5, '{1:nan}/5')
---- error 22V02 character [4]

INSERT INTO s (id, v) VALUES (5, '{1:1;2:2}/5')
---- error 22P02 character [4]

INSERT INTO s (id, v) VALUES (5, '{1:1}/6')
---- error 22V01 [6] dimensions

SELECT id FROM s ORDER BY v <+> '{1:1}/5' LIMIT 1
---- error 42804

CREATE TABLE u (v SPARSEVEC(0))
---- error 42P16 dimension

CREATE INDEX ON s USING hnsw (v)
---- error 22023 cannot serve
