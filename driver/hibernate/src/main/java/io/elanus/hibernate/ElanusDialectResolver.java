package io.elanus.hibernate;

import org.hibernate.dialect.Dialect;
import org.hibernate.engine.jdbc.dialect.spi.DialectResolutionInfo;
import org.hibernate.engine.jdbc.dialect.spi.DialectResolver;
import org.jspecify.annotations.Nullable;

/// Recognises the database by the name it gives itself.
public final class ElanusDialectResolver implements DialectResolver {
    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable Dialect resolveDialect(DialectResolutionInfo info) {
        return "Elanus".equals(info.getDatabaseName()) ? new ElanusDialect(info) : null;
    }
}
