package io.elanus.sql.bulk;

import io.elanus.storage.StorageException;
import io.elanus.storage.object.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Reads an object by ranges, a block at a time. The blocks used last stay, so that readers which go through
/// several parts of a file in turn, as those of columns do, ask for each block once; behind a block that follows
/// another the next ones are fetched before they are asked for. Belongs to one thread at a time.
final class ObjectChannel implements SeekableByteChannel {
    static final int BLOCK = 1 << 20;
    private static final int MOST_BLOCKS = 32;
    private static final int AHEAD = 4;

    private final ObjectStore store;
    private final String key;
    private final long bytes;
    private final SequencedMap<Long, FutureTask<byte[]>> blocks = new LinkedHashMap<>();
    private long position;
    private boolean open = true;

    ObjectChannel(ObjectStore store, String key, long bytes) {
        this.store = store;
        this.key = key;
        this.bytes = bytes;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (!open) {
            throw new ClosedChannelException();
        }
        if (position >= bytes) {
            return -1;
        }
        byte[] block = block(position / BLOCK);
        int from = (int) (position % BLOCK);
        int count = Math.min(target.remaining(), block.length - from);
        target.put(block, from, count);
        position += count;
        return count;
    }

    private byte[] block(long number) throws IOException {
        FutureTask<byte[]> wanted = blocks.remove(number);
        boolean known = wanted != null;
        if (wanted == null) {
            wanted = new FutureTask<>(() -> load(number));
        }
        blocks.putLast(number, wanted);
        if (number == 0 || blocks.containsKey(number - 1)) {
            fetchBehind(number);
        }
        if (!known) {
            wanted.run();
        }
        return content(number, wanted);
    }

    private void fetchBehind(long number) {
        long last = Math.min(number + AHEAD, (bytes - 1) / BLOCK);
        for (long next = number + 1; next <= last; next++) {
            long behind = next;
            if (!blocks.containsKey(behind)) {
                var task = new FutureTask<>(() -> load(behind));
                blocks.putLast(behind, task);
                Thread.ofVirtual().name("object-read").start(task);
            }
        }
        Iterator<FutureTask<byte[]>> oldest = blocks.values().iterator();
        while (blocks.size() > MOST_BLOCKS && oldest.hasNext()) {
            if (oldest.next().isDone()) {
                oldest.remove();
            }
        }
    }

    private byte[] load(long number) {
        return store.read(key, number * BLOCK, (int) Math.min(BLOCK, bytes - number * BLOCK));
    }

    private byte[] content(long number, FutureTask<byte[]> block) throws IOException {
        try {
            return block.get();
        } catch (ExecutionException e) {
            blocks.remove(number);
            if (e.getCause() instanceof StorageException problem) {
                var failure = new FileSystemException(key, null, problem.getMessage());
                failure.initCause(problem);
                throw failure;
            }
            throw new IOException("A block of [%s] could not be read".formatted(key), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        }
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public SeekableByteChannel position(long newPosition) {
        position = newPosition;
        return this;
    }

    @Override
    public long size() {
        return bytes;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
        blocks.clear();
    }

    @Override
    public int write(ByteBuffer source) {
        throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long size) {
        throw new NonWritableChannelException();
    }
}
