# VECTOR_SEARCH: many searches at once.
CREATE TABLE film (id BIGINT PRIMARY KEY, title VARCHAR, year INTEGER, plot VECTOR(2))
---- ok

CREATE TABLE wish (id BIGINT PRIMARY KEY, who VARCHAR, v VECTOR(2))
---- ok

INSERT INTO film VALUES (1, 'Alien', 1979, '[1, 0]'), (2, 'Heat', 1995, '[2, 0]'), (3, 'Dune', 1984, '[0, 5]'), (4, 'Solaris', 1972, '[0, 7]'), (5, 'None', 1900, NULL)
---- count 5

INSERT INTO wish VALUES (7, 'Ann', '[1, 0]'), (8, 'Ben', '[0, 6.5]'), (9, 'Cem', NULL)
---- count 3

# An array of vectors.
SELECT query, id, title, distance, rank FROM VECTOR_SEARCH(TABLE film, plot, ARRAY['[1,0]', '[0,6.5]'], TOP_K => 2, METRIC => 'l2') ORDER BY query, rank
---- rows
1|1|Alien|0|1
1|2|Heat|1|2
2|4|Solaris|0.5|1
2|3|Dune|1.5|2

# A table of queries: its columns come with query_ before their names.
SELECT query, query_id, query_who, title, rank FROM VECTOR_SEARCH(TABLE film, plot, TABLE wish, v, TOP_K => 1, METRIC => 'l2') AS s ORDER BY query
---- rows
1|7|Ann|Alien|1
2|8|Ben|Solaris|1

# A query of queries, and a condition on what is searched.
SELECT who, title FROM VECTOR_SEARCH(TABLE film, plot, (SELECT who, v FROM wish WHERE id = 8), v, FILTER => year > 1975, METRIC => 'l2', TOP_K => 1)
---- rows
Ben|Dune

SELECT count(*) FROM VECTOR_SEARCH(TABLE film, plot, TABLE wish, v)
---- rows
8

SELECT 1 FROM VECTOR_SEARCH(TABLE film, title, TABLE wish, v)
---- error 22023 Column [title] is [VARCHAR]

SELECT 1 FROM VECTOR_SEARCH(TABLE film, plot, TABLE wish)
---- error 22023 which column

SELECT 1 FROM VECTOR_SEARCH(TABLE film, plot, TABLE wish, v, TOPK => 3)
---- error 22023 no argument [topk]

SELECT 1 FROM VECTOR_SEARCH(TABLE film, plot, ARRAY['[1,0]', '[1,2,3]'])
---- error 22V01
