package io.elanus.sql.exec;

import com.google.protobuf.ByteString;
import io.elanus.cluster.exchange.BatchStream;
import io.elanus.proto.grpc.Fragment;
import io.elanus.proto.grpc.Literal;
import io.elanus.sql.plan.FragmentTemplate.Shape;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.rule.BatchedSearch;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.ExprProtos;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// The searches of many rows as one fragment with many query vectors: every shard answers with the nearest rows of
/// each, and the best of all shards are taken here.
final class VectorLookup {
    private static final int MOST_QUERIES = 128;
    /// Rows that one fragment may bring from a shard.
    private static final long MOST_ROWS = 16_384;

    private final Plan.FragmentScan scan;
    private final Shape.TopK topK;
    private final Plan.Given given;
    private final ColumnType.Vector type;
    private final TableReader tables;
    private final TextCalls texts;
    private final QueryContext context;
    private final long k;

    /// Takes what was found for a row, in order.
    interface Found {
        /// @param matches null: nothing was found for the row
        void add(VectorSchemaRoot rows, int row, @Nullable VectorSchemaRoot matches, int match);
    }

    /// @param distance NaN, which is last: there is none
    private record Match(VectorSchemaRoot batch, int row, double distance) {}

    private VectorLookup(
            BatchedSearch search, ColumnType.Vector type, TableReader tables, TextCalls texts, QueryContext context) {
        this.scan = search.scan();
        this.topK = search.topK();
        this.given = search.given();
        this.type = type;
        this.tables = tables;
        this.texts = texts;
        this.context = context;
        this.k = Executor.limit(Optional.of(topK.k()), context);
    }

    /// Null: the plan's searches cannot be run as one.
    static @Nullable VectorLookup of(Plan.Lookup plan, TableReader tables, TextCalls texts, QueryContext context) {
        BatchedSearch search = BatchedSearch.of(plan).orElse(null);
        if (search == null
                || !(plan.input().columns().get(search.given().column()).type() instanceof ColumnType.Vector type)) {
            return null;
        }
        return new VectorLookup(search, type, tables, texts, context);
    }

    int rowsAtOnce() {
        return Math.clamp(MOST_ROWS / Math.max(1, k), 1, MOST_QUERIES);
    }

    void lookUp(VectorSchemaRoot rows, int from, int to, Found found) {
        var queries = new ArrayList<Literal>();
        int[] number = new int[to - from];
        for (int row = from; row < to; row++) {
            Literal query = Literals.read(rows.getVector(given.column()), row, type);
            number[row - from] = query.getNull() ? -1 : queries.size();
            if (!query.getNull()) {
                queries.add(query);
            }
        }
        List<VectorSchemaRoot> batches = new ArrayList<>();
        try {
            if (!queries.isEmpty() && k > 0) {
                read(queries, batches);
            }
            List<List<Match>> matches = matches(batches, queries.size());
            for (int row = from; row < to; row++) {
                List<Match> own = number[row - from] < 0 ? List.of() : matches.get(number[row - from]);
                for (int i = 0; i < Math.min(k, own.size()); i++) {
                    found.add(rows, row, own.get(i).batch, own.get(i).row);
                }
                if (own.isEmpty()) {
                    found.add(rows, row, null, 0);
                }
            }
        } finally {
            batches.forEach(VectorSchemaRoot::close);
        }
    }

    private void read(List<Literal> queries, List<VectorSchemaRoot> batches) {
        context.give(given.parameter(), queries.getFirst());
        List<BatchStream> streams = ScanSource.await(tables.read(scan.table(), fragment(queries)), context);
        Profile.@Nullable Node measured =
                context.profile().map(profile -> profile.node(scan)).orElse(null);
        var shards = new ArrayList<RowSource>();
        streams.forEach(stream -> shards.add(new ShardSource(stream, context, measured)));
        try (var all = new ConcatSource(shards, List.of(), context)) {
            for (VectorSchemaRoot batch = all.next(); batch != null; batch = all.next()) {
                batches.add(batch);
            }
        }
    }

    /// The fragment of one search, with the vectors of all, and behind its columns the distance and the number of the
    /// query.
    private Fragment fragment(List<Literal> queries) {
        Fragment.Builder fragment = Fragments.of(texts.complete(scan), List.of(), texts, context).toBuilder();
        ByteString packed = ByteString.EMPTY;
        for (Literal query : queries) {
            packed = packed.concat(FloatVectors.packed(query.getBinary(), type));
        }
        fragment.getTopKBuilder()
                .setQueryVectors(packed)
                .setQueryCount(queries.size())
                .setStream(false);
        int distance = scan.fragment().inputColumnIds().size();
        return fragment.addProjection(ExprProtos.toProto(new Expr.Input(distance, Simple.DOUBLE)))
                .addProjection(ExprProtos.toProto(new Expr.Input(distance + 1, Simple.INTEGER)))
                .build();
    }

    private List<List<Match>> matches(List<VectorSchemaRoot> batches, int queries) {
        var matches = new ArrayList<List<Match>>();
        for (int i = 0; i < queries; i++) {
            matches.add(new ArrayList<>());
        }
        int width = scan.fragment().projection().size();
        for (VectorSchemaRoot batch : batches) {
            var distances = (Float8Vector) batch.getVector(width);
            var numbers = (IntVector) batch.getVector(width + 1);
            for (int row = 0; row < batch.getRowCount(); row++) {
                matches.get(numbers.get(row))
                        .add(new Match(batch, row, distances.isNull(row) ? Double.NaN : distances.get(row)));
            }
        }
        matches.forEach(own -> own.sort(Comparator.comparingDouble(Match::distance)));
        return matches;
    }
}
