package io.elanus.sql.plan.rel;

import io.elanus.sql.type.Types;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The parameters of a statement while it is planned: what type each `?` has turned out to need, and the session
/// values and the values of subqueries that follow them.
public final class Parameters {
    private final @Nullable ColumnType[] types;
    private final List<SessionValue> sessionValues = new ArrayList<>();
    private final List<ColumnType> subQueries = new ArrayList<>();

    public Parameters(int count) {
        this.types = new ColumnType[count];
    }

    /// A `?`; the first type it is asked for stays.
    public Expr.Parameter parameter(int index, ColumnType type) {
        if (index >= firstSubQuery()) {
            return new Expr.Parameter(index, subQueries.get(index - firstSubQuery()));
        }
        ColumnType known = types[index];
        if (known == null) {
            types[index] = type;
            known = type;
        }
        return new Expr.Parameter(index, known);
    }

    Expr.Parameter sessionValue(SessionValue value) {
        int at = sessionValues.indexOf(value);
        if (at < 0) {
            at = sessionValues.size();
            sessionValues.add(value);
        }
        return new Expr.Parameter(types.length + at, value.type());
    }

    /// A parameter whose value a subquery will give.
    int subQuery(ColumnType type) {
        subQueries.add(type);
        return firstSubQuery() + subQueries.size() - 1;
    }

    /// Behind every session value there may be.
    private int firstSubQuery() {
        return types.length + SessionValue.values().length;
    }

    /// Types of the `?`; one that is never used is text.
    public List<ColumnType> types() {
        var known = new ArrayList<ColumnType>();
        Arrays.stream(types).forEach(type -> known.add(type == null ? Types.TEXT : type));
        return List.copyOf(known);
    }

    public List<SessionValue> sessionValues() {
        return List.copyOf(sessionValues);
    }
}
