# Row policies: they hold where fragments run, and for changes of every kind.
CREATE ROLE policy_reader
---- ok

CREATE TABLE note (id INTEGER PRIMARY KEY, team VARCHAR, stars INTEGER, body VARCHAR, v VECTOR(2)) WITH (shards = 2)
---- ok

INSERT INTO note VALUES (1, 'policy_reader', 1, 'red house', '[0, 0]'), (2, 'board', 0, 'red rose', '[1, 0]'), (3, 'policy_reader', 3, 'blue sea', '[2, 0]')
---- count 3

# From here on one part of the rows is in a file.
FLUSH TABLE note
---- ok

INSERT INTO note VALUES (4, 'board', 4, 'red sea', '[3, 0]'), (5, NULL, 5, 'nobody', '[4, 0]')
---- count 2

GRANT SELECT, INSERT, UPDATE, DELETE ON note TO policy_reader
---- ok

CREATE POLICY of_team ON note USING (team = current_user)
---- ok

ALTER TABLE note ENABLE ROW LEVEL SECURITY
---- ok

SET ROLE policy_reader
---- ok

SELECT count(*), sum(stars), min(body) FROM note
---- rows
2|4|blue sea

SELECT id FROM note ORDER BY v <-> '[1, 0]', id LIMIT 2
---- rows
1
3

SELECT id FROM note WHERE 6 / stars > 0 ORDER BY id
---- rows
1
3

SELECT id FROM note WHERE v <-> '[3, 0]' < 1.5 ORDER BY id
---- rows
3

SELECT a.id, b.id FROM note AS a, LATERAL (SELECT id FROM note WHERE id <> a.id ORDER BY v <-> a.v LIMIT 3) AS b ORDER BY 1, 2
---- rows
1|3
3|1

UPSERT INTO note VALUES (1, 'policy_reader', 2, 'mine', '[0, 1]'), (6, 'policy_reader', 6, 'new', '[5, 0]')
---- count 2

UPSERT INTO note VALUES (2, 'policy_reader', 2, 'taken', '[0, 1]')
---- error 42501 row policy

UPSERT INTO note VALUES (1, 'board', 2, 'given', '[0, 1]')
---- error 42501 row policy

INSERT INTO note (id, team) VALUES (4, 'policy_reader') ON CONFLICT (id) DO UPDATE SET body = 'taken'
---- error 42501 row policy

MERGE INTO note USING (VALUES (2, 'x'), (3, 'y')) AS s (id, body) ON note.id = s.id WHEN MATCHED THEN UPDATE SET body = s.body
---- count 1

MERGE INTO note USING (VALUES (3, 'board')) AS s (id, team) ON note.id = s.id WHEN MATCHED THEN UPDATE SET team = s.team
---- error 42501 row policy

UPDATE note SET stars = stars + 1
---- count 3

DELETE FROM note WHERE id >= 4
---- count 1

RESET ROLE
---- ok

SELECT id, team, stars, body FROM note ORDER BY id
---- rows
1|policy_reader|3|mine
2|board|0|red rose
3|policy_reader|4|y
4|board|4|red sea
5|NULL|5|nobody

DROP TABLE note
---- ok
