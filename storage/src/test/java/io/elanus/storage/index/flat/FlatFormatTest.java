package io.elanus.storage.index.flat;

import io.elanus.storage.index.VectorIndexContract;
import io.elanus.storage.index.VectorIndexFormat;

class FlatFormatTest extends VectorIndexContract {
    @Override
    protected VectorIndexFormat format() {
        return new FlatFormat();
    }

    @Override
    protected double recall() {
        return 1;
    }
}
