# UNNEST, and conditions on arrays.
SELECT * FROM UNNEST(ARRAY[1,2,3]) AS u(x)
---- unordered
1
2
3

SELECT * FROM UNNEST(ARRAY['a','b']) WITH ORDINALITY AS u(x, i)
---- unordered
a|1
b|2

CREATE TABLE tagged (id INTEGER PRIMARY KEY, tags VARCHAR ARRAY, ns INTEGER ARRAY)
---- ok

INSERT INTO tagged VALUES (1, ARRAY['x','y'], ARRAY[1,2,3]), (2, ARRAY['z'], NULL), (3, NULL, ARRAY[7])
---- ok

SELECT id, tag FROM tagged, UNNEST(tags) AS u(tag) ORDER BY id, tag
---- rows
1|x
1|y
2|z

SELECT id, tag FROM tagged CROSS JOIN UNNEST(tagged.tags) AS u(tag) WHERE tag <> 'x' ORDER BY id, tag
---- rows
1|y
2|z

SELECT id, tag, i FROM tagged LEFT JOIN UNNEST(tags) WITH ORDINALITY AS u(tag, i) ON TRUE ORDER BY id, i
---- rows
1|x|1
1|y|2
2|z|1
3|NULL|NULL

SELECT id FROM tagged WHERE 'z' = ANY (tags)
---- rows
2

SELECT tag, count(*) FROM tagged, UNNEST(tags) AS u(tag) GROUP BY tag ORDER BY tag
---- rows
x|1
y|1
z|1

SELECT id, t, n FROM tagged, UNNEST(tags, ns) AS u(t, n) ORDER BY id, t, n
---- rows
1|x|1
1|y|2
1|NULL|3
2|z|NULL
3|NULL|7

SELECT id, u.x + id FROM tagged, UNNEST(ARRAY[id, id * 10]) AS u(x) ORDER BY 1, 2
---- rows
1|2
1|11
2|4
2|22
3|6
3|33

SELECT 2 = ANY (ARRAY[1, 2]), 5 = ANY (ARRAY[1, 2]), 'b' = SOME (ARRAY['a', 'b'])
---- rows
true|false|true
