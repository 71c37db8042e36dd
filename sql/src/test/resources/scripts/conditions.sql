# Conditions over unknown values, in every place where they are asked for.
CREATE TABLE visit (id INTEGER PRIMARY KEY, day DATE, ok BOOLEAN)
---- ok

INSERT INTO visit VALUES (1, NULL, TRUE), (2, NULL, NULL), (3, DATE '2026-08-01', TRUE), (4, DATE '2026-08-02', NULL)
---- count 4

SELECT id FROM visit WHERE (CASE WHEN day IS NULL THEN ok IS NULL ELSE day <> DATE '2026-08-01' END) IS NOT FALSE ORDER BY id
---- rows
2
4

SELECT id FROM visit WHERE NOT ((CASE WHEN day IS NULL THEN ok IS NULL ELSE day <> DATE '2026-08-01' END) IS NOT FALSE) ORDER BY id
---- rows
1
3

SELECT id FROM visit WHERE (day IS NOT NULL AND day <> DATE '2026-08-01') IS NOT FALSE ORDER BY id
---- rows
4

SELECT id FROM visit WHERE (NOT (day IS NOT NULL AND day <> DATE '2026-08-01')) IS NOT TRUE ORDER BY id
---- rows
4

SELECT id FROM visit WHERE COALESCE(day <> DATE '2026-08-01', ok IS NULL) IS NOT FALSE ORDER BY id
---- rows
2
4

SELECT id FROM visit WHERE (CASE WHEN day IS NULL THEN ok IS NULL ELSE day <> DATE '2026-08-01' END) IS NOT TRUE ORDER BY id
---- rows
1
3

SELECT id FROM visit WHERE (CASE WHEN day IS NULL THEN ok IS NULL ELSE day <> DATE '2026-08-01' END) IS FALSE ORDER BY id
---- rows
1
3

SELECT id FROM visit WHERE NOT (CASE WHEN day IS NULL THEN ok IS NULL ELSE day <> DATE '2026-08-01' END) ORDER BY id
---- rows
1
3

SELECT id, ok IS NOT FALSE, ok IS FALSE, ok IS TRUE, ok IS NOT TRUE, ok IS UNKNOWN FROM visit ORDER BY id
---- rows
1|true|false|true|false|false
2|true|false|false|true|true
3|true|false|true|false|false
4|true|false|false|true|true
