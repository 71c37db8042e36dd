package io.elanus.sql.exec;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;

/// Arithmetic on LIMIT and OFFSET.
final class Counts {
    private Counts() {}

    static long checked(long count) {
        if (count < 0) {
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER,
                    "LIMIT and OFFSET take 0 or more, given [%d].".formatted(count),
                    "Leave the clause out to get all rows.");
        }
        return count;
    }

    /// LIMIT plus OFFSET, at most [Long#MAX_VALUE].
    static long sum(long limit, long offset) {
        long sum = limit + offset;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
