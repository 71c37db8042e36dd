package io.elanus.storage.index.ivf;

import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.VectorIndexContract;
import io.elanus.storage.index.VectorIndexFormat;
import java.util.Map;

class IvfSq8Test extends VectorIndexContract {
    @Override
    protected VectorIndexFormat format() {
        return new IvfFormat(BuildPool.CALLER, ListCodes.SQ8);
    }

    @Override
    protected Map<String, String> parameters() {
        return Map.of("nlist", "20", "nprobe", "8");
    }
}
