package io.elanus.sql.type;

import io.elanus.storage.type.ColumnType;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.type.ArraySqlType;

/// VECTOR(n, element) in the validator. It belongs to the ARRAY family, so functions over arrays take it, and it
/// carries what an array type cannot: dimension and element. Dimension 0 stands for any.
public final class VectorSqlType extends ArraySqlType {
    private final int dimension;
    private final String element;

    VectorSqlType(RelDataType component, int dimension, String element, boolean nullable) {
        super(component, nullable);
        this.dimension = dimension;
        this.element = element;
        computeDigest();
    }

    public int dimension() {
        return dimension;
    }

    public String element() {
        return element;
    }

    /// The column type; only for a known dimension.
    public ColumnType.Vector columnType() {
        return new ColumnType.Vector(dimension, io.elanus.storage.type.VectorElement.valueOf(element));
    }

    VectorSqlType withNullability(boolean nullable) {
        return nullable == isNullable() ? this : new VectorSqlType(getComponentType(), dimension, element, nullable);
    }

    @Override
    public int getPrecision() {
        return dimension;
    }

    @Override
    @SuppressWarnings("NullAway") // The parent's constructor computes the digest before our fields are set.
    protected void generateTypeString(StringBuilder sb, boolean withDetail) {
        sb.append("VECTOR");
        if (element != null && dimension > 0) {
            sb.append('(').append(dimension);
            if (!element.equals("FLOAT32")) {
                sb.append(", ").append(element);
            }
            sb.append(')');
        }
    }
}
