package io.elanus.cluster.querycoord;

import io.elanus.storage.ErrorCode;

/// Why a load cycle ended without its target served. Immutable.
///
/// @param cycle that ended so
/// @param times in a row with this code
record LoadFailure(ErrorCode code, String reason, long cycle, int times) {
    private static final int MOST_DOUBLINGS = 5;

    static final LoadFailure NONE = new LoadFailure(ErrorCode.NOT_READY, "", 0, 0);

    /// Somebody must do something: waiting does not help. A file that is missing may have been replaced between the
    /// answer of the data coordinator and the load; the next target tells.
    boolean lasting() {
        return switch (code) {
            case CORRUPT, FORMAT_TOO_NEW, FORMAT_TOO_OLD -> times > 0;
            case OBJECT_NOT_FOUND -> times > 1;
            default -> false;
        };
    }

    LoadFailure then(ErrorCode nextCode, String nextReason, long nextCycle) {
        return new LoadFailure(nextCode, nextReason, nextCycle, nextCode == code ? times + 1 : 1);
    }

    /// What does not pass is looked at ever less often: a load opens every file anew.
    long pauseMillis(long firstMillis) {
        return lasting() ? firstMillis << Math.min(times - 1, MOST_DOUBLINGS) : firstMillis;
    }
}
