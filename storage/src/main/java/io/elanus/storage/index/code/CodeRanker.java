package io.elanus.storage.index.code;

/// Ranks numbered vectors by their codes. The ranks order as the metric's do, up to the codes' error, but need not
/// be its values. Numbers are checked: they may come from a file. One thread at a time; owns its scratch memory.
public interface CodeRanker extends AutoCloseable {
    /// Takes a query as the metric's kernel has prepared it: float32, for cosine of length one.
    void bind(long prepared);

    float rank(int number);

    /// Puts the rank of `numbers[i]` into `ranks[i]`, for the first `count`.
    void rank(int[] numbers, int count, float[] ranks);

    @Override
    void close();
}
