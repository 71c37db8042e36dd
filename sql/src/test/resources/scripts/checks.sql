# CHECK constraints of columns and of tables.
CREATE TABLE item (
  id INTEGER PRIMARY KEY,
  price INTEGER CHECK (price > 0) CONSTRAINT cheap CHECK (price < 1000),
  old_price INTEGER NULL CHECK ((old_price >= 0)) DEFAULT 5,
  name VARCHAR NOT NULL CHECK (length(name) > 1),
  CHECK (price <= old_price),
  CONSTRAINT named CHECK (name <> 'none' -- a comment
  ),
  CHECK (name LIKE 'a%' OR price < 100)
)
---- ok

SELECT constraint_name, check_clause, table_name FROM information_schema.check_constraints WHERE table_name = 'item' ORDER BY constraint_name
---- rows
cheap|price < 1000|item
item_check|price <= old_price|item
item_check1|name LIKE 'a%' OR price < 100|item
item_name_check|length(name) > 1|item
item_old_price_check|(old_price >= 0)|item
item_price_check|price > 0|item
named|name <> 'none' -- a comment|item

SELECT constraint_name, constraint_type FROM information_schema.table_constraints WHERE table_name = 'item' AND constraint_name LIKE '%e%d%' OR constraint_type = 'PRIMARY KEY' ORDER BY 1
---- rows
item_old_price_check|CHECK
item_pkey|PRIMARY KEY
named|CHECK

INSERT INTO item VALUES (1, 5, 10, 'first'), (2, 7, 7, 'second')
---- count 2

# NULL holds.
INSERT INTO item VALUES (3, NULL, NULL, 'third'), (4, 500, NULL, 'apple')
---- count 2

INSERT INTO item VALUES (5, 1, 2, 'fine'), (6, 0, 2, 'free')
---- error 23514 The row with key [6] violates constraint [item_price_check] of table [public.item].

INSERT INTO item VALUES (6, 11, 10, 'dear')
---- error 23514 item_check

INSERT INTO item (id, price, name) VALUES (6, 6, 'by default')
---- error 23514 [item_check]

INSERT INTO item SELECT id + 10, price + 200, NULL, name FROM item WHERE id = 1
---- error 23514 key [11] violates constraint [item_check1]

INSERT INTO item VALUES (1, 1000, NULL, 'apple') ON CONFLICT DO NOTHING
---- error 23514 cheap

INSERT INTO item VALUES (1, 9, 10, 'first') ON CONFLICT (id) DO UPDATE SET price = excluded.price + 2
---- error 23514 key [1] violates constraint [item_check]

UPSERT INTO item VALUES (2, 8, 7, 'second')
---- error 23514 key [2]

UPDATE item SET price = price + 5 WHERE id < 3
---- error 23514

UPDATE item SET price = v.price FROM (VALUES (1, -1)) AS v (id, price) WHERE item.id = v.id
---- error 23514 key [1] violates constraint [item_price_check]

MERGE INTO item USING (VALUES (1, 100)) AS v (id, price) ON item.id = v.id WHEN MATCHED THEN UPDATE SET price = v.price
---- error 23514

MERGE INTO item USING (VALUES (9, 100)) AS v (id, price) ON item.id = v.id WHEN NOT MATCHED THEN INSERT (id, price, name) VALUES (v.id, v.price, 'none')
---- error 23514 key [9]

SELECT * FROM item ORDER BY id
---- rows
1|5|10|first
2|7|7|second
3|NULL|NULL|third
4|500|NULL|apple

UPDATE item SET price = price + 2 WHERE id = 1 RETURNING price
---- rows
7

DELETE FROM item WHERE id = 2
---- count 1

# Added later: what is there is looked at.
ALTER TABLE item ADD CHECK (price < 100)
---- error 23514 Table [public.item] has rows that violate constraint [item_price_check1].

SELECT count(*) FROM information_schema.check_constraints
---- rows
7

ALTER TABLE item ADD CONSTRAINT small CHECK (price < 501)
---- ok

ALTER TABLE item ADD CONSTRAINT small CHECK (price < 502)
---- error 42710 Table [public.item] has a constraint [small] already.

INSERT INTO item VALUES (7, 501, NULL, 'apple')
---- error 23514 small

ALTER TABLE item ADD COLUMN stock INTEGER DEFAULT 0 CHECK (stock > 0)
---- error 23514 item_stock_check

SELECT count(*) FROM information_schema.columns WHERE table_name = 'item'
---- rows
4

ALTER TABLE item ADD COLUMN stock INTEGER DEFAULT 1 CHECK (stock > 0)
---- ok

UPDATE item SET stock = 0
---- error 23514 item_stock_check

ALTER TABLE item DROP CONSTRAINT item_stock_check
---- ok

UPDATE item SET stock = 0
---- count 3

ALTER TABLE item DROP CONSTRAINT smal
---- error 42704 Did you mean "small"?

ALTER TABLE item DROP CONSTRAINT IF EXISTS smal
---- ok

ALTER TABLE item DROP CONSTRAINT item_pkey
---- error 42P16

# Constraints follow their columns.
ALTER TABLE item RENAME COLUMN price TO "The price"
---- ok

SELECT check_clause FROM information_schema.check_constraints WHERE constraint_name IN ('item_check', 'small') ORDER BY 1
---- rows
"The price" < 501
"The price" <= old_price

INSERT INTO item VALUES (7, 501, NULL, 'apple', 1)
---- error 23514 small

ALTER TABLE item DROP COLUMN "The price"
---- ok

SELECT constraint_name FROM information_schema.check_constraints ORDER BY 1
---- rows
item_name_check
item_old_price_check
named

ALTER TABLE item RENAME TO goods
---- ok

INSERT INTO goods (id, name) VALUES (8, 'x')
---- error 23514 constraint [item_name_check] of table [public.goods]

# What a constraint can be.
CREATE TABLE bad (id INTEGER PRIMARY KEY, CHECK (nobody > 1))
---- error 42703 nobody

CREATE TABLE bad (id INTEGER PRIMARY KEY, CHECK (id + 1))
---- error 42804 A CHECK constraint is BOOLEAN, given is [INTEGER].

CREATE TABLE bad (id INTEGER PRIMARY KEY, CHECK (id > (SELECT 1)))
---- error 0A000 A CHECK constraint takes a condition over the columns of a row

CREATE TABLE bad (id INTEGER PRIMARY KEY, CHECK (count(*) > 1))
---- error 0A000

CREATE TABLE bad (id INTEGER PRIMARY KEY, d DATE CHECK (d < current_date))
---- error 0A000 looks at the row alone

CREATE TABLE bad (id INTEGER PRIMARY KEY, CONSTRAINT a CHECK (id > 1), CONSTRAINT a CHECK (id > 2))
---- error 42710

SELECT count(*) FROM information_schema.tables WHERE table_name = 'bad'
---- rows
0

# Over every type, under a hidden key, and in partitions.
CREATE TABLE kinds (v VECTOR(2) CHECK (v <-> '[0,0]' < 10), j JSON CHECK (j ->> 'a' = 'b'), a INTEGER ARRAY CHECK (cardinality(a) < 3), land VARCHAR CHECK (land IN ('se', 'no', 'fi')))
  PARTITION BY LIST (land) (PARTITION north VALUES IN ('se', 'no'), PARTITION others DEFAULT)
---- ok

INSERT INTO kinds VALUES ('[1,2]', '{"a": "b"}', ARRAY[1, 2], 'fi'), (NULL, '{}', NULL, NULL)
---- count 2

INSERT INTO kinds VALUES ('[10,2]', NULL, NULL, NULL)
---- error 23514 The row violates constraint [kinds_v_check]

INSERT INTO kinds VALUES (NULL, '{"a": 1}', NULL, NULL)
---- error 23514 kinds_j_check

INSERT INTO kinds VALUES (NULL, NULL, ARRAY[1, 2, 3], NULL)
---- error 23514 kinds_a_check

UPDATE kinds SET land = 'de' WHERE land = 'fi'
---- error 23514 kinds_land_check
