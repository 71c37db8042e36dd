package io.elanus.sql.fuzz;

import io.elanus.sql.fuzz.Condition.Chain;
import io.elanus.sql.fuzz.Condition.Choice;
import io.elanus.sql.fuzz.Condition.First;
import io.elanus.sql.fuzz.Condition.Is;
import io.elanus.sql.fuzz.Condition.Leaf;
import io.elanus.sql.fuzz.Condition.Not;
import java.util.ArrayList;
import java.util.List;

/// Writes random conditions and joins.
final class RandomQueries {
    private static final int DEPTH = 4;
    private static final int LONGEST_CHAIN = 12;
    static final List<String> COMPARISONS = List.of("=", "<>", "<", "<=", ">", ">=");

    private final RandomValues values;

    RandomQueries(RandomValues values) {
        this.values = values;
    }

    /// @param alias of the table whose columns it is over
    Condition condition(String alias) {
        return condition(alias, values.below(DEPTH));
    }

    String text(String alias) {
        return condition(alias).sql();
    }

    private Condition condition(String alias, int depth) {
        if (depth == 0) {
            return new Leaf(leaf(alias));
        }
        return switch (values.below(9)) {
            case 0, 1 -> chain(alias, depth, 2);
            case 2, 3 -> chain(alias, depth, 3);
            case 4 -> chain(alias, 1, 4 + values.below(LONGEST_CHAIN - 3));
            case 5 -> new Not(condition(alias, depth - 1));
            case 6 ->
                new Is(condition(alias, depth - 1), values.chance(33) ? null : values.chance(50), values.chance(50));
            case 7 -> new First(condition(alias, depth - 1), condition(alias, depth - 1));
            default ->
                new Choice(condition(alias, depth - 1), condition(alias, depth - 1), condition(alias, depth - 1));
        };
    }

    /// A condition of many terms, which filters take one after the other.
    Condition chain(String alias) {
        return chain(alias, 1 + values.below(2), 2 + values.below(LONGEST_CHAIN - 1));
    }

    private Condition chain(String alias, int depth, int length) {
        boolean any = values.chance(50);
        var terms = new ArrayList<Condition>();
        for (int i = 0; i < length; i++) {
            // A long chain of terms that are true as often as not decides nothing: turn some.
            Condition term = condition(alias, depth - 1);
            terms.add(length > 3 && values.chance(60) ? weak(alias, any) : term);
        }
        return new Chain(any, terms);
    }

    /// A term that leaves the decision to the others for most rows.
    private Condition weak(String alias, boolean any) {
        String id = alias + ".id";
        int at = values.below(QueryCampaign.ROWS);
        return new Leaf(
                switch (values.below(3)) {
                    case 0 -> "%s %s %d".formatted(id, any ? "=" : "<>", at);
                    case 1 -> "%s %sBETWEEN %d AND %d".formatted(id, any ? "" : "NOT ", at, at + 10);
                    default -> "MOD(%s, 23) %s %d".formatted(id, any ? "=" : "<>", at % 23);
                });
    }

    String leaf(String alias) {
        return switch (values.below(14)) {
            case 0, 1 -> compared(values.number(alias, 2), values.number(alias, 2));
            case 2 -> compared(values.text(alias, 1), values.orNull(values.word()));
            case 3 -> "%s %sLIKE %s".formatted(values.text(alias, 1), not(), values.pattern());
            case 4 -> "%s %sIN %s".formatted(values.number(alias, 1), not(), values.list());
            case 5 ->
                "%s %sBETWEEN %s AND %s"
                        .formatted(values.number(alias, 1), not(), values.number(alias, 0), values.number(alias, 0));
            case 6 -> compared(values.date(alias, 1), values.orNull(values.day()));
            case 7 -> "%s.%s IS %sNULL".formatted(alias, values.one(RandomValues.NAMES), not());
            case 8 -> alias + ".ok";
            case 9 -> compared(values.moment(alias), values.moment(alias));
            case 10 -> "%s = ANY (%s.xs)".formatted(values.whole(), alias);
            case 11 ->
                "%s IS %sDISTINCT FROM %s".formatted(values.number(alias, 1), not(), values.orNull(values.whole()));
            case 12 -> "%s.v <-> %s < %d".formatted(alias, values.vector(), 1 + values.below(12));
            default -> "%s.id %s %d".formatted(alias, values.one(COMPARISONS), values.below(QueryCampaign.ROWS + 5));
        };
    }

    private String compared(String left, String right) {
        return "%s %s %s".formatted(left, values.one(COMPARISONS), right);
    }

    private String not() {
        return values.chance(35) ? "NOT " : "";
    }

    /// The tables that are read, with the aliases t and, when joined, u.
    String tables(String table) {
        return switch (values.below(6)) {
            case 0 -> table + " AS t JOIN small AS u ON t.a = u.a";
            case 1 -> table + " AS t LEFT JOIN small AS u ON t.a = u.a AND u.id > " + values.below(10);
            case 2 -> table + " AS t JOIN small AS u ON t.b = u.b AND t.id > u.id JOIN small AS w ON w.id = u.id";
            default -> table + " AS t";
        };
    }

    /// A condition of a join of t and u, with an equality or without.
    String join() {
        return switch (values.below(5)) {
            case 0 -> "t.a = u.a";
            case 1 -> "t.a = u.a AND t.id <> u.id";
            case 2 -> "t.s = u.s AND t.a " + values.one(COMPARISONS) + " u.a";
            case 3 -> "t.b = u.b AND " + leaf("u");
            default -> "t.a " + values.one(COMPARISONS) + " u.a AND " + leaf("t");
        };
    }
}
