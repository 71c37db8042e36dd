package io.elanus.sql.exec;

import static io.elanus.storage.filter.Batches.call;
import static io.elanus.storage.filter.Batches.input;
import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.plan.JoinKind;
import io.elanus.sql.plan.Plan;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiPredicate;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Every kind of join, hashed and nested, against two nested loops over lists.
@SuppressWarnings("NullAway")
class JoinTest {
    private static final ColumnType TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);
    private static final List<ColumnType> TYPES = List.of(Simple.BIGINT, TEXT, Simple.INTEGER);

    @Test
    void equalsNestedLoopsOverRandomRows() {
        for (long seed = 1; seed <= 60; seed++) {
            var random = new Random(seed);
            int most = random.nextInt(8) == 0 ? 6000 : 60;
            List<List<@Nullable Object>> left = rows(random, random.nextInt(most));
            List<List<@Nullable Object>> right = rows(random, random.nextInt(60));
            boolean residual = random.nextBoolean();
            for (JoinKind kind : JoinKind.values()) {
                check(seed, kind, left, right, residual);
            }
        }
    }

    private static void check(
            long seed,
            JoinKind kind,
            List<List<@Nullable Object>> left,
            List<List<@Nullable Object>> right,
            boolean residual) {
        Plan leftPlan = PlanRunner.rows(TYPES, left);
        Plan rightPlan = PlanRunner.rows(TYPES, right);
        Expr below = call(Operator.LT, Simple.BOOLEAN, input(2, Simple.INTEGER), input(5, Simple.INTEGER));
        Expr equal = call(
                Operator.AND,
                Simple.BOOLEAN,
                call(Operator.EQ, Simple.BOOLEAN, input(0, Simple.BIGINT), input(3, Simple.BIGINT)),
                call(Operator.EQ, Simple.BOOLEAN, input(1, TEXT), input(4, TEXT)));
        BiPredicate<List<@Nullable Object>, List<@Nullable Object>> matches = (a, b) -> sameKey(a, b)
                && (!residual || (a.get(2) instanceof Integer x && b.get(2) instanceof Integer y && x < y));
        List<String> expected = model(kind, left, right, matches);
        var hash = new Plan.HashJoin(
                leftPlan,
                rightPlan,
                kind,
                List.of(input(0, Simple.BIGINT), input(1, TEXT)),
                List.of(input(0, Simple.BIGINT), input(1, TEXT)),
                residual ? Optional.of(below) : Optional.empty());
        assertThat(run(hash)).as("seed %d, hash %s", seed, kind).isEqualTo(expected);
        if (left.size() < 100) {
            Expr condition = residual ? call(Operator.AND, Simple.BOOLEAN, equal, below) : equal;
            var nested = new Plan.NestedLoopJoin(leftPlan, rightPlan, kind, Optional.of(condition));
            assertThat(run(nested)).as("seed %d, nested %s", seed, kind).isEqualTo(expected);
        }
    }

    private static boolean sameKey(List<@Nullable Object> a, List<@Nullable Object> b) {
        return a.get(0) != null
                && a.get(1) != null
                && Objects.equals(a.get(0), b.get(0))
                && Objects.equals(a.get(1), b.get(1));
    }

    private static List<String> run(Plan plan) {
        try (BufferAllocator allocator = new RootAllocator()) {
            return sorted(PlanRunner.run(plan, PlanRunner.context(allocator)));
        }
    }

    private static List<String> model(
            JoinKind kind,
            List<List<@Nullable Object>> left,
            List<List<@Nullable Object>> right,
            BiPredicate<List<@Nullable Object>, List<@Nullable Object>> matches) {
        if (kind.rightOnly()) {
            JoinKind mirrored = kind == JoinKind.RIGHT_SEMI ? JoinKind.SEMI : JoinKind.ANTI;
            return model(mirrored, right, left, (b, a) -> matches.test(a, b));
        }
        var out = new ArrayList<List<@Nullable Object>>();
        List<@Nullable Object> none = Collections.nCopies(3, null);
        for (List<@Nullable Object> a : left) {
            List<List<@Nullable Object>> found =
                    right.stream().filter(b -> matches.test(a, b)).toList();
            switch (kind) {
                case SEMI, ANTI -> {
                    if (found.isEmpty() == (kind == JoinKind.ANTI)) {
                        out.add(a);
                    }
                }
                case INNER, LEFT, RIGHT, FULL, RIGHT_SEMI, RIGHT_ANTI -> {
                    found.forEach(b -> out.add(concat(a, b)));
                    if (found.isEmpty() && (kind == JoinKind.LEFT || kind == JoinKind.FULL)) {
                        out.add(concat(a, none));
                    }
                }
            }
        }
        if (kind == JoinKind.RIGHT || kind == JoinKind.FULL) {
            right.stream()
                    .filter(b -> left.stream().noneMatch(a -> matches.test(a, b)))
                    .forEach(b -> out.add(concat(none, b)));
        }
        return sorted(out);
    }

    private static List<@Nullable Object> concat(List<@Nullable Object> a, List<@Nullable Object> b) {
        var row = new ArrayList<>(a);
        row.addAll(b);
        return row;
    }

    private static List<String> sorted(List<List<@Nullable Object>> rows) {
        return rows.stream().map(List::toString).sorted().toList();
    }

    private static List<List<@Nullable Object>> rows(Random random, int count) {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (int i = 0; i < count; i++) {
            var row = new ArrayList<@Nullable Object>();
            row.add(random.nextInt(6) == 0 ? null : (long) random.nextInt(5));
            row.add(random.nextInt(6) == 0 ? null : "t" + random.nextInt(3));
            row.add(random.nextInt(6) == 0 ? null : random.nextInt(10));
            rows.add(row);
        }
        return rows;
    }
}
