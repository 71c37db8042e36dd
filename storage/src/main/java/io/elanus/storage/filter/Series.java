package io.elanus.storage.filter;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Step.RowFunction;
import java.util.AbstractList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// GENERATE_SERIES: whole numbers or times from the first to the last, both included if the steps meet it. The
/// items are worked out as they are read.
final class Series {
    private Series() {}

    static RowFunction of(Operator operator) {
        return switch (operator) {
            case SERIES, TIME_SERIES -> cells -> steps((Long) cells[0], (Long) cells[1], step(cells));
            case MONTH_SERIES -> cells -> months((Long) cells[0], (Long) cells[1], step(cells));
            default -> throw new IllegalStateException(operator + " is no series");
        };
    }

    private static long step(Object[] cells) {
        long step = cells.length > 2 ? (Long) cells[2] : 1;
        if (step == 0) {
            throw new StorageException(ErrorCode.INVALID_PARAMETER, "The step of GENERATE_SERIES is not 0.");
        }
        return step;
    }

    private static List<@Nullable Object> steps(long first, long last, long step) {
        boolean none = step > 0 ? first > last : first < last;
        if (none) {
            return List.of();
        }
        // Unsigned: from the least to the greatest BIGINT is further than a BIGINT holds.
        long distance = step > 0 ? last - first : first - last;
        long width = step == Long.MIN_VALUE ? Long.MIN_VALUE : Math.abs(step);
        long more = Long.divideUnsigned(distance, width);
        if (more < 0) {
            ArrayFunctions.checkLength(Long.MAX_VALUE);
        }
        return new Steps(first, step, length(more + 1));
    }

    private static int length(long items) {
        ArrayFunctions.checkLength(items);
        return (int) items;
    }

    private static final class Steps extends AbstractList<@Nullable Object> {
        private final long first;
        private final long step;
        private final int size;

        Steps(long first, long step, int size) {
            this.first = first;
            this.step = step;
            this.size = size;
        }

        @Override
        public Object get(int index) {
            java.util.Objects.checkIndex(index, size);
            return first + index * step;
        }

        @Override
        public int size() {
            return size;
        }
    }

    /// Each from the one before, as in PostgreSQL: after a shorter month the 31st stays the 30th.
    private static List<@Nullable Object> months(long first, long last, long step) {
        var items = new java.util.ArrayList<@Nullable Object>();
        long time = first;
        while (step > 0 ? time <= last : time >= last) {
            items.add(time);
            ArrayFunctions.checkLength(items.size());
            time = TimeFunctions.plusMonths(time, step);
        }
        return items;
    }
}
