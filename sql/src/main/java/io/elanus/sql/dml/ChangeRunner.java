package io.elanus.sql.dml;

import io.elanus.cluster.proxy.TableAccess;
import io.elanus.proto.grpc.IndexSchema;
import io.elanus.proto.grpc.Literal;
import io.elanus.sql.dml.ChangePlan.Cell;
import io.elanus.sql.dml.ChangePlan.OnConflict;
import io.elanus.sql.dml.ChangePlan.SetClause;
import io.elanus.sql.dml.ChangePlan.Source;
import io.elanus.sql.dml.MergeRunner.RowChange;
import io.elanus.sql.dml.RowExpressions.Assignments;
import io.elanus.sql.dml.TableWriter.NewRow;
import io.elanus.sql.exec.Executor;
import io.elanus.sql.exec.QueryContext;
import io.elanus.sql.exec.RowSource;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.rel.PlannedQuery;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Runs a planned change. Belongs to one run.
public final class ChangeRunner implements AutoCloseable {
    /// Keys that one locked change holds at a time.
    private static final int KEYS_PER_CHANGE = 1_000;

    private final TableAccess tables;
    private final Executor executor;
    private final ChangePlan plan;
    private final TableSchema table;
    private final QueryContext context;
    private final ColumnRules rules;
    private final RowDefaults defaults;
    private final AnswerRows answered;
    private final BoundGuard guard;
    private final TableWriter writer;

    /// @param context whose read point is a fresh strong timestamp
    public ChangeRunner(
            TableAccess tables, Executor executor, ChangePlan plan, List<IndexSchema> indexes, QueryContext context) {
        this.tables = tables;
        this.executor = executor;
        this.plan = plan;
        this.table = plan.table();
        this.context = context;
        this.rules = new ColumnRules(table, indexes);
        this.defaults = new RowDefaults(table, rules);
        var expressions = new RowExpressions(table, context.allocator());
        this.answered = new AnswerRows(expressions, plan.answer(), context.parameters());
        this.guard = new BoundGuard(plan.given().guard(), table, context.parameters(), context.allocator());
        this.writer = new TableWriter(this.tables, table, context, guard, answered::add);
    }

    /// What RETURNING asked for, in memory of `allocator`; owned by the caller.
    public List<VectorSchemaRoot> takeAnswer(BufferAllocator allocator) {
        return answered.take(allocator);
    }

    @Override
    public void close() {
        answered.close();
    }

    /// Timestamp of the last write; 0 when nothing was written.
    public long timestamp() {
        return writer.timestamp();
    }

    /// Runs once, with the context's parameters.
    public long run() {
        return switch (plan) {
            case ChangePlan.Insert insert -> insert(insert);
            case ChangePlan.Update update -> update(update);
            case ChangePlan.UpdateFrom update -> updateFrom(update);
            case ChangePlan.Delete delete -> delete(delete);
            case ChangePlan.Merge merge -> merge(merge);
        };
    }

    /// Runs an INSERT of literals and parameters once for each row of parameters, as one batch.
    ///
    /// @param parameterRows of the types that the plan names
    public long runBatch(ChangePlan.Insert insert, List<List<Literal>> parameterRows) {
        var rows = new ArrayList<Literal[]>();
        if (insert.source() instanceof Source.Rows(List<List<Cell>> cells)) {
            for (List<Literal> parameters : parameterRows) {
                for (List<Cell> row : cells) {
                    rows.add(row(row, insert, parameters));
                }
            }
        }
        return write(insert, rows);
    }

    private long insert(ChangePlan.Insert insert) {
        return switch (insert.source()) {
            case Source.Rows(List<List<Cell>> cells) -> {
                var rows = new ArrayList<Literal[]>(cells.size());
                for (List<Cell> row : cells) {
                    rows.add(row(row, insert, context.parameters()));
                }
                yield write(insert, rows);
            }
            case Source.Queries(List<PlannedQuery> queries) -> {
                if (queries.size() > 1) {
                    var rows = new ArrayList<Literal[]>();
                    queries.forEach(query -> read(query, batch -> rows.addAll(rows(batch, query, insert))));
                    yield write(insert, rows);
                }
                yield insertSelect(insert, queries.getFirst());
            }
        };
    }

    private long insertSelect(ChangePlan.Insert insert, PlannedQuery query) {
        var pending = new ArrayList<Literal[]>();
        var written = new long[1];
        read(query, batch -> {
            pending.addAll(rows(batch, query, insert));
            if (pending.size() >= TableWriter.ROWS_PER_WRITE) {
                written[0] += write(insert, pending);
                pending.clear();
            }
        });
        return written[0] + (pending.isEmpty() ? 0 : write(insert, pending));
    }

    private long write(ChangePlan.Insert insert, List<Literal[]> rows) {
        boolean keysAreNew = freshKeys(rows);
        writer.generateKeys(rows);
        for (Literal[] row : rows) {
            rules.check(row[table.ordinal(table.keyColumnId())], table.keyColumn());
        }
        guard.checkInserted(rows);
        if (keysAreNew) {
            return writer.appendNew(rows);
        }
        return switch (insert.onConflict()) {
            case OnConflict.Fail _ -> writer.insert(rows);
            case OnConflict.Nothing _ -> writer.insertMissing(rows);
            case OnConflict.Replace _ -> writer.upsert(rows);
            case OnConflict.Update(SetClause set) -> writer.insertOrUpdate(rows, assignments(set));
        };
    }

    /// Will every row get a key that was never handed out before?
    private boolean freshKeys(List<Literal[]> rows) {
        int key = table.ordinal(table.keyColumnId());
        return table.keyColumn().generated() && rows.stream().allMatch(row -> row[key].hasNull());
    }

    private Literal[] row(List<Cell> cells, ChangePlan.Insert insert, List<Literal> parameters) {
        Literal[] row = new Literal[table.columns().size()];
        for (int i = 0; i < cells.size(); i++) {
            int ordinal = insert.targets().get(i);
            Column column = table.columns().get(ordinal);
            Literal value = switch (cells.get(i)) {
                case Cell.Constant(Literal constant) -> constant;
                case Cell.Parameter(int index) -> parameters.get(index);
                case Cell.Default _ -> RowDefaults.of(column);
            };
            row[ordinal] = defaults.checked(value, column);
        }
        return defaults.filled(row);
    }

    private List<Literal[]> rows(VectorSchemaRoot batch, PlannedQuery query, ChangePlan.Insert insert) {
        var rows = new ArrayList<Literal[]>();
        for (int r = 0; r < batch.getRowCount(); r++) {
            rows.add(new Literal[table.columns().size()]);
        }
        for (int i = 0; i < insert.targets().size(); i++) {
            int ordinal = insert.targets().get(i);
            Column column = table.columns().get(ordinal);
            ColumnType type = query.columns().get(i).type();
            for (int r = 0; r < rows.size(); r++) {
                Literal literal = Literals.read(batch.getVector(i), r, type);
                boolean asIs = type.equals(column.type()) || literal.hasNull();
                rows.get(r)[ordinal] =
                        asIs ? defaults.checked(literal, column) : rules.convert(Literals.value(literal, type), column);
            }
        }
        rows.forEach(defaults::filled);
        return rows;
    }

    private Assignments assignments(SetClause set) {
        List<Literal> parameters = context.parameters();
        return new Assignments(
                set.columns(),
                set.values().stream().map(value -> value.bind(parameters)).toList(),
                set.where().map(where -> where.bind(parameters)),
                rules);
    }

    private long update(ChangePlan.Update update) {
        Assignments assignments = assignments(update.set());
        return forKeys(update.keys(), keys -> writer.update(keys, assignments));
    }

    private long delete(ChangePlan.Delete delete) {
        Optional<Expr> where = delete.where().map(expr -> expr.bind(context.parameters()));
        return forKeys(delete.keys(), keys -> writer.delete(keys, where));
    }

    /// All rows are read before the first change.
    private long merge(ChangePlan.Merge merge) {
        var run = new MergeRunner(merge, rules, defaults);
        read(merge.rows(), run::add);
        List<RowChange> changes = run.changes();
        var fresh = new ArrayList<Literal[]>();
        for (RowChange change : changes) {
            if (change instanceof RowChange.Insert(Literal[] row)) {
                fresh.add(row);
            }
        }
        writer.generateKeys(fresh);
        for (Literal[] row : fresh) {
            rules.check(row[table.ordinal(table.keyColumnId())], table.keyColumn());
        }
        writer.distinctKeys(fresh);
        guard.checkInserted(fresh);
        long changed = 0;
        for (int from = 0; from < changes.size(); from += KEYS_PER_CHANGE) {
            context.check();
            changed +=
                    writer.merge(changes.subList(from, Math.min(from + KEYS_PER_CHANGE, changes.size())), merge.read());
        }
        return changed;
    }

    private interface KeyChange {
        long apply(List<byte[]> keys);
    }

    /// All keys are read before the first change, so that no row is met twice.
    private long forKeys(PlannedQuery query, KeyChange change) {
        var met = new LinkedHashSet<KeyBytes>();
        ColumnType type = table.keyColumn().type();
        read(query, batch -> {
            for (int r = 0; r < batch.getRowCount(); r++) {
                met.add(KeyBytes.of(Literals.read(batch.getVector(0), r, type), type));
            }
        });
        List<byte[]> keys = met.stream().map(KeyBytes::bytes).toList();
        long changed = 0;
        for (int from = 0; from < keys.size(); from += KEYS_PER_CHANGE) {
            context.check();
            changed += change.apply(keys.subList(from, Math.min(from + KEYS_PER_CHANGE, keys.size())));
        }
        return changed;
    }

    /// Of several rows of the query for one key the first counts.
    private long updateFrom(ChangePlan.UpdateFrom update) {
        var rows = new LinkedHashMap<KeyBytes, NewRow>();
        ColumnType keyType = table.keyColumn().type();
        read(update.rows(), batch -> {
            for (int r = 0; r < batch.getRowCount(); r++) {
                KeyBytes key = KeyBytes.of(Literals.read(batch.getVector(0), r, keyType), keyType);
                if (!rows.containsKey(key)) {
                    rows.put(key, newRow(update, batch, r));
                }
            }
        });
        long changed = 0;
        var part = new LinkedHashMap<KeyBytes, NewRow>();
        for (var row : rows.entrySet()) {
            part.put(row.getKey(), row.getValue());
            if (part.size() == KEYS_PER_CHANGE) {
                context.check();
                changed += writer.replace(part, update.columns(), update.read());
                part.clear();
            }
        }
        return changed + writer.replace(part, update.columns(), update.read());
    }

    private NewRow newRow(ChangePlan.UpdateFrom update, VectorSchemaRoot batch, int row) {
        var values = new ArrayList<Literal>();
        int at = 1;
        for (int ordinal : update.columns()) {
            ColumnType type = update.rows().columns().get(at).type();
            Literal literal = Literals.read(batch.getVector(at), row, type);
            values.add(
                    rules.convert(Literals.value(literal, type), table.columns().get(ordinal)));
            at++;
        }
        var read = new ArrayList<Literal>();
        for (int ordinal : update.read()) {
            read.add(Literals.read(
                    batch.getVector(at), row, table.columns().get(ordinal).type()));
            at++;
        }
        return new NewRow(values, read);
    }

    private void read(PlannedQuery query, Consumer<VectorSchemaRoot> consumer) {
        Plan readable = query.plan();
        try (RowSource rows = executor.run(readable, context)) {
            for (VectorSchemaRoot batch = rows.next(); batch != null; batch = rows.next()) {
                try (VectorSchemaRoot owned = batch) {
                    consumer.accept(owned);
                }
            }
        }
    }
}
