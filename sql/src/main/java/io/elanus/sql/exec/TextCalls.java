package io.elanus.sql.exec;

import io.elanus.cluster.exchange.BatchStream;
import io.elanus.proto.grpc.Fragment;
import io.elanus.proto.grpc.IndexSchema;
import io.elanus.proto.grpc.Literal;
import io.elanus.proto.grpc.TextCount;
import io.elanus.proto.grpc.TextSearch;
import io.elanus.sql.error.QueryErrors;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.plan.FragmentTemplate;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.type.Types;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.index.inverted.FulltextFormat;
import io.elanus.storage.text.TextAnalyzer;
import io.elanus.storage.text.TextStatistics;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.LongFunction;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Completes the calls of full-text functions when a statement runs: with the analyzer of the column's index, and
/// BM25 with the statistics of the column over all shards, which it asks for once per column and query. A call on
/// anything but a column of a table has the default analyzer, and no BM25.
///
/// Belongs to one run and its thread.
final class TextCalls {
    private static final ColumnType COUNTS = new ColumnType.Array(Simple.BIGINT);
    private static final String QUERY_MODE = "query";

    private final TableReader tables;
    private final LongFunction<List<IndexSchema>> indexes;
    private final QueryContext context;
    private final Map<Key, TextStatistics> counted = new HashMap<>();

    /// A column of a table.
    record Origin(TableSchema table, Column column) {}

    private record Key(long tableId, int columnId, String query, String mode, String analyzer) {}

    /// @param indexes of a table, by its id
    TextCalls(TableReader tables, LongFunction<List<IndexSchema>> indexes, QueryContext context) {
        this.tables = tables;
        this.indexes = indexes;
        this.context = context;
    }

    static boolean hasCalls(Expr expr) {
        return expr instanceof Expr.Call call
                && (isText(call.operator()) || call.arguments().stream().anyMatch(TextCalls::hasCalls));
    }

    private static boolean isText(Operator operator) {
        return operator == Operator.TEXT_MATCH || operator == Operator.BM25 || operator == Operator.HIGHLIGHT;
    }

    /// Bound, and completed for rows of this node.
    Expr complete(Expr expr, Plan input) {
        Expr bound = Executor.bind(expr, context);
        return hasCalls(bound) ? complete(bound, new PlanOrigins(input)) : bound;
    }

    List<Expr> complete(List<Expr> exprs, Plan input) {
        return exprs.stream().map(expr -> complete(expr, input)).toList();
    }

    /// The scan with filter, projection and keys bound and completed.
    Plan.FragmentScan complete(Plan.FragmentScan scan) {
        FragmentTemplate old = scan.fragment();
        if (!hasCalls(old)) {
            return scan;
        }
        Origins origins = ordinal -> ordinal < old.inputColumnIds().size()
                ? Optional.of(new Origin(
                        scan.table(), scan.table().column(old.inputColumnIds().get(ordinal))))
                : Optional.empty();
        FragmentTemplate.Shape shape = old.shape()
                        instanceof FragmentTemplate.Shape.SortLimit(var keys, var limit, var partition)
                ? new FragmentTemplate.Shape.SortLimit(
                        keys.stream()
                                .map(key -> new io.elanus.storage.compute.SortKey(
                                        bound(key.expr(), origins), key.descending(), key.nullsFirst()))
                                .toList(),
                        limit,
                        partition.stream().map(key -> bound(key, origins)).toList())
                : old.shape();
        var template = new FragmentTemplate(
                old.inputColumnIds(),
                old.filter().map(filter -> bound(filter, origins)),
                old.keys(),
                shape,
                old.projection().stream().map(expr -> bound(expr, origins)).toList());
        return new Plan.FragmentScan(scan.table(), template, scan.merge(), scan.asOf(), scan.columns());
    }

    private static boolean hasCalls(FragmentTemplate template) {
        return template.filter().stream().anyMatch(TextCalls::hasCalls)
                || template.projection().stream().anyMatch(TextCalls::hasCalls)
                || template.shape() instanceof FragmentTemplate.Shape.SortLimit(var keys, var _, var _)
                        && keys.stream().anyMatch(key -> hasCalls(key.expr()));
    }

    /// Does sending the scan wait for the statistics of its texts?
    static boolean asksFirst(Plan.FragmentScan scan) {
        return hasCalls(scan.fragment())
                || scan.fragment().shape() instanceof FragmentTemplate.Shape.TopK topK && topK.metric() == Metric.BM25;
    }

    private Expr bound(Expr expr, Origins origins) {
        return complete(Executor.bind(expr, context), origins);
    }

    /// What a search by BM25 asks the shards for.
    ///
    /// @param call as the plan has it, without its text
    TextSearch search(Expr call, TableSchema table, Column column) {
        List<Expr> arguments = ((Expr.Call) Executor.bind(call, context)).arguments();
        String query = text(arguments.get(1), "");
        String mode = arguments.size() > 2 ? text(arguments.get(2), QUERY_MODE) : QUERY_MODE;
        String analyzer = analyzer(Optional.of(new Origin(table, column)));
        TextStatistics statistics = count(new Origin(table, column), query, mode, analyzer);
        return search(query, mode, analyzer)
                .setDocuments(statistics.documents())
                .setTokens(statistics.tokens())
                .addAllFrequencies(statistics.frequencies())
                .build();
    }

    private static TextSearch.Builder search(String query, String mode, String analyzer) {
        return TextSearch.newBuilder().setQuery(query).setMode(mode).setAnalyzer(analyzer);
    }

    /// Which column of a table an input is.
    private interface Origins {
        Optional<Origin> of(int ordinal);
    }

    private Expr complete(Expr expr, Origins origins) {
        if (!(expr instanceof Expr.Call(Operator operator, List<Expr> given, ColumnType type))) {
            return expr;
        }
        List<Expr> arguments =
                given.stream().map(argument -> complete(argument, origins)).toList();
        if (!isText(operator)) {
            return new Expr.Call(operator, arguments, type);
        }
        Optional<Origin> origin =
                arguments.getFirst() instanceof Expr.Input input ? origins.of(input.ordinal()) : Optional.empty();
        var full = new ArrayList<>(arguments);
        if (operator == Operator.HIGHLIGHT) {
            fill(full, 2, "<b>");
            fill(full, 3, "</b>");
            fill(full, 4, analyzer(origin));
            return new Expr.Call(operator, full, type);
        }
        fill(full, 2, QUERY_MODE);
        fill(full, 3, analyzer(origin));
        if (operator == Operator.BM25) {
            full.add(statistics(full, origin));
        }
        return new Expr.Call(operator, full, type);
    }

    private static void fill(List<Expr> arguments, int at, String text) {
        if (arguments.size() == at) {
            arguments.add(new Expr.Constant(Literals.of(text, Types.TEXT), Types.TEXT));
        }
    }

    private Expr statistics(List<Expr> arguments, Optional<Origin> origin) {
        if (origin.isEmpty()) {
            throw new QueryException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "BM25 compares a text with all others of its column, so it takes a VARCHAR column of a table.",
                    "Compute the score where the table is read.");
        }
        TextStatistics statistics = count(
                origin.get(),
                text(arguments.get(1), ""),
                text(arguments.get(2), QUERY_MODE),
                text(arguments.get(3), TextAnalyzer.DEFAULT));
        var counts = new ArrayList<Long>(List.of(statistics.documents(), statistics.tokens()));
        counts.addAll(statistics.frequencies());
        return new Expr.Constant(Literals.of(counts, COUNTS), COUNTS);
    }

    private static String text(Expr expr, String whenNull) {
        if (!(expr instanceof Expr.Constant) && !constant(expr)) {
            throw new QueryException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "The query of BM25 is the same for all rows: a constant or a parameter.",
                    "Use MATCH to compare the texts of two columns.");
        }
        var literal = Literals.evaluate(expr);
        return literal.getNull() ? whenNull : literal.getText();
    }

    private static boolean constant(Expr expr) {
        return switch (expr) {
            case Expr.Constant _ -> true;
            case Expr.Input _, Expr.Parameter _ -> false;
            case Expr.Call call -> call.arguments().stream().allMatch(TextCalls::constant);
        };
    }

    /// Of the first full-text index of the column.
    private String analyzer(Optional<Origin> origin) {
        return origin.flatMap(found -> indexes.apply(found.table().tableId()).stream()
                        .filter(index -> index.getColumnId() == found.column().id()
                                && index.getType().equals(FulltextFormat.NAME))
                        .findFirst())
                .map(index -> FulltextFormat.analyzer(index.getParametersMap()))
                .orElse(TextAnalyzer.DEFAULT);
    }

    private TextStatistics count(Origin origin, String query, String mode, String analyzer) {
        var key = new Key(origin.table().tableId(), origin.column().id(), query, mode, analyzer);
        TextStatistics known = counted.get(key);
        if (known == null) {
            known = load(origin, query, mode, analyzer);
            counted.put(key, known);
        }
        return known;
    }

    private TextStatistics load(Origin origin, String query, String mode, String analyzer) {
        var fragment = Fragment.newBuilder()
                .setQueryId(context.queryId())
                .setTableId(origin.table().tableId())
                .setSchemaVersion(origin.table().version())
                .setMemoryLimitBytes(context.allocator().getLimit())
                .setReadTs(context.readPoint().readTs())
                .setGuaranteeTs(context.readPoint().guaranteeTs())
                .setTextCount(TextCount.newBuilder()
                        .setColumnId(origin.column().id())
                        .setSearch(search(query, mode, analyzer)))
                .build();
        try {
            List<BatchStream> shards = tables.read(origin.table(), fragment).get();
            return shards.stream()
                    .map(TextCalls::read)
                    .reduce(TextStatistics::plus)
                    .orElseThrow(() -> new IllegalStateException("No shard counted the texts"));
        } catch (ExecutionException e) {
            throw QueryErrors.of(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            context.cancel();
            throw QueryErrors.of(e);
        }
    }

    /// The one row of a shard's answer.
    private static TextStatistics read(BatchStream shard) {
        try (shard;
                VectorSchemaRoot row = Objects.requireNonNull(shard.next())) {
            List<Long> frequencies = Literals.read(row.getVector(2), 0, COUNTS).getList().getItemsList().stream()
                    .map(Literal::getInt64)
                    .toList();
            return new TextStatistics(
                    Literals.read(row.getVector(0), 0, Simple.BIGINT).getInt64(),
                    Literals.read(row.getVector(1), 0, Simple.BIGINT).getInt64(),
                    frequencies);
        }
    }

    /// Follows a column of a node's output down to the scan that it comes from.
    private record PlanOrigins(Plan plan) implements Origins {
        @Override
        public Optional<Origin> of(int ordinal) {
            return switch (plan) {
                case Plan.FragmentScan scan -> ofScan(scan, ordinal);
                case Plan.Filter(Plan input, Expr _) -> below(input, ordinal);
                case Plan.Sort sort -> below(sort.input(), ordinal);
                case Plan.Limit(Plan input, var _, var _) -> below(input, ordinal);
                case Plan.Project(Plan input, List<Expr> exprs, var _) ->
                    exprs.get(ordinal) instanceof Expr.Input inner ? below(input, inner.ordinal()) : Optional.empty();
                case Plan.Window window ->
                    ordinal < window.input().columns().size() ? below(window.input(), ordinal) : Optional.empty();
                case Plan.Unnest unnest ->
                    ordinal < unnest.input().columns().size() ? below(unnest.input(), ordinal) : Optional.empty();
                case Plan.Lookup lookup -> ofJoin(lookup.input(), lookup.search(), ordinal);
                case Plan.HashJoin join -> ofJoin(join.left(), join.right(), ordinal);
                case Plan.NestedLoopJoin join -> ofJoin(join.left(), join.right(), ordinal);
                case Plan.Aggregate _,
                        Plan.Union _,
                        Plan.Intersect _,
                        Plan.Except _,
                        Plan.Values _,
                        Plan.Recursive _,
                        Plan.Prepared _,
                        Plan.WorkingTable _,
                        Plan.FileScan _,
                        Plan.SystemScan _ -> Optional.empty();
            };
        }

        private static Optional<Origin> below(Plan input, int ordinal) {
            return new PlanOrigins(input).of(ordinal);
        }

        private static Optional<Origin> ofJoin(Plan left, Plan right, int ordinal) {
            int width = left.columns().size();
            return ordinal < width ? below(left, ordinal) : below(right, ordinal - width);
        }

        private static Optional<Origin> ofScan(Plan.FragmentScan scan, int ordinal) {
            FragmentTemplate template = scan.fragment();
            return ordinal < template.projection().size()
                            && template.projection().get(ordinal) instanceof Expr.Input input
                            && input.ordinal() < template.inputColumnIds().size()
                    ? Optional.of(new Origin(
                            scan.table(),
                            scan.table().column(template.inputColumnIds().get(input.ordinal()))))
                    : Optional.empty();
        }
    }
}
