package io.elanus.storage.object.cache;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The copy of one object: which of its blocks are there, and who uses it.
///
/// Thread rule: [#arrived] and [#whole] by any thread, the sums of a block by whoever fetches it, the rest under the
/// monitor of the cache.
final class CachedObject {
    static final int BLOCK = 64 << 10;
    /// Blocks of one request at most.
    static final int RUN = 64;

    private static final int FIRST_WINDOW = 4;

    private final String key;
    private final long bytes;
    private final Path file;
    private final int[] sums;
    private final boolean kept;
    private final AtomicLongArray arrived;
    private volatile boolean whole;
    private final BitSet onDisk = new BitSet();
    private final BitSet inMemory = new BitSet();
    private final Map<Integer, CompletableFuture<Void>> flights = new HashMap<>();
    private @Nullable Mapping mapping;
    private int pins;
    /// Where the next miss would be the end of what the last one fetched, and how far it reads then. Races cost a
    /// request too many, and nothing else.
    private int expected = -1;
    private int window;
    long lastUsed;
    /// The object is gone from the store; the copy goes with its last user.
    boolean deleted;

    /// Blocks that somebody fetches, `from` to before `to`.
    record Run(int from, int to, CompletableFuture<Void> done) {}

    /// @param channel of the file; null when the file could not be made, and all blocks are in memory
    private record Mapping(
            Arena arena, MemorySegment memory, @Nullable FileChannel channel) {}

    CachedObject(String key, long bytes, Path file) {
        this(key, bytes, file, new int[blocks(bytes)], false);
    }

    /// A copy that an earlier process has left.
    CachedObject(CacheFolder.Kept kept, Path file) {
        this(kept.key(), kept.bytes(), file, kept.sums(), true);
        onDisk.set(0, sums.length);
    }

    private CachedObject(String key, long bytes, Path file, int[] sums, boolean kept) {
        this.key = key;
        this.bytes = bytes;
        this.file = file;
        this.sums = sums;
        this.kept = kept;
        this.arrived = new AtomicLongArray((sums.length + 63) >>> 6);
        this.whole = sums.length == 0;
    }

    static int blocks(long bytes) {
        return Math.toIntExact((bytes + BLOCK - 1) / BLOCK);
    }

    String key() {
        return key;
    }

    long bytes() {
        return bytes;
    }

    int blocks() {
        return sums.length;
    }

    boolean whole() {
        return whole;
    }

    boolean arrived(int from, int to) {
        for (int block = from; block < to; block++) {
            if ((arrived.get(block >>> 6) & 1L << block) == 0) {
                return false;
            }
        }
        return true;
    }

    /// Where a read that misses these blocks should end: further on each time it goes on where the last one ended.
    int readAhead(int from, int to) {
        window = from == expected ? Math.clamp(2L * window, FIRST_WINDOW, RUN) : 0;
        expected = Math.min(Math.max(to, from + window), sums.length);
        return expected;
    }

    /// The first block from this one on that is not there and that nobody fetches; the number of blocks if none.
    int missing(int from) {
        int block = from;
        while (block < sums.length && (arrived(block, block + 1) || flights.containsKey(block))) {
            block++;
        }
        return block;
    }

    boolean pinned() {
        return pins > 0;
    }

    long diskBytes() {
        return onDisk.stream().mapToLong(block -> length(block, block + 1)).sum();
    }

    /// The memory stays until as many calls of [#unpin].
    MemorySegment pin() {
        if (mapping == null) {
            mapping = map();
        }
        pins++;
        return mapping.memory();
    }

    private Mapping map() {
        Arena arena = Arena.ofShared();
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, CREATE, READ, WRITE);
            return new Mapping(arena, channel.map(FileChannel.MapMode.PRIVATE, 0, bytes, arena), channel);
        } catch (IOException e) { // not even an empty file: the disk is full or gone
            close(channel);
            return new Mapping(arena, arena.allocate(bytes, 64), null);
        }
    }

    private static void close(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // Nothing of value is in it.
        }
    }

    /// Returns the bytes of memory that the last user's leaving has freed.
    long unpin() {
        pins--;
        if (pins > 0 || mapping == null) {
            return 0;
        }
        long freed = 0;
        for (int block = inMemory.nextSetBit(0); block >= 0; block = inMemory.nextSetBit(block + 1)) {
            int bit = block;
            arrived.updateAndGet(block >>> 6, word -> word & ~(1L << bit));
            freed += length(block, block + 1);
            whole = false;
        }
        inMemory.clear();
        close(mapping.channel());
        mapping.arena().close();
        mapping = null;
        return freed;
    }

    long length(int from, int to) {
        return Math.min((long) to * BLOCK, bytes) - (long) from * BLOCK;
    }

    /// What the caller has to fetch of these blocks, and adds to `others` what others fetch already. Each run is a
    /// user of the memory, to be unpinned when it has [#landed].
    List<Run> claim(int from, int to, List<CompletableFuture<Void>> others) {
        var runs = new ArrayList<Run>();
        for (int block = from; block < to; ) {
            CompletableFuture<Void> flight = flights.get(block);
            if (flight != null) {
                others.add(flight);
            }
            if (flight != null || arrived(block, block + 1)) {
                block++;
                continue;
            }
            int end = block + 1;
            while (end < to && end - block < RUN && !arrived(end, end + 1) && !flights.containsKey(end)) {
                end++;
            }
            var run = new Run(block, end, new CompletableFuture<>());
            for (int claimed = block; claimed < end; claimed++) {
                flights.put(claimed, run.done());
            }
            runs.add(run);
            pins++;
            block = end;
        }
        return runs;
    }

    /// The run is over, for better or worse.
    void landed(Run run) {
        for (int block = run.from(); block < run.to(); block++) {
            flights.remove(block);
        }
    }

    /// Are the blocks on the disk, left by an earlier process, what was written there? They have arrived then.
    boolean checkKept(Run run) {
        if (!kept || mapping == null || !onDisk.get(run.from())) {
            return false;
        }
        for (int block = run.from(); block < run.to(); block++) {
            var crc = new CRC32C();
            crc.update(mapping.memory()
                    .asSlice((long) block * BLOCK, length(block, block + 1))
                    .asByteBuffer());
            if ((int) crc.getValue() != sums[block]) {
                return false;
            }
        }
        markArrived(run);
        return true;
    }

    boolean hasFile() {
        return mapping != null && mapping.channel() != null;
    }

    /// Bytes of the run that the disk has no room taken for.
    long needsDisk(Run run) {
        return onDisk.get(run.from()) ? 0 : length(run.from(), run.to());
    }

    void tookDisk(Run run) {
        onDisk.set(run.from(), run.to());
    }

    void gaveDisk(Run run) {
        onDisk.clear(run.from(), run.to());
    }

    void tookMemory(Run run) {
        inMemory.set(run.from(), run.to());
    }

    /// Nothing of the object is in memory only.
    boolean allOnDisk() {
        return inMemory.isEmpty();
    }

    int[] sums() {
        return sums;
    }

    void write(Run run, byte[] content) throws IOException {
        FileChannel channel = mapping == null ? null : mapping.channel();
        if (channel == null) {
            throw new IOException("There is no file");
        }
        ByteBuffer rest = ByteBuffer.wrap(content);
        long at = (long) run.from() * BLOCK;
        while (rest.hasRemaining()) {
            at += channel.write(rest, at);
        }
    }

    void writeToMemory(Run run, byte[] content) {
        if (mapping != null) {
            MemorySegment.copy(
                    MemorySegment.ofArray(content), 0, mapping.memory(), (long) run.from() * BLOCK, content.length);
        }
    }

    /// The bytes are in place.
    void arrive(Run run, byte[] content) {
        for (int block = run.from(); block < run.to(); block++) {
            var crc = new CRC32C();
            crc.update(content, (block - run.from()) * BLOCK, (int) length(block, block + 1));
            sums[block] = (int) crc.getValue();
        }
        markArrived(run);
    }

    private void markArrived(Run run) {
        for (int block = run.from(); block < run.to(); block++) {
            int bit = block;
            arrived.updateAndGet(block >>> 6, word -> word | 1L << bit);
        }
        if (arrived(0, sums.length)) {
            whole = true;
        }
    }
}
