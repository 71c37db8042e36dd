# Full text: matches, scores, order, phrases, filters, forms of other systems, hybrid search.
CREATE TABLE d (id BIGINT PRIMARY KEY, lang VARCHAR, body VARCHAR, v VECTOR(2))
---- ok

INSERT INTO d VALUES (1, 'en', 'the quick brown fox', '[1,0]'), (2, 'en', 'the lazy dog sleeps', '[0,1]'), (3, 'en', 'quick quick foxes run', '[0.9,0.1]'), (4, 'de', 'brown dogs and a fox', '[0.5,0.5]'), (5, 'de', NULL, NULL)
---- count 5

SELECT id FROM d WHERE MATCH(body, 'fox') ORDER BY id
---- rows
1
4

CREATE INDEX d_body ON d USING fulltext (body) WITH (analyzer = 'english')
---- ok

SELECT id FROM d WHERE MATCH(body, 'fox') ORDER BY id
---- rows
1
3
4

SELECT id FROM d WHERE MATCH(body, '+fox -quick') ORDER BY id
---- rows
4

SELECT id FROM d WHERE MATCH(body, '"brown fox"') ORDER BY id
---- rows
1

SELECT id FROM d WHERE MATCH(body, '"brown fox"~5') ORDER BY id
---- rows
1
4

SELECT id FROM d WHERE MATCH(body, 'dog fox', 'all')
---- rows
4

SELECT id FROM d WHERE to_tsvector('english', body) @@ plainto_tsquery('dog fox')
---- rows
4

SELECT id FROM d WHERE body @@ 'sleeping'
---- rows
2

SELECT id FROM d WHERE TEXT_MATCH(body, 'sleeping')
---- rows
2

SELECT id FROM d ORDER BY BM25(body, 'quick fox') DESC LIMIT 2
---- rows
3
1

SELECT id, CAST(BM25(body, 'quick fox') AS DECIMAL(8, 4)) AS s FROM d WHERE MATCH(body, 'quick fox') ORDER BY BM25(body, 'quick fox') DESC LIMIT 10
---- rows
3|0.5550
1|0.4927
4|0.1674

SELECT id FROM d WHERE lang = 'de' AND MATCH(body, 'fox') ORDER BY BM25(body, 'fox') DESC LIMIT 5
---- rows
4

SELECT count(*) FROM d WHERE BM25(body, 'quick') > 0
---- rows
2

SELECT HIGHLIGHT(body, 'fox', '[', ']') FROM d WHERE id = 3
---- rows
quick quick [foxes] run

SELECT id, vector_rank, text_rank FROM HYBRID_SEARCH(TABLE d, VECTOR => (v, '[1,0]'), TEXT => (body, 'quick'), LIMIT => 3)
---- rows
1|1|2
3|2|1
4|3|NULL

SELECT id FROM HYBRID_SEARCH(TABLE d, TEXT => (body, 'fox dog'), FILTER => lang = 'de')
---- rows
4

SELECT id FROM d WHERE MATCH(body, 'a "b')
---- error 22P02 character

CREATE INDEX ON d USING fulltext (body) WITH (analyzer = 'englsh')
---- error 22023 english

SELECT id FROM HYBRID_SEARCH(TABLE d, TEXT => (v, 'fox'))
---- error 22023 VARCHAR

SELECT id FROM HYBRID_SEARCH(TABLE d, TEXTS => (body, 'fox'))
---- error 22023 text

SELECT BM25('a', 'b')
---- error 0A000
