package io.elanus.cluster.querynode.fragment;

import com.google.protobuf.ByteString;
import io.elanus.cluster.ClusterException;
import io.elanus.proto.grpc.Fragment;
import io.elanus.proto.grpc.TextSearch;
import io.elanus.proto.grpc.TopK;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.compute.AggregateCall;
import io.elanus.storage.compute.SortKey;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.ExprProtos;
import io.elanus.storage.index.Query;
import io.elanus.storage.text.Bm25;
import io.elanus.storage.text.TextStatistics;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.SparseVector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// A fragment as it is run: its columns resolved, its expressions as trees. Immutable.
///
/// @param keyColumn breaks ties
/// @param inputs the columns that ordinals of expressions name; the next two ordinals are the distance (DOUBLE) and
///     the number of the query (INTEGER) of a top-k
public record FragmentRequest(
        long readTs, Column keyColumn, List<Column> inputs, Selection selection, Shape shape, List<Expr> projection) {
    /// Rows of one search that are found all at once.
    private static final int MOST_NEIGHBOURS = 1 << 20;

    public FragmentRequest {
        inputs = List.copyOf(inputs);
        projection = List.copyOf(projection);
    }

    /// Which rows the shape may choose from.
    ///
    /// @param partitions empty: all
    /// @param keys canonical bytes without repetition; empty: all rows
    record Selection(List<Long> partitions, List<byte[]> keys, Optional<Expr> filter) {
        Selection {
            partitions = List.copyOf(partitions);
            keys = List.copyOf(keys);
        }
    }

    /// @param columns the table's columns by id, of any version
    public static FragmentRequest of(
            Fragment fragment, long readTs, Column keyColumn, IntFunction<Optional<Column>> columns) {
        List<Column> inputs = fragment.getInputColumnIdsList().stream()
                .map(id -> require(id, columns))
                .toList();
        Set<ByteString> keys = new LinkedHashSet<>(fragment.getKeysList());
        return new FragmentRequest(
                readTs,
                keyColumn,
                inputs,
                new Selection(
                        fragment.getPartitionIdsList(),
                        keys.stream().map(ByteString::toByteArray).toList(),
                        fragment.hasFilter()
                                ? Optional.of(ExprProtos.fromProto(fragment.getFilter()))
                                : Optional.empty()),
                shape(fragment, columns),
                fragment.getProjectionList().stream().map(ExprProtos::fromProto).toList());
    }

    List<Long> partitions() {
        return selection.partitions();
    }

    List<byte[]> keys() {
        return selection.keys();
    }

    Optional<Expr> filter() {
        return selection.filter();
    }

    int distanceOrdinal() {
        return inputs.size();
    }

    int queryOrdinal() {
        return inputs.size() + 1;
    }

    List<String> outputNames() {
        return IntStream.range(0, projection.size()).mapToObj(i -> "c" + i).toList();
    }

    private static Column require(int columnId, IntFunction<Optional<Column>> columns) {
        return columns.apply(columnId)
                .orElseThrow(() -> new ClusterException(
                        ErrorCode.UNDEFINED_COLUMN,
                        "The table has no column with the number [%d]. It may have been dropped; plan the query again."
                                .formatted(columnId)));
    }

    private static Shape shape(Fragment fragment, IntFunction<Optional<Column>> columns) {
        return switch (fragment.getShapeCase()) {
            case SCAN -> new Shape.Scan(unlimited(fragment.getScan().getLimit()));
            case TOP_K -> search(fragment.getTopK(), require(fragment.getTopK().getColumnId(), columns));
            case SORT ->
                new Shape.Sorted(
                        fragment.getSort().getKeysList().stream()
                                .map(SortKey::fromProto)
                                .toList(),
                        unlimited(fragment.getSort().getLimit()),
                        fragment.getSort().getPartitionList().stream()
                                .map(ExprProtos::fromProto)
                                .toList());
            case AGGREGATE ->
                new Shape.Groups(
                        fragment.getAggregate().getKeysList().stream()
                                .map(ExprProtos::fromProto)
                                .toList(),
                        fragment.getAggregate().getCallsList().stream()
                                .map(AggregateCall::fromProto)
                                .toList());
            case TEXT_COUNT -> {
                Column column = require(fragment.getTextCount().getColumnId(), columns);
                yield new Shape.TextCount(column, text(fragment.getTextCount().getSearch(), column));
            }
            case SHAPE_NOT_SET -> new Shape.Scan(Long.MAX_VALUE);
        };
    }

    private static long unlimited(long limit) {
        return limit <= 0 ? Long.MAX_VALUE : limit;
    }

    private static Query.Text text(TextSearch search, Column column) {
        TextMatch match = TextMatch.of(column, search.getQuery(), search.getMode(), search.getAnalyzer());
        int terms = match.query().terms().size();
        List<Long> frequencies =
                search.getFrequenciesCount() == terms ? search.getFrequenciesList() : Collections.nCopies(terms, 0L);
        var statistics = new TextStatistics(search.getDocuments(), search.getTokens(), frequencies);
        return new Query.Text(match.query(), new Bm25(match.query(), statistics), match.analyzer());
    }

    /// Rows that come in groups are chosen all at once; of many others each when it is read.
    private static Shape search(TopK topK, Column column) {
        Shape.Nearest nearest = nearest(topK, column);
        if (topK.getGroupsCount() > 0) {
            return new Shape.Grouped(
                    nearest,
                    topK.getGroupsList().stream().map(ExprProtos::fromProto).toList(),
                    Math.max(1, topK.getGroupSize()));
        }
        return topK.getStream() ? new Shape.Streamed(nearest) : nearest;
    }

    private static void checkCount(TopK topK) {
        boolean atOnce = !topK.getStream() && topK.getGroupsCount() == 0;
        if (topK.getK() < 1 || atOnce && topK.getK() > MOST_NEIGHBOURS) {
            throw new ClusterException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "A search for the nearest [%d] rows is out of range. Ask for 1 to [%d]."
                            .formatted(topK.getK(), MOST_NEIGHBOURS));
        }
    }

    private static Shape.Nearest nearest(TopK topK, Column column) {
        checkCount(topK);
        if (topK.hasText()) {
            return new Shape.Nearest(
                    column,
                    Metric.BM25,
                    List.of(text(topK.getText(), column)),
                    topK.getK(),
                    Shape.Serving.ANY,
                    new SearchEffort(0, 0, 0),
                    topK.getMaxDistance());
        }
        Metric metric = Metric.find(topK.getMetric())
                .orElseThrow(() -> new ClusterException(
                        ErrorCode.INVALID_PARAMETER,
                        "There is no metric [%s]. Use l2, ip, cosine, l1, hamming or jaccard."
                                .formatted(topK.getMetric())));
        if (!(column.type() instanceof ColumnType.Vector type) || !metric.supports(type.element())) {
            throw new ClusterException(
                    ErrorCode.DATATYPE_MISMATCH,
                    "Column [%s] of type [%s] cannot be searched by the metric [%s]. Choose another metric."
                            .formatted(column.name(), column.type().sql(), metric.sql()));
        }
        return new Shape.Nearest(
                column,
                metric,
                queries(topK, type, column.name()),
                topK.getK(),
                serving(topK),
                new SearchEffort(
                        number(topK.getParametersMap(), "ef_search"),
                        number(topK.getParametersMap(), "nprobe"),
                        number(topK.getParametersMap(), "target_accuracy")),
                topK.getMaxDistance());
    }

    private static Shape.Serving serving(TopK topK) {
        if (topK.getExact()) {
            return Shape.Serving.EXACT;
        }
        return topK.getParametersMap().containsKey("index") ? Shape.Serving.INDEX : Shape.Serving.ANY;
    }

    private static List<Query> queries(TopK topK, ColumnType.Vector type, String column) {
        if (type.sparse()) {
            byte[] packed = topK.getQueryVectors().toByteArray();
            return List.of(new Query.Sparse(SparseVector.check(packed, type)));
        }
        int dimension = type.dimension();
        int count = Math.max(1, topK.getQueryCount());
        ByteBuffer packed = topK.getQueryVectors().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        if (packed.remaining() != (long) count * dimension * Float.BYTES) {
            throw new ClusterException(
                    ErrorCode.DIMENSION_MISMATCH,
                    "The query vector for column [%s] has [%d] dimensions, declared are [%d]."
                            .formatted(column, packed.remaining() / Float.BYTES / count, dimension));
        }
        List<Query> queries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            float[] elements = new float[dimension];
            packed.asFloatBuffer().get(elements);
            packed.position(packed.position() + dimension * Float.BYTES);
            queries.add(new Query.Dense(elements));
        }
        return queries;
    }

    private static int number(Map<String, String> parameters, String name) {
        String value = parameters.getOrDefault(name, "0");
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new ClusterException(
                    ErrorCode.INVALID_PARAMETER,
                    "Search parameter [%s] is [%s], which is no whole number.".formatted(name, value),
                    e);
        }
    }
}
