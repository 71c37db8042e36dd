package io.elanus.storage.kernel;

import io.elanus.storage.kernel.BlockScan.Planes;

/// Rounds the step from one vector to another to levels of a few bits a dimension, and writes their numbers into a
/// block of [BlockScan]: with b bits, level number c stands for the odd multiple `2 c + 1 - 2^b` of half a step of
/// the quantiser, times [#unit]. Vectors have four elements a group.
///
/// Both paths write the same codes; the products differ in rounding. Stateless and shared by all threads. Addresses
/// are native and unchecked.
public sealed interface LevelRounding permits ScalarLevelRounding, VectorLevelRounding {
    /// The rounding of this machine's path.
    static LevelRounding preferred() {
        return of(Distances.path());
    }

    static LevelRounding of(KernelPath path) {
        return switch (path) {
            case SCALAR -> new ScalarLevelRounding();
            case VECTOR -> new VectorLevelRounding();
        };
    }

    /// From a level to the next.
    static float unit(int bits) {
        return 2f / (1 << (bits - 1));
    }

    /// Square of the length of the step from base to vector.
    float square(long base, long vector, Planes planes);

    /// Writes the codes of one lane of a block whose bytes were 0 before.
    ///
    /// @param perStep one over the step of the quantiser
    /// @param products set to the product of the levels with the step from base to vector, and with the base
    void round(long base, long vector, float perStep, Planes planes, long block, int lane, float[] products);
}
