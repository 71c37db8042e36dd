# Tables, their columns and what information_schema says of them.
CREATE TABLE items (id BIGINT PRIMARY KEY, name VARCHAR(20) NOT NULL, price DECIMAL(10, 2) DEFAULT 1.50, note text, v VECTOR(3))
---- ok

CREATE TABLE items (id BIGINT PRIMARY KEY)
---- error 42P07 exists already

CREATE TABLE IF NOT EXISTS items (id BIGINT PRIMARY KEY)
---- ok

SELECT column_name, column_type, is_nullable FROM information_schema.columns WHERE table_name = 'items' ORDER BY ordinal_position
---- rows
id|BIGINT|NO
name|VARCHAR(20)|NO
price|DECIMAL(10, 2)|YES
note|VARCHAR|YES
v|VECTOR(3)|YES

SELECT constraint_name, constraint_type FROM information_schema.table_constraints WHERE table_name = 'items'
---- rows
items_pkey|PRIMARY KEY

CREATE TABLE types (a int4 primary key, b int8, c float4, d float8, e boolean, f bytea, g date, h time, i timestamp, j timestamptz, k uuid, l jsonb, m halfvec(4), n VECTOR(FLOAT, 5), o VECTOR(8, BINARY), p integer array, q smallint)
---- ok

SELECT column_type FROM information_schema.columns WHERE table_name = 'types' ORDER BY ordinal_position
---- rows
INTEGER
BIGINT
REAL
DOUBLE
BOOLEAN
VARBINARY
DATE
TIME
TIMESTAMP
TIMESTAMP WITH TIME ZONE
UUID
JSON
VECTOR(4, FLOAT16)
VECTOR(5)
VECTOR(8, BINARY)
INTEGER ARRAY
SMALLINT

CREATE TABLE bad (id BIGINT PRIMARY KEY, v VECTOR)
---- error 42P16 dimension

CREATE TABLE bad (id DOUBLE PRIMARY KEY)
---- error 42P16 a key is

CREATE TABLE bad (id BIGINT, id INT)
---- error 42701 twice

CREATE TABLE bad (id BIGINT, a tixt)
---- error 42704 text

CREATE TABLE bad (id BIGINT, a INT, PRIMARY KEY (id, a))
---- error 42P16 one key

CREATE TABLE bad (id BIGINT PRIMARY KEY) WITH (shard = 2)
---- error 22023 shards

CREATE TABLE bad (id BIGINT PRIMARY KEY, v VECTOR(40000))
---- error 42P16 32768

CREATE INDEX ON items USING hnsw (v vector_cosine_ops) WITH (m = 16, ef_construction = 100)
---- ok

CREATE INDEX items_v_idx ON items (v)
---- error 42710 exists already

CREATE INDEX other ON items USING hnwx (v)
---- error 42704 hnsw

CREATE INDEX other ON items USING hnsw (v) WITH (metric = 'cosin')
---- error 22023 cosine

CREATE INDEX other ON items USING hnsw (v) WITH (n = 3)
---- error 22023 n

CREATE INDEX other ON items USING hnsw (name)
---- error 42704 VECTOR

SELECT index_name, index_type, metric FROM information_schema.indexes WHERE table_name = 'items' ORDER BY 1
---- rows
items_pkey|key|NULL
items_v_idx|hnsw|cosine

DROP INDEX items_v_id
---- error 42704 items_v_idx

DROP INDEX items_v_idx
---- ok

DROP TABLE itms
---- error 42P01 items

DROP TABLE items
---- ok

DROP TABLE IF EXISTS items
---- ok

CREATE TABLE twice (a INT PRIMARY KEY) WITH (replicas = 2)
---- ok

INSERT INTO twice VALUES (1), (2)
---- count 2

SELECT a FROM twice ORDER BY a
---- rows
1
2

ALTER TABLE twice SET (replicas = 1)
---- ok

ALTER TABLE twice SET (replicas = 1, description = 'once')
---- ok

SELECT count(*) FROM twice
---- rows
2

ALTER TABLE twice SET (replicas = 0)
---- error 22023 replicas

ALTER TABLE twice SET (shards = 2)
---- error 22023 shards

CREATE TABLE thrice (a INT) WITH (replicas = 65)
---- error 22023 replicas

DROP TABLE twice
---- ok

CREATE SCHEMA app
---- ok

CREATE TABLE app.t (a INT PRIMARY KEY)
---- ok

SET schema = app
---- ok

INSERT INTO t VALUES (1)
---- count 1

SELECT a FROM app.t
---- rows
1

SET schema = nowhere
---- error 3F000 nowhere

DROP SCHEMA system
---- error 42809 system
