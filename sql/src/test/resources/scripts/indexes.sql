CREATE TABLE kinds (id BIGINT PRIMARY KEY, v VECTOR(4), b VECTOR(16, BINARY))
---- ok

CREATE INDEX by_default ON kinds (v)
---- ok

CREATE INDEX with_parameters ON kinds (v) WITH (m = 8)
---- ok

CREATE INDEX quantized ON kinds USING hnsw (v vector_ip_ops) WITH (layout = 'quantized', code_bits = 2)
---- ok

CREATE INDEX rabitq ON kinds USING hnsw (v vector_cosine_ops) WITH (codes = 'rabitq')
---- ok

CREATE INDEX sq8_lists ON kinds USING ivf_sq8 (v) WITH (nlist = 16)
---- ok

CREATE INDEX bits ON kinds USING bin_hnsw (b)
---- ok

CREATE INDEX bit_lists ON kinds USING bin_ivf_flat (b vector_jaccard_ops)
---- ok

CREATE INDEX twice ON kinds USING hnsw (v) WITH (layout = 'quantized', codes = 'sq8')
---- error 22023 Leave one out

CREATE INDEX sq9 ON kinds USING hnsw (v) WITH (codes = 'sq9')
---- error 22023 sq8

CREATE INDEX sq8_bits ON kinds USING ivf_sq8 (b)
---- error 22023 hamming

SELECT index_name, index_type, metric FROM information_schema.indexes WHERE table_name = 'kinds' ORDER BY 1
---- rows
bit_lists|ivf_flat|jaccard
bits|hnsw|hamming
by_default|autoindex|l2
kinds_pkey|key|NULL
quantized|hnsw|ip
rabitq|hnsw|cosine
sq8_lists|ivf_sq8|l2
with_parameters|hnsw|l2

DROP TABLE kinds
---- ok

CREATE TABLE things (id BIGINT PRIMARY KEY, year INTEGER, tags VARCHAR ARRAY, seen BOOLEAN, note JSON, price DECIMAL(8, 2))
---- ok

CREATE INDEX ON things (year)
---- ok

CREATE INDEX ON things (tags)
---- ok

CREATE INDEX ON things (seen)
---- ok

CREATE INDEX price_tree ON things USING btree (price)
---- ok

CREATE INDEX year_hash ON things USING hash (year)
---- ok

CREATE INDEX tags_tree ON things USING btree (tags)
---- error 22023 inverted

CREATE INDEX notes ON things (note)
---- error 22023 JSON

CREATE INDEX years ON things USING hnsw (year)
---- error 42704 sorted, bitmap, inverted

CREATE INDEX years ON things USING bitmpa (year)
---- error 42704 bitmap

CREATE INDEX years ON things USING sorted (year) WITH (m = 3)
---- error 22023 takes no parameters

SELECT index_name, index_type, metric FROM information_schema.indexes WHERE table_name = 'things' ORDER BY 1
---- rows
price_tree|sorted|NULL
things_pkey|key|NULL
things_seen_idx|bitmap|NULL
things_tags_idx|inverted|NULL
things_year_idx|sorted|NULL
year_hash|inverted|NULL

DROP TABLE things
---- ok
