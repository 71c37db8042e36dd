package io.elanus.storage.filter;

import io.elanus.storage.filter.Lane.Bools;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node of a compiled expression. It fills one lane per block and hands it out until the next block.
@FunctionalInterface
interface Step {
    /// Computes the rows whose bits are set in `active`; the others may be skipped, hold anything, and never raise
    /// an error.
    Lane run(Frame frame, long[] active);

    /// A column of the batch.
    record InputStep(Expr.Input input, Lane lane) implements Step {
        @Override
        public Lane run(Frame frame, long[] active) {
            ColumnReader.read(frame, frame.batch.getVector(input.ordinal()), input.type(), active, lane);
            return lane;
        }
    }

    /// A constant in every slot. Vectors are written once per run, for their memory belongs to the run.
    final class ConstantStep implements Step {
        private final @Nullable Object cell;
        private final Lane lane;
        private @Nullable Frame written;

        ConstantStep(@Nullable Object cell, Lane lane) {
            this.cell = cell;
            this.lane = lane;
        }

        @Override
        public Lane run(Frame frame, long[] active) {
            boolean stale = lane instanceof Lane.Vectors ? written != frame : written == null;
            if (stale) {
                fill(frame);
                written = frame;
            }
            return lane;
        }

        private void fill(Frame frame) {
            lane.clear();
            if (cell == null) {
                Arrays.fill(lane.nulls, -1L);
                return;
            }
            lane.set(0, cell, frame);
            switch (lane) {
                case Bools bools -> Arrays.fill(bools.bits, (Boolean) cell ? -1L : 0);
                case Lane.Longs longs -> Arrays.fill(longs.values, longs.values[0]);
                case Lane.Doubles doubles -> Arrays.fill(doubles.values, doubles.values[0]);
                case Lane.Bytes bytes -> {
                    Arrays.fill(bytes.starts, 0);
                    Arrays.fill(bytes.lengths, bytes.lengths[0]);
                }
                case Lane.Decimals decimals -> decimals.fill((java.math.BigDecimal) cell);
                case Lane.Objects objects -> Arrays.fill(objects.values, cell);
                case Lane.Vectors vectors -> Arrays.fill(vectors.addresses, vectors.addresses[0]);
            }
        }
    }

    /// An operator that yields NULL where any argument is NULL.
    abstract class Strict<L extends Lane> implements Step {
        final List<Step> arguments;
        final L out;
        private final Lane[] lanes;
        private final long[] live = new long[Lane.WORDS];

        Strict(List<Step> arguments, L out) {
            this.arguments = arguments;
            this.out = out;
            this.lanes = new Lane[arguments.size()];
        }

        @Override
        public final Lane run(Frame frame, long[] active) {
            for (int i = 0; i < lanes.length; i++) {
                lanes[i] = arguments.get(i).run(frame, active);
            }
            out.clear();
            for (Lane lane : lanes) {
                for (int w = 0; w < Lane.WORDS; w++) {
                    out.nulls[w] |= lane.nulls[w];
                }
            }
            for (int w = 0; w < Lane.WORDS; w++) {
                live[w] = active[w] & ~out.nulls[w];
            }
            compute(lanes, live, frame);
            return out;
        }

        /// Fills [#out]; errors are raised for live rows only.
        abstract void compute(Lane[] in, long[] live, Frame frame);
    }

    /// A value from the cells of its arguments; null is NULL.
    @FunctionalInterface
    interface RowFunction {
        @Nullable
        Object apply(Object[] arguments);
    }

    /// As [RowFunction], where arguments may be NULL.
    @FunctionalInterface
    interface NullableRowFunction {
        @Nullable
        Object apply(@Nullable Object[] arguments);
    }

    /// A strict operator, row by row.
    final class RowStep extends Strict<Lane> {
        private final RowFunction function;

        RowStep(List<Step> arguments, Lane out, RowFunction function) {
            super(arguments, out);
            this.function = function;
        }

        @Override
        void compute(Lane[] in, long[] live, Frame frame) {
            Object[] cells = new Object[in.length];
            for (int w = 0; w < frame.words(); w++) {
                for (long word = live[w]; word != 0; word &= word - 1) {
                    int row = (w << 6) + Long.numberOfTrailingZeros(word);
                    for (int i = 0; i < cells.length; i++) {
                        cells[i] = in[i].cell(row);
                    }
                    out.setOrNull(row, function.apply(cells), frame);
                }
            }
        }
    }

    /// An operator that looks at NULLs, row by row.
    final class NullableRowStep implements Step {
        private final List<Step> arguments;
        private final Lane out;
        private final NullableRowFunction function;

        NullableRowStep(List<Step> arguments, Lane out, NullableRowFunction function) {
            this.arguments = arguments;
            this.out = out;
            this.function = function;
        }

        @Override
        public Lane run(Frame frame, long[] active) {
            Lane[] in = new Lane[arguments.size()];
            for (int i = 0; i < in.length; i++) {
                in[i] = arguments.get(i).run(frame, active);
            }
            out.clear();
            @Nullable Object[] cells = new @Nullable Object[in.length];
            for (int w = 0; w < frame.words(); w++) {
                for (long word = active[w]; word != 0; word &= word - 1) {
                    int row = (w << 6) + Long.numberOfTrailingZeros(word);
                    for (int i = 0; i < cells.length; i++) {
                        cells[i] = in[i].cellOrNull(row);
                    }
                    out.setOrNull(row, function.apply(cells), frame);
                }
            }
            return out;
        }
    }
}
