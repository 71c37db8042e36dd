package io.elanus.storage.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Native memory by address: one segment that spans all of it, and the accesses that searches need.
///
/// A segment that is a constant to the compiler costs no liveness check and no base load; a distance over a bounded
/// shared segment is three times slower. The price: nothing here is checked. A caller owns the memory, or has
/// borrowed it from someone who keeps it, and validates every ordinal that came from a file before it becomes an
/// address.
public final class NativeMemory {
    /// All native memory: an address is an offset into it.
    @SuppressWarnings("restricted")
    public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /// Stored vectors and index files are little endian.
    public static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ORDER);
    private static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ORDER);
    private static final ValueLayout.OfShort INT16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER);
    private static final ValueLayout.OfFloat FLOAT32 = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);

    private NativeMemory() {}

    /// First thing in a method that loads vectors from memory which may be a mapped file. An address that is read
    /// by itself makes the compiler note that the code may fault; without the note a file that the disk does not
    /// give ends the process instead of the query ([io.elanus.storage.memory.MappedFault]). The read is of no use
    /// and is left out of the compiled code.
    static void expectFaults(long address) {
        byte _ = ALL.get(ValueLayout.JAVA_BYTE, address);
    }

    public static byte byteAt(long address) {
        return ALL.get(ValueLayout.JAVA_BYTE, address);
    }

    public static short shortAt(long address) {
        return ALL.get(INT16, address);
    }

    public static int intAt(long address) {
        return ALL.get(INT32, address);
    }

    public static long longAt(long address) {
        return ALL.get(INT64, address);
    }

    public static float floatAt(long address) {
        return ALL.get(FLOAT32, address);
    }

    public static void putByte(long address, byte value) {
        ALL.set(ValueLayout.JAVA_BYTE, address, value);
    }

    public static void putShort(long address, short value) {
        ALL.set(INT16, address, value);
    }

    public static void putInt(long address, int value) {
        ALL.set(INT32, address, value);
    }

    public static void putLong(long address, long value) {
        ALL.set(INT64, address, value);
    }

    public static void putFloat(long address, float value) {
        ALL.set(FLOAT32, address, value);
    }

    /// Copies an array to native memory.
    public static void putFloats(long address, float[] values) {
        MemorySegment.copy(values, 0, ALL, FLOAT32, address, values.length);
    }

    public static void copy(long from, long to, long bytes) {
        MemorySegment.copy(ALL, from, ALL, to, bytes);
    }
}
