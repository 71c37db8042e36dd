package io.elanus.sql.catalog;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.error.Suggestions;
import io.elanus.sql.parser.tree.Option;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.visibility.TimeToLive;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The options of a table as its statements give them.
final class TableOptions {
    private static final String SHARDS = "shards";
    private static final String REPLICAS = "replicas";
    private static final int MOST_REPLICAS = 64;
    private static final Set<String> CHANGEABLE =
            Set.of(REPLICAS, Comments.TABLE, TimeToLive.COLUMN, TimeToLive.MICROS);
    private static final Set<String> ALL =
            Set.of(SHARDS, REPLICAS, "consistency", Comments.TABLE, TimeToLive.COLUMN, TimeToLive.MICROS);

    private TableOptions() {}

    /// Those of CREATE TABLE.
    static Map<String, String> of(List<Option> options) {
        Map<String, String> given = known(options, ALL);
        check(given);
        return given;
    }

    /// The options of a table that ALTER TABLE can change.
    static Map<String, String> changeable(List<Option> options) {
        Map<String, String> changed = known(options, CHANGEABLE);
        check(changed);
        return changed;
    }

    private static void check(Map<String, String> options) {
        number(options, SHARDS, Integer.MAX_VALUE);
        number(options, REPLICAS, MOST_REPLICAS);
    }

    /// Of checked options; 0: as many as the server likes.
    static int shards(Map<String, String> options) {
        return number(options, SHARDS, Integer.MAX_VALUE);
    }

    /// 0 when the option is not given.
    private static int number(Map<String, String> options, String name, int most) {
        String given = options.get(name);
        if (given == null) {
            return 0;
        }
        try {
            int count = Integer.parseInt(given);
            if (count >= 1 && count <= most) {
                return count;
            }
        } catch (NumberFormatException e) {
            throw notANumber(name, given, most);
        }
        throw notANumber(name, given, most);
    }

    private static QueryException notANumber(String name, String given, int most) {
        return new QueryException(
                ErrorCode.INVALID_PARAMETER,
                most == Integer.MAX_VALUE
                        ? "Option [%s] takes a number from 1, given [%s].".formatted(name, given)
                        : "Option [%s] takes a number from 1 to [%d], given [%s].".formatted(name, most, given));
    }

    private static Map<String, String> known(List<Option> options, Set<String> known) {
        var map = new LinkedHashMap<String, String>();
        for (Option option : options) {
            if (!known.contains(option.name())) {
                throw new QueryException(
                        ErrorCode.INVALID_PARAMETER,
                        "Option [%s] is not known.".formatted(option.name()),
                        Suggestions.didYouMean(option.name(), known)
                                .orElse("Known options: "
                                        + String.join(
                                                ", ", known.stream().sorted().toList()) + "."));
            }
            if (map.put(option.name(), option.value()) != null) {
                throw new QueryException(
                        ErrorCode.INVALID_PARAMETER, "Option [%s] is given twice.".formatted(option.name()));
            }
        }
        return map;
    }
}
