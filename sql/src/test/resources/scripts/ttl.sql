# Time to live: now is 2023-11-14 22:13:20 UTC.
CREATE TABLE event (id BIGINT PRIMARY KEY, created TIMESTAMP WITH TIME ZONE, kind VARCHAR, v VECTOR(2)) WITH (ttl_column = 'created', ttl = '30 days')
---- ok

INSERT INTO event VALUES (1, TIMESTAMP '2023-11-01 00:00:00', 'new', '[1, 0]'), (2, TIMESTAMP '2023-10-15 22:13:20', 'at the end', '[2, 0]'), (3, TIMESTAMP '2023-10-15 22:13:21', 'nearly', '[3, 0]'), (4, NULL, 'for ever', '[4, 0]'), (5, TIMESTAMP '2020-01-01 00:00:00', 'old', '[0, 0]')
---- count 5

SELECT id FROM event ORDER BY id
---- rows
1
3
4

SELECT count(*), count(DISTINCT kind) FROM event
---- rows
3|3

SELECT id FROM event ORDER BY v <-> '[0, 0]' LIMIT 2
---- rows
1
3

SELECT id FROM event WHERE id = 5
---- rows

SELECT a.id FROM event AS a, LATERAL (SELECT id FROM event ORDER BY v <-> a.v LIMIT 5) AS b WHERE a.id = 1 AND b.id IN (2, 5)
---- rows

# An old key is free again; what takes it ends the old row for good.
INSERT INTO event VALUES (5, NULL, 'again', '[5, 0]')
---- count 1

INSERT INTO event VALUES (2, NULL, 'again', '[2, 0]') ON CONFLICT DO NOTHING
---- count 1

INSERT INTO event VALUES (5, NULL, 'twice', '[5, 0]')
---- error 23505

UPDATE event SET kind = 'changed' WHERE kind <> 'none'
---- count 5

DELETE FROM event WHERE id IN (2, 5)
---- count 2

SELECT id, kind FROM event ORDER BY id
---- rows
1|changed
3|changed
4|changed

# A time in the past has rows that are gone now.
INSERT INTO event VALUES (6, TIMESTAMP '2023-10-20 00:00:00', 'six', '[6, 0]')
---- count 1

ALTER TABLE event SET (ttl = '2 weeks')
---- ok

SELECT id FROM event ORDER BY id
---- rows
1
4

ALTER TABLE event RENAME COLUMN created TO made
---- ok

SELECT id FROM event ORDER BY id
---- rows
1
4

ALTER TABLE event DROP COLUMN made
---- error 2BP01 how long rows

ALTER TABLE event SET (ttl = 'none')
---- ok

SELECT id FROM event ORDER BY id
---- rows
1
3
4
6

ALTER TABLE event SET (ttl_column = 'made', ttl = '1 h')
---- ok

SELECT id FROM event ORDER BY id
---- rows
4

# A policy and a time to live.
CREATE POLICY p ON event USING (kind <> 'six')
---- ok

ALTER TABLE event SET (ttl = 'soon')
---- error 22023 Option [ttl] takes a time

ALTER TABLE event SET (ttl_column = 'kind')
---- error 42804 does not say when

ALTER TABLE event SET (ttl_column = 'none')
---- error 42703 does not exist

CREATE TABLE other (id BIGINT PRIMARY KEY, at TIMESTAMP) WITH (ttl = '1 day')
---- error 22023 option [ttl_column] is missing

CREATE TABLE other (id BIGINT PRIMARY KEY, at TIMESTAMP) WITH (ttl_column = 'at', ttl = '1 day')
---- ok

INSERT INTO other VALUES (1, TIMESTAMP '2023-11-13 22:13:20'), (2, TIMESTAMP '2023-11-13 22:13:21')
---- count 2

SELECT id FROM other
---- rows
2
