package io.elanus.storage.memory;

/// Reading mapped memory whose file the disk does not give: it was cut off meanwhile, or a sector is bad. The
/// operating system raises SIGBUS then, and the JVM turns it into an [InternalError] of the reading thread.
///
/// It does so only within Java code that was compiled as one that accesses memory by address. Elsewhere the process
/// ends. So bytes that may be mapped are read by `MemorySegment.get` and `copy`, never by routines that are handed
/// an address: checksums go through [MappedChecksum], and a method that loads vectors from memory first calls
/// [io.elanus.storage.kernel.NativeMemory#expectFaults].
public final class MappedFault {
    /// The JVM's words, in every release so far.
    private static final String WORDS = "unsafe memory access";

    private MappedFault() {}

    public static boolean is(Throwable error) {
        String message = error.getMessage();
        return error instanceof InternalError && message != null && message.contains(WORDS);
    }
}
