package io.elanus.sql.plan.rel;

import io.elanus.cluster.access.Privilege;
import io.elanus.sql.catalog.StoredTable;
import io.elanus.sql.catalog.ViewRel;
import io.elanus.sql.security.Need;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.SchemaProtos;
import io.elanus.storage.type.TableName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Snapshot;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.sql.SqlKind;

/// Which columns of which tables a query reads, before anything is optimised away. A column counts when its values
/// can have an influence on the answer; where that cannot be told, it counts.
///
/// It stops at views: what these read was asked for when they were put in their places.
final class Reads {
    /// A column of a table or a view.
    private record Source(Need.Relation relation, int columnId) {}

    /// What the fields of a node's rows were made of, as they are.
    private record Fields(List<Set<Source>> sources) {
        static Fields opaque(RelNode node) {
            return new Fields(Collections.nCopies(node.getRowType().getFieldCount(), Set.of()));
        }
    }

    private final Map<Need.Relation, Set<Integer>> read = new LinkedHashMap<>();
    private final Map<Need.Relation, Set<Integer>> readable = new HashMap<>();
    private final Map<CorrelationId, Fields> correlated = new HashMap<>();
    /// It cannot be told.
    private boolean everything;

    private Reads() {}

    /// @param own how many of the first columns of the answer are the statement's own business
    static List<Need.OnRelation> of(RelNode query, int own) {
        var reads = new Reads();
        List<Set<Source>> sources = reads.visit(query).sources;
        sources.subList(Math.min(own, sources.size()), sources.size()).forEach(reads::use);
        var needs = new ArrayList<Need.OnRelation>();
        (reads.everything ? reads.readable : reads.read)
                .forEach((relation, columns) -> needs.add(new Need.OnRelation(relation, Privilege.SELECT, columns)));
        return needs;
    }

    private void use(Set<Source> sources) {
        sources.forEach(source ->
                read.computeIfAbsent(source.relation, _ -> new TreeSet<>()).add(source.columnId));
    }

    private void use(Fields fields) {
        fields.sources.forEach(this::use);
    }

    private Fields visit(RelNode node) {
        return switch (node) {
            case TableScan scan -> scan(scan);
            case ViewRel view -> view(view);
            case Project project -> project(project);
            case Filter filter -> {
                Fields input = visit(filter.getInput());
                use(filter.getCondition(), input, filter);
                yield input;
            }
            case Snapshot snapshot -> visit(snapshot.getInput());
            case Sort sort -> {
                Fields input = visit(sort.getInput());
                sort.getCollation().getKeys().forEach(key -> use(input.sources.get(key)));
                yield input;
            }
            case Join join -> {
                Fields both = concat(visit(join.getLeft()), visit(join.getRight()));
                use(join.getCondition(), both, join);
                yield new Fields(both.sources.subList(0, join.getRowType().getFieldCount()));
            }
            case Correlate correlate -> correlate(correlate);
            case Aggregate aggregate -> aggregate(aggregate);
            case Union union when union.all -> union(union);
            default -> {
                Fields all = new Fields(List.of());
                for (RelNode input : node.getInputs()) {
                    all = concat(all, visit(input));
                }
                use(all);
                node.accept(new Uses(all));
                yield Fields.opaque(node);
            }
        };
    }

    private Fields scan(TableScan scan) {
        StoredTable stored = scan.getTable().unwrap(StoredTable.class);
        if (stored != null) {
            var table = stored.schema();
            return fields(new Need.Relation(table.tableId(), table.name()), stored.columns());
        }
        return Fields.opaque(scan);
    }

    private Fields view(ViewRel view) {
        var schema = view.schema();
        var relation = new Need.Relation(schema.getViewId(), new TableName(schema.getSchemaName(), schema.getName()));
        return fields(
                relation,
                schema.getColumnsList().stream().map(SchemaProtos::fromProto).toList());
    }

    /// The hidden key is nobody's to grant: only statements that change rows see it.
    private Fields fields(Need.Relation relation, List<Column> columns) {
        read.computeIfAbsent(relation, _ -> new TreeSet<>());
        columns.stream()
                .filter(column -> !column.hidden())
                .forEach(column ->
                        readable.computeIfAbsent(relation, _ -> new TreeSet<>()).add(column.id()));
        return new Fields(columns.stream()
                .map(column -> column.hidden() ? Set.<Source>of() : Set.of(new Source(relation, column.id())))
                .toList());
    }

    private Fields project(Project project) {
        Fields input = visit(project.getInput());
        var outputs = new ArrayList<Set<Source>>();
        for (RexNode expr : project.getProjects()) {
            if (expr instanceof RexInputRef ref) {
                outputs.add(input.sources.get(ref.getIndex()));
            } else {
                use(expr, input, project);
                outputs.add(Set.of());
            }
        }
        return new Fields(outputs);
    }

    private Fields correlate(Correlate correlate) {
        Fields left = visit(correlate.getLeft());
        correlated.put(correlate.getCorrelationId(), left);
        Fields both = concat(left, visit(correlate.getRight()));
        correlate.getRequiredColumns().forEach(column -> use(left.sources.get(column)));
        return new Fields(both.sources.subList(0, correlate.getRowType().getFieldCount()));
    }

    private Fields aggregate(Aggregate aggregate) {
        Fields input = visit(aggregate.getInput());
        aggregate.getGroupSet().forEach(key -> use(input.sources.get(key)));
        for (AggregateCall call : aggregate.getAggCallList()) {
            call.getArgList().forEach(argument -> use(input.sources.get(argument)));
            if (call.filterArg >= 0) {
                use(input.sources.get(call.filterArg));
            }
            call.getCollation().getKeys().forEach(key -> use(input.sources.get(key)));
            call.rexList.forEach(expr -> use(expr, input, aggregate));
        }
        return Fields.opaque(aggregate);
    }

    private Fields union(Union union) {
        var outputs = new ArrayList<Set<Source>>();
        for (RelNode node : union.getInputs()) {
            List<Set<Source>> fields = visit(node).sources;
            for (int i = 0; i < fields.size(); i++) {
                if (i == outputs.size()) {
                    outputs.add(new LinkedHashSet<>());
                }
                outputs.get(i).addAll(fields.get(i));
            }
        }
        return new Fields(outputs);
    }

    private static Fields concat(Fields left, Fields right) {
        var both = new ArrayList<>(left.sources);
        both.addAll(right.sources);
        return new Fields(both);
    }

    private void use(RexNode expr, Fields input, RelNode node) {
        node.getVariablesSet().forEach(id -> correlated.put(id, input));
        expr.accept(new Uses(input));
    }

    /// Uses what expressions refer to; changes nothing.
    private final class Uses extends RexShuttle {
        private final Fields input;

        Uses(Fields input) {
            this.input = input;
        }

        @Override
        public RexNode visitInputRef(RexInputRef ref) {
            use(input.sources.get(ref.getIndex()));
            return ref;
        }

        @Override
        public RexNode visitFieldAccess(RexFieldAccess access) {
            if (access.getReferenceExpr() instanceof RexCorrelVariable variable) {
                Fields outer = correlated.get(variable.id);
                if (outer == null) {
                    everything = true;
                } else {
                    use(outer.sources.get(access.getField().getIndex()));
                }
                return access;
            }
            return super.visitFieldAccess(access);
        }

        @Override
        public RexNode visitSubQuery(RexSubQuery query) {
            Fields fields = visit(query.rel);
            if (query.getKind() != SqlKind.EXISTS) {
                use(fields);
            }
            return super.visitSubQuery(query);
        }
    }
}
