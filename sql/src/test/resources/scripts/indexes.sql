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
