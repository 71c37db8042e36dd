package io.elanus.storage.index;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What each worker of a build has for itself, made when it first asks: searchers, scratch memory. Whoever made this
/// closes it, and with it all of them, once no worker is at work.
public final class PerWorker<T> implements AutoCloseable {
    private final List<@Nullable T> made = new ArrayList<>();
    private final Supplier<T> make;
    private final Consumer<T> close;

    public PerWorker(BuildPool pool, Supplier<T> make, Consumer<T> close) {
        for (int worker = 0; worker < pool.threads(); worker++) {
            made.add(null);
        }
        this.make = make;
        this.close = close;
    }

    /// That of a worker, as [BuildPool.Block] numbers them; called on its thread.
    public T of(int worker) {
        T own = made.get(worker);
        if (own == null) {
            own = make.get();
            made.set(worker, own);
        }
        return own;
    }

    @Override
    public void close() {
        for (T own : made) {
            if (own != null) {
                close.accept(own);
            }
        }
    }
}
