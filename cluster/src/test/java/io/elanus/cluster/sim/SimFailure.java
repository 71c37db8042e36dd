package io.elanus.cluster.sim;

/// A run that broke an invariant.
final class SimFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SimFailure(String message) {
        super(message);
    }

    SimFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
