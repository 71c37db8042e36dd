package io.elanus.hibernate;

import org.hibernate.dialect.Dialect;
import org.hibernate.engine.jdbc.Size;
import org.hibernate.type.Type;
import org.hibernate.type.descriptor.sql.internal.DdlTypeImpl;
import org.hibernate.type.descriptor.sql.spi.DdlTypeRegistry;

/// `vector(n)`, its dimension from `@Array(length = n)` or the length of the column.
final class VectorDdlType extends DdlTypeImpl {
    private static final long serialVersionUID = 1L;

    VectorDdlType(int code, Dialect dialect) {
        super(code, "vector($l)", "vector", dialect);
    }

    @Override
    public String getTypeName(Size size, Type type, DdlTypeRegistry registry) {
        Integer dimension = size.getArrayLength();
        Long length = dimension == null ? size.getLength() : Long.valueOf(dimension);
        if (length == null) {
            throw new IllegalArgumentException(
                    "A vector column needs a dimension: annotate the attribute with @Array(length = …)");
        }
        return getTypeName(length, null, null);
    }
}
