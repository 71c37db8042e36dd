package io.elanus.sql.dml;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.dml.ChangePlan.MergeAction;
import io.elanus.sql.dml.TableWriter.NewRow;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Collects what a MERGE does, row by row of its query. Belongs to one run.
final class MergeRunner {
    private static final ColumnType NUMBER = ColumnType.Simple.INTEGER;

    private final ChangePlan.Merge plan;
    private final TableSchema table;
    private final ColumnRules rules;
    private final RowDefaults defaults;
    private final List<RowChange> changes = new ArrayList<>();
    private final Set<KeyBytes> met = new HashSet<>();

    /// What becomes of one row.
    sealed interface RowChange {
        /// @param columns ordinals of those that get the row's values
        record Update(KeyBytes key, List<Integer> columns, NewRow row) implements RowChange {}

        record Delete(KeyBytes key, NewRow row) implements RowChange {}

        record Insert(Literal[] row) implements RowChange {}
    }

    MergeRunner(ChangePlan.Merge plan, ColumnRules rules, RowDefaults defaults) {
        this.plan = plan;
        this.table = plan.table();
        this.rules = rules;
        this.defaults = defaults;
    }

    List<RowChange> changes() {
        return changes;
    }

    void add(VectorSchemaRoot batch) {
        for (int row = 0; row < batch.getRowCount(); row++) {
            int action = (int) Literals.read(batch.getVector(1), row, NUMBER).getInt64();
            if (action > 0) {
                add(plan.actions().get(action - 1), batch, row);
            }
        }
    }

    private void add(MergeAction action, VectorSchemaRoot batch, int row) {
        switch (action.kind()) {
            case NOTHING -> {}
            case UPDATE -> {
                var values = new ArrayList<Literal>();
                for (int i = 0; i < action.columns().size(); i++) {
                    values.add(value(action, i, batch, row));
                }
                changes.add(
                        new RowChange.Update(once(batch, row), action.columns(), new NewRow(values, read(batch, row))));
            }
            case DELETE -> changes.add(new RowChange.Delete(once(batch, row), new NewRow(List.of(), read(batch, row))));
            case INSERT -> {
                Literal[] fresh = new Literal[table.columns().size()];
                for (int i = 0; i < action.columns().size(); i++) {
                    fresh[action.columns().get(i)] = value(action, i, batch, row);
                }
                changes.add(new RowChange.Insert(defaults.filled(fresh)));
            }
        }
    }

    private Literal value(MergeAction action, int number, VectorSchemaRoot batch, int row) {
        Column column = table.columns().get(action.columns().get(number));
        int place = action.places().get(number);
        if (place == MergeAction.DEFAULT) {
            return defaults.checked(RowDefaults.of(column), column);
        }
        ColumnType type = plan.rows().columns().get(place).type();
        Literal literal = Literals.read(batch.getVector(place), row, type);
        return literal.hasNull()
                ? defaults.checked(literal, column)
                : rules.convert(Literals.value(literal, type), column);
    }

    private List<Literal> read(VectorSchemaRoot batch, int row) {
        var read = new ArrayList<Literal>();
        int at = plan.rows().columns().size() - plan.read().size();
        for (int ordinal : plan.read()) {
            read.add(Literals.read(
                    batch.getVector(at++), row, table.columns().get(ordinal).type()));
        }
        return read;
    }

    /// The key of the table's row, which no row of the source before may have met.
    private KeyBytes once(VectorSchemaRoot batch, int row) {
        ColumnType type = table.keyColumn().type();
        KeyBytes key = KeyBytes.of(Literals.read(batch.getVector(0), row, type), type);
        if (!met.add(key)) {
            throw new QueryException(
                    ErrorCode.TOO_MANY_ROWS,
                    "Two rows of the source match one row of table [%s], and each would change it."
                            .formatted(table.name()),
                    "Make the source give each row once, with GROUP BY or DISTINCT ON.");
        }
        return key;
    }
}
