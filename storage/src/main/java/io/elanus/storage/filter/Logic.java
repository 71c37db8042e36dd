package io.elanus.storage.filter;

import io.elanus.storage.filter.Lane.Bools;
import java.util.List;

/// Three-valued logic, NULL tests and conditionals.
final class Logic {
    private Logic() {}

    /// AND and OR of any number of arguments. Later arguments are computed only for rows that earlier ones left
    /// open, so `x <> 0 AND 1 / x > 2` never divides by zero.
    static Step and(List<Step> arguments) {
        return new Chain(arguments, true);
    }

    static Step or(List<Step> arguments) {
        return new Chain(arguments, false);
    }

    private static final class Chain implements Step {
        private final List<Step> arguments;
        private final boolean conjunction;
        private final Bools out = new Bools();
        private final long[] open = new long[Lane.WORDS];

        Chain(List<Step> arguments, boolean conjunction) {
            this.arguments = arguments;
            this.conjunction = conjunction;
        }

        /// AND: a row is open while nothing was FALSE. OR: while nothing was TRUE.
        @Override
        public Lane run(Frame frame, long[] active) {
            out.clear();
            System.arraycopy(active, 0, open, 0, Lane.WORDS);
            for (Step argument : arguments) {
                if (!any(open)) {
                    break;
                }
                var in = (Bools) argument.run(frame, open);
                for (int w = 0; w < Lane.WORDS; w++) {
                    long unknown = in.nulls[w] & open[w];
                    out.nulls[w] |= unknown;
                    open[w] &= conjunction ? in.bits[w] | unknown : ~in.bits[w];
                }
            }
            for (int w = 0; w < Lane.WORDS; w++) {
                out.nulls[w] &= open[w];
                out.bits[w] = conjunction ? open[w] & ~out.nulls[w] : active[w] & ~open[w];
            }
            return out;
        }
    }

    static Step not(Step argument) {
        return new Step.Strict<>(List.of(argument), new Bools()) {
            @Override
            void compute(Lane[] in, long[] live, Frame frame) {
                long[] bits = ((Bools) in[0]).bits;
                for (int w = 0; w < Lane.WORDS; w++) {
                    out.bits[w] = ~bits[w] & ~out.nulls[w];
                }
            }
        };
    }

    static Step isNull(Step argument, boolean negated) {
        var out = new Bools();
        return (frame, active) -> {
            Lane in = argument.run(frame, active);
            for (int w = 0; w < Lane.WORDS; w++) {
                out.bits[w] = negated ? ~in.nulls[w] : in.nulls[w];
            }
            return out;
        };
    }

    /// IS [NOT] TRUE and IS [NOT] FALSE: never NULL.
    static Step is(Step argument, boolean value, boolean negated) {
        var out = new Bools();
        return (frame, active) -> {
            var in = (Bools) argument.run(frame, active);
            for (int w = 0; w < Lane.WORDS; w++) {
                long is = value ? in.bits[w] : ~in.bits[w] & ~in.nulls[w];
                out.bits[w] = negated ? ~is : is;
            }
            return out;
        };
    }

    /// when, then, …, else. A branch is computed only for the rows that take it.
    static Step caseOf(List<Step> arguments, Lane out) {
        return new Case(arguments, out);
    }

    private static final class Case implements Step {
        private final List<Step> arguments;
        private final Lane out;
        private final long[] open = new long[Lane.WORDS];
        private final long[] taken = new long[Lane.WORDS];

        Case(List<Step> arguments, Lane out) {
            this.arguments = arguments;
            this.out = out;
        }

        @Override
        public Lane run(Frame frame, long[] active) {
            out.clear();
            System.arraycopy(active, 0, open, 0, Lane.WORDS);
            int pairs = arguments.size() / 2;
            for (int i = 0; i < pairs; i++) {
                var condition = (Bools) arguments.get(2 * i).run(frame, open);
                for (int w = 0; w < Lane.WORDS; w++) {
                    taken[w] = open[w] & condition.bits[w];
                    open[w] &= ~taken[w];
                }
                take(arguments.get(2 * i + 1), taken, frame, out);
            }
            if (arguments.size() % 2 == 1) {
                take(arguments.getLast(), open, frame, out);
            } else {
                for (int w = 0; w < Lane.WORDS; w++) {
                    out.nulls[w] |= open[w];
                }
            }
            return out;
        }
    }

    /// The first argument that is not NULL.
    static Step coalesce(List<Step> arguments, Lane out) {
        long[] open = new long[Lane.WORDS];
        long[] taken = new long[Lane.WORDS];
        return (frame, active) -> {
            out.clear();
            System.arraycopy(active, 0, open, 0, Lane.WORDS);
            for (Step argument : arguments) {
                if (!any(open)) {
                    break;
                }
                Lane in = argument.run(frame, open);
                for (int w = 0; w < Lane.WORDS; w++) {
                    taken[w] = open[w] & ~in.nulls[w];
                    open[w] &= ~taken[w];
                }
                copy(in, taken, frame, out);
            }
            for (int w = 0; w < Lane.WORDS; w++) {
                out.nulls[w] |= open[w];
            }
            return out;
        };
    }

    private static void take(Step step, long[] rows, Frame frame, Lane out) {
        if (any(rows)) {
            copy(step.run(frame, rows), rows, frame, out);
        }
    }

    private static boolean any(long[] rows) {
        long all = 0;
        for (long word : rows) {
            all |= word;
        }
        return all != 0;
    }

    /// Copies the chosen rows of a lane of the same kind, NULLs included.
    static void copy(Lane in, long[] rows, Frame frame, Lane out) {
        for (int w = 0; w < Lane.WORDS; w++) {
            out.nulls[w] |= in.nulls[w] & rows[w];
        }
        switch (out) {
            case Bools bools -> {
                long[] bits = ((Bools) in).bits;
                for (int w = 0; w < Lane.WORDS; w++) {
                    bools.bits[w] |= bits[w] & rows[w];
                }
            }
            case Lane.Longs longs -> eachRow(rows, frame, row -> longs.values[row] = ((Lane.Longs) in).values[row]);
            case Lane.Doubles doubles ->
                eachRow(rows, frame, row -> doubles.values[row] = ((Lane.Doubles) in).values[row]);
            case Lane.Bytes bytes -> {
                var source = (Lane.Bytes) in;
                eachRow(rows, frame, row -> {
                    if (!in.isNull(row)) {
                        bytes.append(row, source.heap, source.starts[row], source.lengths[row]);
                    }
                });
            }
            case Lane.Decimals decimals -> {
                var source = (Lane.Decimals) in;
                eachRow(
                        rows,
                        frame,
                        source.hasWide() || source.scale != decimals.scale
                                ? row -> {
                                    if (!source.isNull(row)) {
                                        decimals.set(row, source.decimal(row));
                                    }
                                }
                                : row -> decimals.values[row] = source.values[row]);
            }
            case Lane.Objects objects ->
                eachRow(rows, frame, row -> objects.values[row] = ((Lane.Objects) in).values[row]);
            case Lane.Vectors vectors ->
                eachRow(rows, frame, row -> vectors.addresses[row] = ((Lane.Vectors) in).addresses[row]);
        }
    }

    private static void eachRow(long[] rows, Frame frame, java.util.function.IntConsumer action) {
        for (int w = 0; w < frame.words(); w++) {
            for (long word = rows[w]; word != 0; word &= word - 1) {
                action.accept((w << 6) + Long.numberOfTrailingZeros(word));
            }
        }
    }
}
