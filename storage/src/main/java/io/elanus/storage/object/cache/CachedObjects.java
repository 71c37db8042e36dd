package io.elanus.storage.object.cache;

import io.elanus.storage.StorageException;
import io.elanus.storage.object.MappedObject;
import io.elanus.storage.object.ObjectErrors;
import io.elanus.storage.object.ObjectKeys;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.object.cache.CachedObject.Run;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;

/// [ObjectStore] over another one, with copies of what is mapped on the disk of this node. See the package.
public final class CachedObjects implements ObjectStore {
    private static final int FETCHERS = 8;

    private final ObjectStore remote;
    private final CacheFolder folder;
    private final CacheConfig.WarmUp warmUp;
    private final ExecutorService fetchers = Executors.newFixedThreadPool(
            FETCHERS, Thread.ofPlatform().daemon().name("object-fetch-", 0).factory());
    private final BackgroundFill fill = new BackgroundFill(this);
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder fetchedBytes = new LongAdder();
    // Guarded by this.
    private final Map<String, CachedObject> objects = new HashMap<>();
    private final CacheRoom room;
    private long clock;
    private long evicted;

    /// Takes over the store.
    ///
    /// @param path folder of the copies, this process's alone
    public static CachedObjects open(ObjectStore remote, Path path, CacheConfig config) {
        CacheFolder folder = CacheFolder.open(path);
        List<CacheFolder.Kept> kept = folder.load();
        long held = kept.stream().mapToLong(CacheFolder.Kept::bytes).sum();
        long size = config.size().bytes() > 0 ? config.size().bytes() : held + folder.free() / 5 * 4;
        return new CachedObjects(remote, folder, config, new CacheRoom(size, config), kept);
    }

    private CachedObjects(
            ObjectStore remote, CacheFolder folder, CacheConfig config, CacheRoom room, List<CacheFolder.Kept> kept) {
        this.remote = remote;
        this.folder = folder;
        this.warmUp = config.warmUp();
        this.room = room;
        for (CacheFolder.Kept copy : kept.reversed()) {
            if (room.takeDisk(copy.bytes())) {
                var object = new CachedObject(copy, folder.file(copy.key()));
                object.lastUsed = -objects.size();
                objects.put(copy.key(), object);
            } else { // the cache has become smaller
                folder.delete(copy.key());
            }
        }
    }

    @Override
    public MemorySegment map(String key, Arena arena) {
        long bytes = -1;
        if (!known(ObjectKeys.check(key))) {
            bytes = length(key);
            if (bytes <= CachedObject.BLOCK) { // a copy would cost more than another request
                byte[] content = remote.read(key);
                return arena.allocate(Math.max(1, content.length), 64)
                        .asSlice(0, content.length)
                        .copyFrom(MemorySegment.ofArray(content))
                        .asReadOnly();
            }
        }
        return open(key, bytes, arena, CacheConfig.WarmUp.SYNC).memory();
    }

    private synchronized boolean known(String key) {
        return objects.containsKey(key);
    }

    private long length(String key) {
        return remote.find(key).map(ObjectInfo::bytes).orElseThrow(() -> ObjectErrors.missing(key, null));
    }

    @Override
    public MappedObject open(String key, long bytes, Arena arena) {
        return open(key, bytes, arena, warmUp);
    }

    @SuppressWarnings("restricted") // the memory of the mapping, for as long as the caller's arena
    private MappedObject open(String key, long bytes, Arena arena, CacheConfig.WarmUp how) {
        CachedObject object = pin(ObjectKeys.check(key), bytes);
        MappedObject view;
        try {
            MemorySegment memory = memory(object)
                    .reinterpret(object.bytes(), arena, _ -> unpin(object))
                    .asReadOnly();
            view = new View(object, memory);
        } catch (RuntimeException e) { // the arena is closed or another thread's
            unpin(object);
            throw e;
        }
        if (how == CacheConfig.WarmUp.SYNC) {
            view.need(0, object.bytes());
        } else if (how == CacheConfig.WarmUp.ASYNC && !object.whole()) {
            fill.add(object);
        }
        return view;
    }

    private CachedObject pin(String key, long bytes) {
        Optional<CachedObject> known = pinKnown(key);
        if (known.isPresent()) {
            return known.get();
        }
        long length = bytes >= 0 ? bytes : length(key);
        synchronized (this) {
            CachedObject object = objects.computeIfAbsent(key, _ -> new CachedObject(key, length, folder.file(key)));
            object.pin();
            return object;
        }
    }

    private synchronized Optional<CachedObject> pinKnown(String key) {
        CachedObject object = objects.get(key);
        if (object != null) {
            object.pin();
        }
        return Optional.ofNullable(object);
    }

    /// Of an object that is pinned.
    private synchronized MemorySegment memory(CachedObject object) {
        MemorySegment memory = object.pin();
        object.unpin();
        return memory;
    }

    /// Pins an object that somebody uses; false when nobody does.
    synchronized boolean join(CachedObject object) {
        if (!object.pinned()) {
            return false;
        }
        object.pin();
        return true;
    }

    synchronized void unpin(CachedObject object) {
        room.giveMemory(object.unpin());
        object.lastUsed = ++clock;
        if (object.deleted && !object.pinned()) {
            drop(object);
        }
    }

    private void drop(CachedObject object) {
        room.giveDisk(object.diskBytes());
        objects.remove(object.key(), object);
        folder.delete(object.key());
    }

    /// Deletes unused copies until so much fits.
    private synchronized void makeRoom(long bytes) {
        long toFree = room.toFree(bytes);
        if (toFree > 0) {
            evict(toFree);
        }
    }

    private void evict(long bytes) {
        long left = bytes;
        for (CachedObject object : objects.values().stream()
                .filter(object -> !object.pinned())
                .sorted(Comparator.comparingLong(object -> object.lastUsed))
                .toList()) {
            if (left <= 0) {
                return;
            }
            left -= object.diskBytes();
            drop(object);
            evicted++;
        }
    }

    /// See [CachedObject#missing].
    synchronized int missing(CachedObject object, int from) {
        return object.missing(from);
    }

    /// May the next run of the object, from this block on, go to the disk?
    synchronized boolean fits(CachedObject object, int block) {
        long bytes = object.length(block, Math.min(block + CachedObject.RUN, object.blocks()));
        makeRoom(bytes);
        return object.hasFile() && room.toFree(bytes) == 0;
    }

    /// Fetches what is missing of these blocks, and waits for it. The object is pinned.
    void fetch(CachedObject object, int from, int to) {
        var waits = new ArrayList<CompletableFuture<Void>>();
        List<Run> runs;
        synchronized (this) {
            runs = object.claim(from, to, waits);
        }
        for (int i = 1; i < runs.size(); i++) {
            submit(object, runs.get(i));
        }
        if (!runs.isEmpty()) {
            perform(object, runs.getFirst());
        }
        runs.forEach(run -> waits.add(run.done()));
        for (CompletableFuture<Void> wait : waits) {
            join(wait);
        }
    }

    private static void join(CompletableFuture<Void> wait) {
        try {
            wait.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof StorageException known
                    ? new StorageException(known.code(), String.valueOf(known.getMessage()), known)
                    : e;
        }
    }

    private void submit(CachedObject object, Run run) {
        try {
            fetchers.execute(() -> perform(object, run));
        } catch (RejectedExecutionException e) { // closed: the caller fetches what it still needs
            perform(object, run);
        }
    }

    private void perform(CachedObject object, Run run) {
        try {
            if (!object.checkKept(run)) {
                long offset = (long) run.from() * CachedObject.BLOCK;
                byte[] content = remote.read(object.key(), offset, (int) object.length(run.from(), run.to()));
                fetchedBytes.add(content.length);
                place(object, run, content);
            }
            landed(object, run);
            run.done().complete(null);
        } catch (RuntimeException | Error e) { // whoever waits for the blocks is told
            landed(object, run);
            run.done().completeExceptionally(e);
        }
    }

    private synchronized void landed(CachedObject object, Run run) {
        object.landed(run);
        unpin(object);
    }

    private void place(CachedObject object, Run run, byte[] content) {
        if (!toDisk(object, run, content)) {
            synchronized (this) {
                room.takeMemory(object.key(), content.length);
                object.tookMemory(run);
            }
            object.writeToMemory(run, content);
        }
        object.arrive(run, content);
        if (object.whole() && onDisk(object)) {
            folder.save(object.key(), object.bytes(), object.sums());
        }
    }

    private synchronized boolean onDisk(CachedObject object) {
        return object.allOnDisk();
    }

    private boolean toDisk(CachedObject object, Run run, byte[] content) {
        if (!takeDisk(object, run)) {
            return false;
        }
        try {
            object.write(run, content);
            return true;
        } catch (IOException full) {
            synchronized (this) {
                evict(content.length);
            }
            try {
                object.write(run, content);
                return true;
            } catch (IOException e) { // whatever the disk has against it, the memory takes it
                giveDisk(object, run);
                return false;
            }
        }
    }

    private synchronized boolean takeDisk(CachedObject object, Run run) {
        long bytes = object.needsDisk(run);
        makeRoom(bytes);
        if (!object.hasFile() || !room.takeDisk(bytes)) {
            return false;
        }
        object.tookDisk(run);
        return true;
    }

    private synchronized void giveDisk(CachedObject object, Run run) {
        object.gaveDisk(run);
        room.giveDisk(object.length(run.from(), run.to()));
    }

    @Override
    public void put(String key, List<ByteBuffer> content) {
        remote.put(key, content);
    }

    @Override
    public byte[] read(String key) {
        return remote.read(key);
    }

    @Override
    public byte[] read(String key, long offset, int length) {
        return remote.read(key, offset, length);
    }

    @Override
    public Optional<ObjectInfo> find(String key) {
        return remote.find(key);
    }

    @Override
    public List<ObjectInfo> list(String prefix) {
        return remote.list(prefix);
    }

    @Override
    public void delete(String key) {
        remote.delete(key);
        synchronized (this) {
            CachedObject object = objects.get(key);
            if (object != null) {
                object.deleted = true;
                if (!object.pinned()) {
                    drop(object);
                }
            }
        }
    }

    public synchronized CacheFigures figures() {
        int mapped =
                (int) objects.values().stream().filter(CachedObject::pinned).count();
        return new CacheFigures(
                room.figures(), objects.size(), mapped, hits.sum(), misses.sum(), fetchedBytes.sum(), evicted);
    }

    /// What is mapped stays mapped; what is not there yet can no longer be fetched.
    @Override
    public void close() {
        fill.close();
        fetchers.shutdown();
        remote.close();
    }

    private final class View implements MappedObject {
        private final CachedObject object;
        private final MemorySegment memory;

        View(CachedObject object, MemorySegment memory) {
            this.object = object;
            this.memory = memory;
        }

        @Override
        public MemorySegment memory() {
            return memory;
        }

        @Override
        public boolean whole() {
            return object.whole();
        }

        @Override
        public void need(long offset, long length) {
            if (object.whole() || length <= 0) {
                return;
            }
            int from = (int) (offset / CachedObject.BLOCK);
            int to = CachedObject.blocks(offset + length);
            if (object.arrived(from, to)) {
                hits.add(to - from);
                return;
            }
            misses.add(to - from);
            fill.stepBack();
            try {
                fetch(object, from, object.readAhead(from, to));
            } finally {
                fill.goOn();
            }
        }

        @Override
        public boolean fill() {
            return warmUp != CacheConfig.WarmUp.NONE && fill.fill(object);
        }

        @Override
        public void want(long offset, long length) {
            int from = (int) (offset / CachedObject.BLOCK);
            int to = CachedObject.blocks(offset + length);
            if (!object.whole() && !object.arrived(from, to)) {
                List<Run> runs;
                synchronized (CachedObjects.this) {
                    runs = object.claim(from, to, new ArrayList<>());
                }
                runs.forEach(run -> submit(object, run));
            }
        }
    }
}
