# Reading the past.
CREATE TABLE t (id BIGINT PRIMARY KEY, a INT)
---- ok

SELECT a FROM t FOR SYSTEM_TIME AS OF TIMESTAMP '2020-01-01 00:00:00'
---- rows

INSERT INTO t VALUES (1, 1)
---- count 1

SELECT a FROM t
---- rows
1
