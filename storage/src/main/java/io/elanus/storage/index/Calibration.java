package io.elanus.storage.index;

import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.kernel.NativeMemory;
import java.lang.foreign.MemorySegment;

/// What recall each value of an index's search parameter reaches, measured when the index was built and kept in its
/// file (section [#SECTION]: per value the value, int32, and the recall at ten, float32; both ascend).
///
/// Written by the [Calibrator]. Small indexes are searched exactly and have no calibration.
public final class Calibration {
    /// Id of the section, above those of every format.
    public static final int SECTION = 100;

    static final int ENTRY_BYTES = 8;

    private final int[] efforts;
    private final float[] recalls;

    private Calibration(int[] efforts, float[] recalls) {
        this.efforts = efforts;
        this.recalls = recalls;
    }

    /// That of an open file; empty when it has none.
    public static Calibration of(IndexFileReader reader) {
        if (!reader.hasSection(SECTION)) {
            return new Calibration(new int[0], new float[0]);
        }
        MemorySegment section = reader.section(SECTION);
        int count = Math.toIntExact(section.byteSize() / ENTRY_BYTES);
        Calibration calibration = new Calibration(new int[count], new float[count]);
        for (int i = 0; i < count; i++) {
            long at = section.address() + (long) i * ENTRY_BYTES;
            calibration.efforts[i] = Math.max(1, NativeMemory.intAt(at));
            calibration.recalls[i] = NativeMemory.floatAt(at + 4);
        }
        return calibration;
    }

    /// The value of the search parameter for a search.
    ///
    /// @param otherwise taken when the search asks for neither effort nor accuracy, or nothing was measured
    public int effort(SearchParameters parameters, int otherwise) {
        if (parameters.effort() > 0) {
            return parameters.effort();
        }
        if (parameters.accuracy() <= 0 || efforts.length == 0) {
            return otherwise;
        }
        for (int i = 0; i < efforts.length; i++) {
            if (recalls[i] * 100 >= parameters.accuracy()) {
                return efforts[i];
            }
        }
        return 2 * efforts[efforts.length - 1];
    }
}
