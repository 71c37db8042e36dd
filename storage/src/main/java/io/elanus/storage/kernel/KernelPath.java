package io.elanus.storage.kernel;

/// Which code computes distances.
public enum KernelPath {
    /// The Vector API, compiled to vector instructions.
    VECTOR,
    /// Plain Java.
    SCALAR
}
