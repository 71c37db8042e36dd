package io.elanus.sql.plan;

import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/// An output column of a plan node.
public record PlanColumn(String name, ColumnType type) {
    public static Schema schema(List<PlanColumn> columns) {
        return new Schema(columns.stream()
                .map(column -> ArrowTypes.field(column.name(), column.type()))
                .toList());
    }

    public static List<PlanColumn> concat(List<PlanColumn> left, List<PlanColumn> right) {
        var columns = new ArrayList<>(left);
        columns.addAll(right);
        return List.copyOf(columns);
    }

    /// A reference to each of the columns.
    public static List<Expr> inputs(List<PlanColumn> columns) {
        var inputs = new ArrayList<Expr>();
        for (PlanColumn column : columns) {
            inputs.add(new Expr.Input(inputs.size(), column.type()));
        }
        return List.copyOf(inputs);
    }
}
