package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.VectorIndexContract;
import io.elanus.storage.index.VectorIndexFormat;

/// As served: small segments are mostly searched exactly.
class HnswFormatTest extends VectorIndexContract {
    @Override
    protected VectorIndexFormat format() {
        return new HnswFormat(BuildPool.CALLER);
    }
}
