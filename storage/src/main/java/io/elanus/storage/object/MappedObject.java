package io.elanus.storage.object;

import java.lang.foreign.MemorySegment;

/// An object as memory of its whole length, at addresses that stay put. Bytes that have not arrived yet read as
/// anything: whoever looks at some asks for them first. Thread safe; lives as long as the arena it was opened with.
public interface MappedObject {
    /// Of an object all of whose bytes are there.
    static MappedObject whole(MemorySegment memory) {
        return new MappedObject() {
            @Override
            public MemorySegment memory() {
                return memory;
            }

            @Override
            public boolean whole() {
                return true;
            }

            @Override
            public void need(long offset, long length) {
                // They are there.
            }

            @Override
            public void want(long offset, long length) {
                // They are there.
            }

            @Override
            public boolean fill() {
                return true;
            }
        };
    }

    /// Read only.
    MemorySegment memory();

    /// Are all bytes there? Never becomes false again.
    boolean whole();

    /// Returns when these bytes are there. Blocks while they are fetched.
    void need(long offset, long length);

    /// Begins to fetch these bytes, because [#need] of them is near. Never fails.
    void want(long offset, long length);

    /// Fetches all that is missing, after everybody who waits for bytes. False when it is not to be fetched before
    /// it is needed, or there is no room for it.
    boolean fill();
}
