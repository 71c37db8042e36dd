CREATE TABLE docs (id BIGINT PRIMARY KEY, d JSON)
---- ok

INSERT INTO docs VALUES (1, '{"name":"anna","age":30,"tags":["a","b"],"addr":{"city":"Rome"}}'), (2, '{"name":"ben","age":"old","none":null}'), (3, NULL), (4, '[1,2,3]')
---- ok

SELECT id, d -> 'addr' ->> 'city', d ->> 'age', d -> 'tags' ->> 1 FROM docs ORDER BY id
---- rows
1|Rome|30|b
2|NULL|old|NULL
3|NULL|NULL|NULL
4|NULL|NULL|NULL

SELECT id, JSON_VALUE(d, '$.age'), JSON_VALUE(d, '$.age' RETURNING INTEGER) FROM docs ORDER BY id
---- rows
1|30|30
2|old|NULL
3|NULL|NULL
4|NULL|NULL

SELECT id, JSON_VALUE(d, '$.age' RETURNING INTEGER DEFAULT 7 ON EMPTY DEFAULT 8 ON ERROR) FROM docs ORDER BY id
---- rows
1|30
2|8
3|NULL
4|7

SELECT JSON_VALUE(d, '$.none' DEFAULT 'e' ON EMPTY DEFAULT 'f' ON ERROR) FROM docs WHERE id = 2
---- rows
NULL

SELECT id, JSON_EXISTS(d, '$.addr.city'), JSON_QUERY(d, '$.addr') FROM docs ORDER BY id
---- rows
1|true|{"city":"Rome"}
2|false|NULL
3|NULL|NULL
4|false|NULL

SELECT id, json_typeof(d), jsonb_typeof(d -> 'age'), json_array_length(d) FROM docs ORDER BY id
---- rows
1|object|number|NULL
2|object|string|NULL
3|NULL|NULL|NULL
4|array|NULL|3

SELECT JSON_OBJECT('a' VALUE 1, 'b' VALUE 'x"y', 'c' VALUE NULL, 'd' VALUE 1.50, 'e' VALUE DATE '2026-01-02')
---- rows
{"a":1,"b":"x\"y","c":null,"d":1.50,"e":"2026-01-02"}

SELECT JSON_OBJECT('a' VALUE CAST(NULL AS INTEGER), 'b' VALUE TRUE ABSENT ON NULL), JSON_ARRAY(1, NULL, 'b', ARRAY[1, 2])
---- rows
{"b":true}|[1,"b",[1,2]]

SELECT JSON_OBJECT('id' VALUE id, 'tags' VALUE d -> 'tags') FROM docs ORDER BY id LIMIT 2
---- rows
{"id":1,"tags":["a","b"]}
{"id":2,"tags":null}

SELECT id FROM docs WHERE json_contains(d, '{"addr":{"city":"Rome"},"tags":["b"]}') ORDER BY id
---- rows
1

SELECT id FROM docs WHERE json_contains(d, '3.0')
---- rows
4

SELECT id FROM docs WHERE JSON_VALUE(d, '$.age' RETURNING DOUBLE) > 20
---- rows
1

SELECT JSON_VALUE(d, 'age') FROM docs
---- error 22023 $.name.items[0]

SELECT JSON_VALUE(d, '$.age' ERROR ON ERROR) FROM docs
---- error 0A000 ERROR ON ERROR

SELECT 764690355 -> '[1,1]' FROM docs
---- error 42804 takes a document here, given [INTEGER]

SELECT d ->> 1.5 FROM docs
---- error 42804 takes a name or a whole number here
