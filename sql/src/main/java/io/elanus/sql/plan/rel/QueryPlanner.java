package io.elanus.sql.plan.rel;

import io.elanus.cluster.proxy.Catalog;
import io.elanus.proto.grpc.IndexSchema;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.catalog.TableStatistics;
import io.elanus.sql.error.QueryErrors;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.Conformance;
import io.elanus.sql.parser.ParsedStatement;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.rule.Pruning;
import io.elanus.sql.plan.rule.Pushdown;
import io.elanus.sql.session.PreparedQuery.ResultColumn;
import io.elanus.sql.type.Types;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.Metric;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.calcite.config.NullCollation;
import org.apache.calcite.plan.Contexts;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptCostImpl;
import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgram;
import org.apache.calcite.plan.hep.HepProgramBuilder;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.rules.CoreRules;
import org.apache.calcite.rel.rules.FilterProjectTransposeRule;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.runtime.CalciteException;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql2rel.RelDecorrelator;
import org.apache.calcite.sql2rel.SqlToRelConverter;
import org.apache.calcite.tools.RelBuilder;
import org.apache.calcite.util.ImmutableBitSet;
import org.jspecify.annotations.Nullable;

/// Plans queries: validate, convert, remove subqueries, push filters down, and translate into our records. Rule
/// based only, with exactly the rules named here; no cost model, no generated code.
public final class QueryPlanner {
    static final SqlValidator.Config VALIDATION = SqlValidator.Config.DEFAULT
            .withConformance(Conformance.INSTANCE)
            .withTypeCoercionFactory(ImplicitCasts::new)
            .withDefaultNullCollation(NullCollation.HIGH)
            .withIdentifierExpansion(true);

    /// IN lists stay lists however long they are; they become sets, not joins.
    private static final SqlToRelConverter.Config CONVERSION = SqlToRelConverter.config()
            .withExpand(false)
            .withInSubQueryThreshold(Integer.MAX_VALUE)
            .withTrimUnusedFields(true)
            .withRemoveSortInSubQuery(true)
            .withRelBuilderConfigTransform(
                    config -> config.withPruneInputOfAggregate(false).withSimplifyLimit(false));

    /// Together, not one after the other: what one takes apart may hold a subquery for another.
    private static final HepProgram SUB_QUERIES = new HepProgramBuilder()
            .addRuleCollection(List.of(
                    CoreRules.FILTER_SUB_QUERY_TO_CORRELATE,
                    CoreRules.PROJECT_SUB_QUERY_TO_CORRELATE,
                    CoreRules.JOIN_SUB_QUERY_TO_CORRELATE))
            .build();

    private static final HepProgram PUSH_DOWN = new HepProgramBuilder()
            .addMatchLimit(4096)
            .addRuleInstance(CoreRules.FILTER_INTO_JOIN)
            .addRuleInstance(CoreRules.JOIN_CONDITION_PUSH)
            .addRuleInstance(FilterProjectTransposeRule.Config.DEFAULT
                    .withOperandFor(
                            Filter.class,
                            filter -> !RexUtil.containsCorrelation(filter.getCondition()),
                            Project.class,
                            project -> project.getProjects().stream().allMatch(RexUtil::isDeterministic))
                    .toRule())
            .addRuleInstance(CoreRules.FILTER_AGGREGATE_TRANSPOSE)
            .addRuleInstance(CoreRules.FILTER_SET_OP_TRANSPOSE)
            .addRuleInstance(CoreRules.FILTER_MERGE)
            .addRuleInstance(CoreRules.PROJECT_MERGE)
            .addRuleInstance(CoreRules.PROJECT_REMOVE)
            .build();

    /// After columns were trimmed: below a window that needs none of them stands a projection to nothing, which
    /// cannot be trimmed.
    private static final HepProgram WINDOWS = new HepProgramBuilder()
            .addMatchLimit(4096)
            .addSubprogram(PUSH_DOWN)
            .addRuleInstance(CoreRules.PROJECT_TO_LOGICAL_PROJECT_AND_WINDOW)
            .build();

    private static final int MAX_COLUMNS = 1600;

    private QueryPlanner() {}

    /// @param exposeHidden shows the hidden key as the table's last column
    public static PlannedQuery plan(
            ParsedStatement parsed, SchemaView view, String defaultSchema, boolean exposeHidden) {
        return plan(parsed, view, defaultSchema, exposeHidden, new Parameters(parsed.parameters()));
    }

    /// @param parameters shared by all queries of one statement
    public static PlannedQuery plan(
            ParsedStatement parsed,
            SchemaView view,
            String defaultSchema,
            boolean exposeHidden,
            Parameters parameters) {
        return plan(parsed, view, defaultSchema, new Use(exposeHidden, 0, 0), parameters);
    }

    /// How a statement uses a query.
    ///
    /// @param exposeHidden shows the hidden key as the table's last column
    /// @param own how many of its first columns are the statement's own business, and nothing that it reads
    /// @param target id of the table that the statement changes, whose rows it may find without reading a column;
    ///     0: none
    public record Use(boolean exposeHidden, int own, long target) {}

    /// @param parameters shared by all queries of one statement
    public static PlannedQuery plan(
            ParsedStatement parsed, SchemaView view, String defaultSchema, Use use, Parameters parameters) {
        var errors = new ValidationErrors(view, defaultSchema, parsed.text(), parsed.node());
        try {
            return new Run(parsed, view, defaultSchema, use, parameters).plan();
        } catch (CalciteContextException e) {
            throw QueryErrors.overflow(e).orElseGet(() -> errors.of(e));
        } catch (CalciteException e) {
            throw errors.of(e.getMessage() == null ? "" : e.getMessage(), 0, e);
        } catch (AssertionError e) {
            if (String.valueOf(e.getMessage()).startsWith("Conversion to relational algebra failed to preserve")) {
                throw new QueryException(
                        ErrorCode.DATATYPE_MISMATCH,
                        "The parts of a recursive query have columns of different types.",
                        0,
                        "CAST the columns of its first part to the types of the second.",
                        e);
            }
            Misunderstood.refuse(e, parsed.text(), null);
            throw e;
        } catch (Types.UnsupportedTypeException e) {
            throw new QueryException(ErrorCode.FEATURE_NOT_SUPPORTED, String.valueOf(e.getMessage()), 0, null, e);
        } catch (RuntimeException e) { // whatever Calcite's code meets
            Misunderstood.refuse(e, parsed.text(), null);
            throw e;
        } catch (StackOverflowError e) {
            throw QueryErrors.of(e);
        }
    }

    /// Calcite's planner for one statement.
    static HepPlanner planner(HepProgram program) {
        var planner = new HepPlanner(program, Contexts.of(), true, null, RelOptCostImpl.FACTORY);
        // Constants are folded by our own evaluator; Calcite would compile a class for each.
        planner.setExecutor((_, constants, folded) -> folded.addAll(constants));
        planner.addListener(new Interruption());
        return planner;
    }

    /// A validated and converted query with what it was made by.
    private static final class Run {
        private final ParsedStatement parsed;
        private final Map<String, String> settings;
        private final SqlNode query;
        private final CalciteCatalogReader reader;
        private final QueryValidator validator;
        private final RelOptCluster cluster;
        private final Parameters parameters;
        private final TableStatistics statistics;
        private final ViewExpansion views;
        private final QueryConverter.Budget budget;
        private final Catalog catalog;
        private final Rights rights;
        private final Use use;

        Run(ParsedStatement parsed, SchemaView view, String defaultSchema, Use use, Parameters parameters) {
            this.parsed = parsed;
            this.settings = new HashMap<>();
            var files = new FileReads(view, parsed.text());
            SqlNode tables = files.apply(Hints.take(parsed, settings));
            this.query = HybridSearch.rewrite(tables, parsed.text(), view, defaultSchema);
            this.reader = view.reader(defaultSchema, use.exposeHidden(), files.files());
            this.use = use;
            this.rights = new Rights(view, parameters);
            this.validator = new QueryValidator(reader, view.types());
            this.cluster = RelOptCluster.create(planner(SUB_QUERIES), new SoundRexBuilder(view.types()));
            cluster.setMetadataQuerySupplier(SharedHandlers.INSTANCE::query);
            this.parameters = parameters;
            this.statistics = view.statistics();
            this.budget = new QueryConverter.Budget();
            this.views = new ViewExpansion(view, rights, cluster, CONVERSION, budget);
            this.catalog = view.catalog();
        }

        PlannedQuery plan() {
            SqlNode validated = validated();
            checkWidth(validator.getValidatedNodeType(validated).getFieldCount());
            var converter = new QueryConverter(views, validator, reader, cluster, CONVERSION, budget);
            RelNode converted = rights.checked(
                    converter.convertQuery(validated, false, true).project(), use);
            var subQueries = new ScalarSubQueries(parameters);
            RelNode tree = optimise(subQueries.apply(converted), converter);
            var pushdown = new Pushdown(parsed.search(), searchParameters(), this::servingIndex);
            var translator = new PlanTranslator(parameters, cluster.getRexBuilder(), pushdown, cardinality(), rights);
            Plan plan = translator.translate(tree);
            List<ResultColumn> columns = columns(validated, plan);
            Plan named = pushdown.project(
                    plan,
                    io.elanus.sql.plan.PlanColumn.inputs(plan.columns()),
                    columns.stream().map(ResultColumn::name).toList());
            var values = new ArrayList<Plan.Value>();
            for (ScalarSubQueries.Found found : subQueries.found()) {
                RelNode row = optimise(oneRow(found.rows()), converter);
                Plan value = translator.aligned(row, List.of(found.type()), List.of("value"));
                values.add(new Plan.Value(found.index(), value));
            }
            Plan whole = values.isEmpty() ? named : new Plan.Prepared(named, values);
            Nesting.check(whole);
            return new PlannedQuery(
                    Pruning.apply(whole), columns, parameters.types(), parameters.sessionValues(), settings);
        }

        private SqlNode validated() {
            try {
                return validator.validate(query);
            } catch (RuntimeException | AssertionError e) { // whatever Calcite's code meets
                Misunderstood.refuse(e, parsed.text(), validator.lookedAt());
                throw e;
            }
        }

        private Optional<String> servingIndex(long tableId, int columnId, Metric metric) {
            return catalog.indexesOf(tableId).stream()
                    .filter(index ->
                            index.getColumnId() == columnId && index.getMetric().equalsIgnoreCase(metric.sql()))
                    .map(IndexSchema::getName)
                    .findFirst();
        }

        private Map<String, String> searchParameters() {
            var search = new HashMap<String, String>();
            settings.forEach((name, value) -> {
                if (name.equals("ef_search") || name.equals("nprobe")) {
                    search.put(name, value);
                }
            });
            return search;
        }

        /// The rows of a subquery that is used as a value: more than one is an error.
        private RelNode oneRow(RelNode rows) {
            Boolean unique = cluster.getMetadataQuery().areColumnsUnique(rows, ImmutableBitSet.of());
            if (unique != null && unique) {
                return rows;
            }
            RelBuilder builder = builder().push(rows);
            return builder.aggregate(
                            builder.groupKey(),
                            builder.aggregateCall(SqlStdOperatorTable.SINGLE_VALUE, builder.field(0)))
                    .build();
        }

        private RelBuilder builder() {
            return SqlToRelConverter.config().getRelBuilderFactory().create(cluster, reader);
        }

        private RelNode optimise(RelNode converted, SqlToRelConverter converter) {
            RelNode tree = hasSubQuery(converted)
                    ? new Lookups(parameters, search -> trimmed(pushedDown(search), converter)).apply(converted)
                    : converted;
            if (hasSubQuery(tree)) {
                tree = new SemiJoins(cluster.getRexBuilder()).apply(tree);
            }
            if (hasSubQuery(tree)) {
                tree = run(SUB_QUERIES, tree);
                tree = decorrelate(tree);
            }
            tree = pushedDown(tree);
            Interruption.check();
            if (joins(tree)) {
                tree = new JoinOrder(cluster.getRexBuilder(), cardinality()).apply(tree);
            }
            return trimmed(tree, converter);
        }

        private RelNode pushedDown(RelNode tree) {
            return NullCalls.fold(run(PUSH_DOWN, tree), cluster.getRexBuilder());
        }

        private static RelNode trimmed(RelNode tree, SqlToRelConverter converter) {
            return run(WINDOWS, converter.trimUnusedFields(false, tree));
        }

        private Cardinality cardinality() {
            return new Cardinality(statistics, cluster.getRexBuilder());
        }

        private static boolean joins(RelNode tree) {
            return tree instanceof org.apache.calcite.rel.core.Join
                    || tree.getInputs().stream().anyMatch(Run::joins);
        }

        private RelNode decorrelate(RelNode tree) {
            try {
                return OrderedCalls.asOrder(
                        RelDecorrelator.decorrelateQuery(OrderedCalls.asArguments(tree), builder()));
            } catch (AssertionError | UnsupportedOperationException e) {
                throw new QueryException(
                        ErrorCode.FEATURE_NOT_SUPPORTED,
                        "A subquery that refers to the outer query in this way is not supported.",
                        0,
                        "Write it as a join.",
                        e);
            }
        }

        private static RelNode run(HepProgram program, RelNode tree) {
            HepPlanner hep = planner(program);
            hep.setRoot(tree);
            return hep.findBestExp();
        }

        private static boolean hasSubQuery(RelNode tree) {
            boolean here = switch (tree) {
                case Filter filter -> RexUtil.SubQueryFinder.containsSubQuery(filter);
                case Project project -> RexUtil.SubQueryFinder.containsSubQuery(project);
                case org.apache.calcite.rel.core.Join join -> RexUtil.SubQueryFinder.containsSubQuery(join);
                case org.apache.calcite.rel.core.Correlate _ -> true;
                default -> false;
            };
            return here || tree.getInputs().stream().anyMatch(Run::hasSubQuery);
        }

        /// Before the tree is made of it, which takes long when it is wide.
        private static void checkWidth(int columns) {
            if (columns > MAX_COLUMNS) {
                throw new QueryException(
                        ErrorCode.TOO_MANY_COLUMNS,
                        "The result has [%d] columns, the most is [%d].".formatted(columns, MAX_COLUMNS),
                        "Select the columns that are needed.");
            }
        }

        private List<ResultColumn> columns(SqlNode validated, Plan plan) {
            var fields = validator.getValidatedNodeType(validated).getFieldList();
            List<@Nullable List<String>> origins = validator.getFieldOrigins(validated);
            var columns = new ArrayList<ResultColumn>();
            for (int i = 0; i < fields.size(); i++) {
                var field = fields.get(i);
                List<String> known = i < origins.size() ? origins.get(i) : null;
                List<String> origin = known == null ? List.of() : known;
                columns.add(new ResultColumn(
                        field.getName(),
                        plan.columns().get(i).type(),
                        field.getType().isNullable(),
                        origin));
            }
            return columns;
        }
    }
}
