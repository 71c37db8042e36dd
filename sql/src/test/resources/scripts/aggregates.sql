# Aggregates of PostgreSQL: percentiles, regression, bits, JSON; and aggregates that collect, as window functions.
CREATE TABLE t (id BIGINT PRIMARY KEY, g VARCHAR, x DOUBLE PRECISION, y DOUBLE PRECISION, i INTEGER, b BOOLEAN)
---- ok

INSERT INTO t VALUES (1,'a',1,2,3,true),(2,'a',2,4.5,5,false),(3,'b',3,5,6,true),(4,'b',null,1,null,null),(5,'b',5,9,6,true)
---- ok

SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x) FROM t
---- rows
2.5

SELECT g, percentile_disc(0.5) WITHIN GROUP (ORDER BY x DESC), percentile_disc(0.5) WITHIN GROUP (ORDER BY g), mode() WITHIN GROUP (ORDER BY i) FROM t GROUP BY g ORDER BY g
---- rows
a|2|a|3
b|5|b|6

SELECT percentile_cont(0.25) WITHIN GROUP (ORDER BY i DESC) FROM t
---- rows
6

SELECT percentile_cont(ARRAY[0.25, 0.5, 1]) WITHIN GROUP (ORDER BY x) FROM t
---- rows
{1.75,2.5,5}

SELECT percentile_disc(ARRAY[0.25, 0.5, 1]) WITHIN GROUP (ORDER BY i) FROM t
---- rows
{3,5,6}

SELECT percentile_cont(1.5) WITHIN GROUP (ORDER BY x) FROM t
---- error 22003

SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x) FILTER (WHERE i > 3) FROM t
---- rows
3

SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x) FROM t WHERE id > 100
---- rows
NULL

SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x) OVER () FROM t
---- error 0A000

SELECT mode() WITHIN GROUP (ORDER BY i) FROM t
---- rows
6

SELECT corr(x,y) FROM t
---- rows
0.9851430923690204

SELECT covar_pop(x,y), covar_samp(x,y) FROM t
---- rows
3.65625|4.875

SELECT regr_slope(y,x), regr_intercept(y,x), regr_r2(y,x), regr_count(y,x) FROM t
---- rows
1.6714285714285713|0.5285714285714294|0.9705069124423961|4

SELECT regr_avgx(y,x), regr_avgy(y,x), regr_sxx(y,x), regr_syy(y,x), regr_sxy(y,x) FROM t
---- rows
2.75|5.125|8.75|25.1875|14.624999999999998

SELECT g, corr(y, x), regr_count(y, x), covar_samp(y, i) FROM t GROUP BY g ORDER BY g
---- rows
a|1|2|2.5
b|1|2|0

SELECT regr_count(y, x), corr(y, x), covar_pop(y, x) FROM t WHERE id = 4
---- rows
0|NULL|NULL

SELECT corr(DISTINCT y, x) FROM t
---- rows
0.9851430923690203

SELECT bit_and(i), bit_or(i), bit_xor(i) FROM t
---- rows
0|7|6

SELECT g, bit_and(i), bit_or(i) FILTER (WHERE id < 3), bit_xor(DISTINCT i) FROM t GROUP BY g ORDER BY g
---- rows
a|1|7|6
b|6|NULL|6

SELECT bit_and(x) FROM t
---- error 42804

SELECT json_agg(i ORDER BY id) FROM t
---- rows
[3,5,6,null,6]

SELECT jsonb_agg(i ORDER BY i DESC) FROM t
---- rows
[null,6,6,5,3]

SELECT jsonb_agg(DISTINCT g ORDER BY g) FROM t
---- rows
["a","b"]

SELECT g, json_agg(b ORDER BY id) FILTER (WHERE id <> 3) FROM t GROUP BY g ORDER BY g
---- rows
a|[true,false]
b|[null,true]

SELECT json_agg(i) FROM t WHERE id > 100
---- rows
NULL

SELECT jsonb_object_agg(g, i ORDER BY id) FROM t
---- rows
{"a":5,"b":6}

SELECT json_object_agg(id, x ORDER BY id) FROM t
---- rows
{"1":1,"2":2,"3":3,"4":null,"5":5}

SELECT jsonb_object_agg(i, 1) FROM t
---- error 22023

SELECT json_agg(array[i, 1] ORDER BY id) FROM t WHERE id < 3
---- rows
[[3,1],[5,1]]

SELECT id, string_agg(g, ',') OVER (ORDER BY id) FROM t ORDER BY id
---- rows
1|a
2|a,a
3|a,a,b
4|a,a,b,b
5|a,a,b,b,b

SELECT id, string_agg(g, ',') FILTER (WHERE i > 3) OVER (ORDER BY id) FROM t ORDER BY id
---- rows
1|NULL
2|a
3|a,b
4|a,b
5|a,b,b

SELECT id, array_agg(i) OVER (ORDER BY id) FROM t ORDER BY id
---- rows
1|{3}
2|{3,5}
3|{3,5,6}
4|{3,5,6,NULL}
5|{3,5,6,NULL,6}

SELECT id, array_agg(i) OVER (PARTITION BY g ORDER BY id RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM t ORDER BY id
---- rows
1|{3,5}
2|{3,5}
3|{6,NULL,6}
4|{6,NULL,6}
5|{6,NULL,6}

SELECT id, array_agg(i) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM t ORDER BY id
---- rows
1|{3,5}
2|{3,5,6}
3|{5,6,NULL}
4|{6,NULL,6}
5|{NULL,6}

SELECT id, array_agg(id) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING EXCLUDE CURRENT ROW) FROM t ORDER BY id
---- rows
1|{2,3}
2|{1,3,4}
3|{1,2,4,5}
4|{2,3,5}
5|{3,4}

SELECT id, json_agg(i) OVER (ORDER BY id ROWS 1 PRECEDING) FROM t ORDER BY id
---- rows
1|[3]
2|[3,5]
3|[5,6]
4|[6,null]
5|[null,6]

SELECT id, corr(x, y) OVER (ORDER BY id), bit_or(i) OVER (ORDER BY id ROWS 1 PRECEDING) FROM t ORDER BY id
---- rows
1|NULL|3
2|1|7
3|0.9332565252573828|7
4|0.9332565252573828|6
5|0.9851430923690204|6

SELECT id, regr_slope(y, x) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM t ORDER BY id
---- rows
1|2.5
2|1.5
3|0.5
4|2
5|NULL

SELECT array_agg(DISTINCT i ORDER BY i DESC) FROM t
---- rows
{NULL,6,5,3}

SELECT g, array_agg(i ORDER BY id DESC), string_agg(g, ';' ORDER BY id DESC), percentile_cont(0.5) WITHIN GROUP (ORDER BY y) FROM t GROUP BY g ORDER BY g
---- rows
a|{5,3}|a;a|3.25
b|{6,NULL,6}|b;b;b|5

SELECT g, string_agg(DISTINCT g, ',') FILTER (WHERE id > 1) FROM t GROUP BY g ORDER BY g
---- rows
a|a
b|b

SELECT g FROM t GROUP BY g HAVING percentile_cont(0.5) WITHIN GROUP (ORDER BY y) > 3.5 ORDER BY g
---- rows
b

SELECT g, mode() WITHIN GROUP (ORDER BY i) FROM t GROUP BY ROLLUP(g) ORDER BY g
---- rows
a|3
b|6
NULL|6

SELECT string_agg(g, ',') WITHIN GROUP (ORDER BY id) FROM t
---- error 42803

SELECT mode() FROM t
---- error 42883

SELECT percentile_cont(0.5) FROM t
---- error 42883

SELECT every(b) FILTER (WHERE id <> 2) FROM t
---- rows
true

