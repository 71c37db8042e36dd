package io.elanus.storage.kernel;

/// Products of codes of a few bits a dimension with a query, by counting bits: the query's elements are rounded to
/// [#QUERY_BITS] bits and cut into as many planes, and a plane of a code is compared with a plane of the query 64
/// dimensions at a time. `Long.bitCount` is one machine instruction, so both paths share this code.
///
/// A code is a number per dimension; its planes follow one another, the highest bits first, a bit a dimension.
/// Addresses are native and unchecked.
public final class BitProducts {
    public static final int QUERY_BITS = 6;
    private static final int STEPS = (1 << QUERY_BITS) - 1;
    /// Offset of the first plane of a query: before it stand its least element and its step, float32.
    private static final int PLANES = 8;

    private BitProducts() {}

    public static long planeBytes(int dimensions) {
        return (dimensions + Long.SIZE - 1L) / Long.SIZE * Long.BYTES;
    }

    public static long queryBytes(int dimensions) {
        return PLANES + QUERY_BITS * planeBytes(dimensions);
    }

    /// Rounds a query, float32, and cuts it into planes.
    public static void prepare(long query, int dimensions, long to) {
        float least = Float.POSITIVE_INFINITY;
        float most = Float.NEGATIVE_INFINITY;
        for (int d = 0; d < dimensions; d++) {
            least = Math.min(least, NativeMemory.floatAt(query + d * 4L));
            most = Math.max(most, NativeMemory.floatAt(query + d * 4L));
        }
        float step = most > least ? (most - least) / STEPS : 1;
        NativeMemory.putFloat(to, least);
        NativeMemory.putFloat(to + 4, step);
        long planeBytes = planeBytes(dimensions);
        for (int word = 0; word < planeBytes / Long.BYTES; word++) {
            for (int plane = 0; plane < QUERY_BITS; plane++) {
                long bits = 0;
                for (int d = word * Long.SIZE; d < Math.min(dimensions, (word + 1) * Long.SIZE); d++) {
                    int rounded = (int) ((NativeMemory.floatAt(query + d * 4L) - least) / step + 0.5f);
                    bits |= (long) ((Math.min(rounded, STEPS) >> plane) & 1) << d;
                }
                NativeMemory.putLong(to + PLANES + plane * planeBytes + word * 8L, bits);
            }
        }
    }

    /// Sum over all dimensions of the code's number times the query's element.
    ///
    /// @param total of the code's numbers
    public static float product(long query, long planeBytes, long code, int bits, float total) {
        int sum = 0;
        long plane = code;
        for (int bit = 0; bit < bits; bit++) {
            int inPlane = 0;
            for (long at = 0; at < planeBytes; at += Long.BYTES) {
                long word = NativeMemory.longAt(plane + at);
                long asked = query + PLANES + at;
                inPlane += Long.bitCount(word & NativeMemory.longAt(asked))
                        + 2 * Long.bitCount(word & NativeMemory.longAt(asked + planeBytes))
                        + 4 * Long.bitCount(word & NativeMemory.longAt(asked + 2 * planeBytes))
                        + 8 * Long.bitCount(word & NativeMemory.longAt(asked + 3 * planeBytes))
                        + 16 * Long.bitCount(word & NativeMemory.longAt(asked + 4 * planeBytes))
                        + 32 * Long.bitCount(word & NativeMemory.longAt(asked + 5 * planeBytes));
            }
            sum = 2 * sum + inPlane;
            plane += planeBytes;
        }
        return NativeMemory.floatAt(query) * total + NativeMemory.floatAt(query + 4) * sum;
    }
}
