package io.elanus.storage.filter;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Lane.Doubles;
import io.elanus.storage.filter.Lane.Vectors;
import io.elanus.storage.filter.Step.RowFunction;
import io.elanus.storage.kernel.DistanceKernel;
import io.elanus.storage.kernel.Distances;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Distances between vectors, by the kernels that the indexes use too, and arithmetic on vectors.
final class VectorFunctions {
    private VectorFunctions() {}

    /// A distance of two vectors of one type. A constant side is prepared once per run.
    static Step distance(Metric metric, boolean negated, Operand left, Operand right) {
        ColumnType.Vector type = (ColumnType.Vector) left.type();
        ColumnType.Vector other = (ColumnType.Vector) right.type();
        if (type.dimension() != other.dimension()) {
            throw new StorageException(
                    ErrorCode.DIMENSION_MISMATCH,
                    "A distance compares vectors of one dimension, given [%d] and [%d]. Send a vector of [%d] dimensions."
                            .formatted(type.dimension(), other.dimension(), type.dimension()));
        }
        if (!metric.supports(type.element()) || !metric.supports(other.element())) {
            throw new StorageException(
                    ErrorCode.DATATYPE_MISMATCH,
                    "Distance [%s] does not take [%s] and [%s]. HAMMING and JACCARD take BINARY vectors, the others do not; sparse vectors take L2, IP and COSINE."
                            .formatted(metric, type.sql(), other.sql()));
        }
        if (type.sparse() != other.sparse()) {
            throw new StorageException(
                    ErrorCode.DATATYPE_MISMATCH,
                    "A distance does not compare [%s] with [%s]. Cast one to the type of the other."
                            .formatted(type.sql(), other.sql()));
        }
        boolean flip = left.constant() && !right.constant();
        Operand stored = flip ? right : left;
        Operand query = flip ? left : right;
        return type.sparse()
                ? SparseFunctions.distance(metric, negated, stored, query)
                : new Distance(metric, negated, stored, query);
    }

    /// An argument, and whether it is the same for all rows.
    record Operand(Step step, ColumnType type, boolean constant) {}

    private static final class Distance extends Step.Strict<Doubles> {
        private final DistanceKernel kernel;
        private final DistanceKernel queryKernel;
        private final boolean sameType;
        private final double sign;
        private final boolean constantQuery;
        private final ColumnType.Vector queryType;
        private @Nullable Frame preparedFor;
        private long prepared;

        Distance(Metric metric, boolean negated, Operand stored, Operand query) {
            super(List.of(stored.step(), query.step()), new Doubles());
            this.kernel = Distances.kernel(metric, (ColumnType.Vector) stored.type());
            this.queryType = (ColumnType.Vector) query.type();
            this.queryKernel = Distances.kernel(metric, queryType);
            this.sameType = stored.type().equals(query.type());
            this.sign = negated ? -1 : 1;
            this.constantQuery = query.constant();
        }

        @Override
        void compute(Lane[] in, long[] live, Frame frame) {
            long[] stored = ((Vectors) in[0]).addresses;
            long[] queries = ((Vectors) in[1]).addresses;
            if (preparedFor != frame) {
                prepared = frame.allocate(Math.max(kernel.queryBytes(), queryKernel.queryBytes()));
                preparedFor = frame;
                if (constantQuery && !in[1].isNull(0)) {
                    prepare(queries[0]);
                }
            }
            for (int w = 0; w < frame.words(); w++) {
                for (long word = live[w]; word != 0; word &= word - 1) {
                    int row = (w << 6) + Long.numberOfTrailingZeros(word);
                    if (!constantQuery) {
                        prepare(queries[row]);
                    }
                    out.values[row] = sign * kernel.distance(kernel.rank(prepared, stored[row]));
                }
            }
        }

        /// A constant query goes the way a search goes, so that both refuse the same vectors.
        private void prepare(long query) {
            if (constantQuery || !sameType) {
                Object cell = VectorCells.read(query, queryType);
                float[] elements = cell instanceof byte[] bits
                        ? VectorCells.expandBits(bits, queryType.dimension())
                        : (float[]) cell;
                kernel.prepare(elements, prepared);
            } else {
                kernel.prepareStored(query, prepared);
            }
        }
    }

    static RowFunction norm() {
        return cells -> norm(elements(cells[0]));
    }

    private static double norm(float[] elements) {
        double sum = 0;
        for (float element : elements) {
            sum += (double) element * element;
        }
        return Math.sqrt(sum);
    }

    /// A zero vector stays one, as in pgvector.
    static RowFunction normalize() {
        return cells -> {
            float[] elements = elements(cells[0]);
            double norm = norm(elements);
            float[] result = new float[elements.length];
            for (int i = 0; i < result.length; i++) {
                result[i] = norm == 0 ? 0 : (float) (elements[i] / norm);
            }
            return result;
        };
    }

    static RowFunction arithmetic(Operator operator) {
        return cells -> {
            float[] a = elements(cells[0]);
            float[] b = elements(cells[1]);
            if (a.length != b.length) {
                throw new StorageException(
                        ErrorCode.DIMENSION_MISMATCH,
                        "Vectors of [%d] and [%d] dimensions cannot be combined. Use vectors of one dimension."
                                .formatted(a.length, b.length));
            }
            float[] result = new float[a.length];
            for (int i = 0; i < result.length; i++) {
                result[i] = switch (operator) {
                    case VECTOR_ADD -> a[i] + b[i];
                    case VECTOR_SUBTRACT -> a[i] - b[i];
                    case VECTOR_MULTIPLY -> a[i] * b[i];
                    default -> throw new IllegalStateException(operator + " is no arithmetic on vectors");
                };
            }
            return result;
        };
    }

    static RowFunction subvector(ColumnType.Vector to) {
        return cells -> {
            float[] elements = elements(cells[0]);
            long start = (Long) cells[1];
            if (start < 1 || start - 1 + to.dimension() > elements.length) {
                throw new StorageException(
                        ErrorCode.INVALID_PARAMETER,
                        "SUBVECTOR from [%d] for [%d] leaves a vector of [%d] dimensions. Count from 1."
                                .formatted(start, to.dimension(), elements.length));
            }
            return Arrays.copyOfRange(elements, (int) start - 1, (int) start - 1 + to.dimension());
        };
    }

    private static float[] elements(Object cell) {
        if (cell instanceof float[] elements) {
            return elements;
        }
        throw new StorageException(
                ErrorCode.DATATYPE_MISMATCH,
                "This function does not take BINARY and SPARSE vectors. Cast the vector first.");
    }
}
