package io.elanus.storage.filter;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Step.RowFunction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// PostgreSQL's functions of arrays. Unless said otherwise a NULL among the arguments is a value like others.
final class ArrayFunctions {
    private static final int MAX_ITEMS = 1 << 24;

    private ArrayFunctions() {}

    static RowFunction strict(Operator operator) {
        return switch (operator) {
            case ARRAY_HOLDS -> cells -> items(cells[1]).stream().allMatch(item -> among(item, items(cells[0])));
            case ARRAY_OVERLAP -> cells -> items(cells[1]).stream().anyMatch(item -> among(item, items(cells[0])));
            case ARRAY_TRIM -> cells -> trim(items(cells[0]), (Long) cells[1]);
            default -> throw new IllegalStateException(operator + " is no function of arrays");
        };
    }

    @SuppressWarnings("unchecked")
    private static List<@Nullable Object> items(Object cell) {
        return (List<@Nullable Object>) cell;
    }

    private static boolean same(@Nullable Object a, @Nullable Object b) {
        return a == null || b == null ? a == b : Comparison.compare(a, b) == 0;
    }

    /// NULL is among no items.
    private static boolean among(@Nullable Object item, List<@Nullable Object> items) {
        return item != null && items.stream().anyMatch(other -> same(item, other));
    }

    static @Nullable Object concat(@Nullable Object[] cells) {
        List<@Nullable Object> all = null;
        for (Object cell : cells) {
            if (cell != null) {
                all = all == null ? new ArrayList<>() : all;
                all.addAll(items(cell));
                checkLength(all.size());
            }
        }
        return all;
    }

    static Object append(@Nullable Object array, @Nullable Object item) {
        var all = array == null ? new ArrayList<@Nullable Object>() : new ArrayList<>(items(array));
        all.add(item);
        return all;
    }

    static Object prepend(@Nullable Object item, @Nullable Object array) {
        var all = new ArrayList<@Nullable Object>();
        all.add(item);
        if (array != null) {
            all.addAll(items(array));
        }
        return all;
    }

    static @Nullable Object remove(@Nullable Object[] cells) {
        if (cells[0] == null) {
            return null;
        }
        var kept = new ArrayList<>(items(cells[0]));
        kept.removeIf(item -> same(item, cells[1]));
        return kept;
    }

    static @Nullable Object replace(@Nullable Object[] cells) {
        if (cells[0] == null) {
            return null;
        }
        var replaced = new ArrayList<>(items(cells[0]));
        replaced.replaceAll(item -> same(item, cells[1]) ? cells[2] : item);
        return replaced;
    }

    static @Nullable Object position(@Nullable Object[] cells) {
        if (cells[0] == null) {
            return null;
        }
        List<@Nullable Object> items = items(cells[0]);
        long from = cells.length > 2 && cells[2] != null ? (Long) cells[2] : 1;
        for (long at = Math.max(from, 1); at <= items.size(); at++) {
            if (same(items.get((int) at - 1), cells[1])) {
                return at;
            }
        }
        return null;
    }

    static @Nullable Object positions(@Nullable Object[] cells) {
        if (cells[0] == null) {
            return null;
        }
        List<@Nullable Object> items = items(cells[0]);
        var positions = new ArrayList<@Nullable Object>();
        for (int i = 0; i < items.size(); i++) {
            if (same(items.get(i), cells[1])) {
                positions.add(i + 1L);
            }
        }
        return positions;
    }

    /// What of the slice is outside of the array is not there.
    static @Nullable Object slice(@Nullable Object[] cells) {
        if (cells[0] == null) {
            return null;
        }
        List<@Nullable Object> items = items(cells[0]);
        long from = cells[1] == null ? 1 : Math.max((Long) cells[1], 1);
        long to = cells[2] == null ? items.size() : Math.min((Long) cells[2], items.size());
        return from > to ? List.of() : new ArrayList<>(items.subList((int) from - 1, (int) to));
    }

    private static Object trim(List<@Nullable Object> items, long count) {
        if (count < 0 || count > items.size()) {
            throw new StorageException(
                    ErrorCode.INVALID_PARAMETER,
                    "TRIM_ARRAY takes the number of items to drop, 0 to [%d], given [%d]."
                            .formatted(items.size(), count));
        }
        return new ArrayList<>(items.subList(0, items.size() - (int) count));
    }

    /// `value op ANY (array)` and ALL, three-valued: array, value, operator.
    static @Nullable Object quantified(@Nullable Object[] cells, boolean any) {
        if (cells[0] == null) {
            return null;
        }
        Operator operator = Operator.valueOf((String) Objects.requireNonNull(cells[2]));
        boolean unknown = false;
        for (Object item : items(cells[0])) {
            if (item == null || cells[1] == null) {
                unknown = true;
            } else if (holds(operator, Comparison.compare(cells[1], item)) == any) {
                return any;
            }
        }
        return unknown ? null : (Boolean) !any;
    }

    private static boolean holds(Operator operator, int order) {
        return switch (operator) {
            case EQ -> order == 0;
            case NE -> order != 0;
            case LT -> order < 0;
            case LE -> order <= 0;
            case GT -> order > 0;
            case GE -> order >= 0;
            default -> throw new IllegalStateException(operator + " does not compare");
        };
    }

    /// text, delimiter (NULL: each character is an item, empty: the text is one), text that means NULL.
    static @Nullable Object fromText(@Nullable Object[] cells) {
        if (!(cells[0] instanceof String text)) {
            return null;
        }
        var items = new ArrayList<@Nullable Object>();
        if (text.isEmpty()) {
            return items;
        }
        if (!(cells[1] instanceof String delimiter)) {
            text.codePoints().forEach(point -> items.add(Character.toString(point)));
        } else if (delimiter.isEmpty()) {
            items.add(text);
        } else {
            int at = 0;
            for (int next = text.indexOf(delimiter); next >= 0; next = text.indexOf(delimiter, at)) {
                items.add(text.substring(at, next));
                at = next + delimiter.length();
            }
            items.add(text.substring(at));
        }
        if (cells.length > 2 && cells[2] != null) {
            Set<Object> absent = new HashSet<>(List.of(cells[2]));
            items.replaceAll(item -> item != null && absent.contains(item) ? null : item);
        }
        return items;
    }

    /// texts, delimiter, what stands for NULL; without that NULLs are left out.
    static @Nullable Object toText(@Nullable Object[] cells) {
        if (cells[0] == null || !(cells[1] instanceof String delimiter)) {
            return null;
        }
        var text = new StringBuilder();
        boolean first = true;
        for (Object item : items(cells[0])) {
            Object written = item == null && cells.length > 2 ? cells[2] : item;
            if (written != null) {
                text.append(first ? "" : delimiter).append((String) written);
                first = false;
            }
        }
        return TextFunctions.checked(text.toString());
    }

    static void checkLength(long items) {
        if (items > MAX_ITEMS) {
            throw new StorageException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "An array would have more than [%d] items. Ask for fewer, or join two shorter ones."
                            .formatted(MAX_ITEMS));
        }
    }
}
