package io.elanus.storage.index.hnsw;

/// Where the links of a node on a level lie: int32 node numbers, ended by -1 or by the level's capacity.
interface Links {
    long address(int level, int node);

    int capacity(int level);
}
