package io.elanus.cluster.indexcoord;

import io.elanus.cluster.client.Candidate;
import io.elanus.cluster.client.Leadership;
import io.elanus.cluster.client.NodeRegistry;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.client.Sequences;
import io.elanus.cluster.runtime.EventLoop;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.storage.meta.MetaStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One term of the index coordinator: the office, and what drives it: timers, the watch of tasks, the discovery of
/// nodes. Lives on the loop.
final class Tenure implements Candidate.Term {
    private static final Logger LOG = LoggerFactory.getLogger(Tenure.class);

    private final RoleContext context;
    private final IndexCoordConfig config;
    private final IndexOffice office;
    private final Sequences sequences;
    private final Runnable resign;
    private final List<EventLoop.Timer> timers = new ArrayList<>();
    private NodeRegistry.@Nullable Discovery discovery;
    private MetaStore.@Nullable Watch watch;
    private boolean closed;

    private Tenure(
            RoleContext context, IndexCoordConfig config, IndexOffice office, Sequences sequences, Runnable resign) {
        this.context = context;
        this.config = config;
        this.office = office;
        this.sequences = sequences;
        this.resign = resign;
    }

    /// Reads the state from the store and starts to work.
    static CompletableFuture<Tenure> open(
            RoleContext context, IndexCoordConfig config, Leadership leadership, Runnable resign) {
        var store = new IndexStore(context.stores().meta(), leadership);
        return Sequences.open(
                context,
                sequences -> store.load()
                        .thenApplyAsync(
                                loaded -> {
                                    var office =
                                            new IndexOffice(context, config, store, IndexState.of(loaded), sequences);
                                    var tenure = new Tenure(context, config, office, sequences, resign);
                                    tenure.begin(store, loaded.revision());
                                    return tenure;
                                },
                                context.loop()));
    }

    IndexOffice office() {
        return office;
    }

    private void begin(IndexStore store, long revision) {
        watch = store.watchTasks(revision, new MetaStore.WatchListener() {
            @Override
            public void onChange(long changed, List<MetaStore.Change> changes) {
                onLoop(() -> office.onChanges(changes));
            }

            @Override
            public void onLost(Throwable cause) {
                LOG.warn("The watch of index tasks was lost; the next term reads them afresh", cause);
                onLoop(resign);
            }
        });
        discovery = new NodeRegistry(context, config.leaseTime()).watch(RoleNames.INDEX_NODE, office::onNodes);
        every(config.assignInterval(), office::onTimer);
        every(config.assignInterval(), office::pollProgress);
        every(config.sweepInterval(), office::sweep);
        office.sweep();
    }

    private void onLoop(Runnable action) {
        context.loop().execute(() -> {
            if (!closed) {
                action.run();
            }
        });
    }

    private void every(Duration interval, Runnable task) {
        timers.add(context.loop().repeat(interval, task));
    }

    @Override
    public void close() {
        closed = true;
        timers.forEach(EventLoop.Timer::cancel);
        if (discovery != null) {
            discovery.close();
        }
        if (watch != null) {
            watch.close();
        }
        sequences.close();
    }
}
