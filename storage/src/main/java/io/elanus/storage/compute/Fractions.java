package io.elanus.storage.compute;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/// What PERCENTILE_CONT and PERCENTILE_DISC take beside their values: a fraction, or an array of them.
final class Fractions {
    private Fractions() {}

    /// The value at the fraction, or the array of those at the fractions; NULL for NULL.
    static @Nullable Object apply(@Nullable Object given, DoubleFunction<@Nullable Object> value) {
        return switch (given) {
            case null -> null;
            case List<?> fractions -> {
                var all = new ArrayList<@Nullable Object>();
                fractions.forEach(each -> all.add(apply(each, value)));
                yield all;
            }
            default -> value.apply(checked(((Number) given).doubleValue()));
        };
    }

    private static double checked(double fraction) {
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new StorageException(
                    ErrorCode.NUMBER_OUT_OF_RANGE,
                    "The fraction of a percentile is between 0 and 1, given is [%s].".formatted(fraction));
        }
        return fraction;
    }
}
