package io.elanus.storage.kernel;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Insertion into a sorted array, for lists of some hundred entries that a search keeps. Entries begin at [#FIRST];
/// what stands before is [Long#MIN_VALUE], so that no loop needs to look where the array begins.
public final class SortedLongs {
    /// Index of the first entry.
    public static final int FIRST = 8;

    private static final VectorSpecies<Long> LANES = LongVector.SPECIES_PREFERRED;
    private static final int WIDTH = LANES.length();
    private static final boolean VECTORS = Distances.path() == KernelPath.VECTOR;

    private SortedLongs() {}

    /// An array for so many entries.
    public static long[] allocate(int entries) {
        long[] sorted = new long[FIRST + entries];
        java.util.Arrays.fill(sorted, 0, FIRST, Long.MIN_VALUE);
        return sorted;
    }

    /// Puts an entry, which is more than the least long, in its place among those in `[FIRST, end)` and moves what
    /// is greater up by one, over what stood at `end`. Returns where it stands.
    public static int insert(long[] sorted, int end, long entry) {
        return VECTORS ? insertByLanes(sorted, end, entry) : insertOneByOne(sorted, end, entry);
    }

    static int insertByLanes(long[] sorted, int end, long entry) {
        int at = end - WIDTH;
        LongVector run = LongVector.fromArray(LANES, sorted, at);
        VectorMask<Long> greater = run.compare(VectorOperators.GT, entry);
        while (greater.allTrue()) {
            run.intoArray(sorted, at + 1);
            at -= WIDTH;
            run = LongVector.fromArray(LANES, sorted, at);
            greater = run.compare(VectorOperators.GT, entry);
        }
        run.intoArray(sorted, at + 1, greater);
        int place = at + WIDTH - greater.trueCount();
        sorted[place] = entry;
        return place;
    }

    static int insertOneByOne(long[] sorted, int end, long entry) {
        int place = end;
        while (sorted[place - 1] > entry) {
            sorted[place] = sorted[place - 1];
            place--;
        }
        sorted[place] = entry;
        return place;
    }
}
