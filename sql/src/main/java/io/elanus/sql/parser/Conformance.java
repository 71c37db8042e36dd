package io.elanus.sql.parser;

import org.apache.calcite.sql.validate.SqlConformanceEnum;
import org.apache.calcite.sql.validate.SqlDelegatingConformance;

/// As lenient as Calcite knows, except where leniency would hide a mistake: a column that is neither grouped nor
/// aggregated, and a misspelt column that would be taken for its own alias.
public final class Conformance extends SqlDelegatingConformance {
    public static final Conformance INSTANCE = new Conformance();

    private Conformance() {
        super(SqlConformanceEnum.BABEL);
    }

    @Override
    public boolean isNonStrictGroupBy() {
        return false;
    }

    @Override
    public SelectAliasLookup isSelectAlias() {
        return SelectAliasLookup.UNSUPPORTED;
    }
}
