package io.elanus.hibernate;

import jakarta.persistence.GenerationType;
import org.hibernate.boot.Metadata;
import org.hibernate.boot.model.FunctionContributions;
import org.hibernate.boot.model.TypeContributions;
import org.hibernate.boot.model.relational.SqlStringGenerationContext;
import org.hibernate.dialect.DatabaseVersion;
import org.hibernate.dialect.PostgreSQLDialect;
import org.hibernate.dialect.lock.internal.NoLockingSupport;
import org.hibernate.dialect.lock.spi.LockingSupport;
import org.hibernate.dialect.sequence.NoSequenceSupport;
import org.hibernate.dialect.sequence.SequenceSupport;
import org.hibernate.engine.jdbc.dialect.spi.DialectResolutionInfo;
import org.hibernate.mapping.ForeignKey;
import org.hibernate.query.sqm.produce.function.FunctionParameterType;
import org.hibernate.query.sqm.produce.function.StandardFunctionArgumentTypeResolvers;
import org.hibernate.service.ServiceRegistry;
import org.hibernate.tool.schema.spi.Exporter;
import org.hibernate.type.BasicType;
import org.hibernate.type.SqlTypes;
import org.hibernate.type.StandardBasicTypes;
import org.hibernate.type.descriptor.jdbc.JdbcType;
import org.jspecify.annotations.Nullable;

/// The SQL that Hibernate writes for Elanus: PostgreSQL's, without what there is none of here (sequences, row locks,
/// foreign keys, comments), and with vectors.
public class ElanusDialect extends PostgreSQLDialect {
    /// The PostgreSQL whose dialect is followed.
    private static final DatabaseVersion FOLLOWED = DatabaseVersion.make(15);

    private static final int[] VECTORS = {SqlTypes.VECTOR, SqlTypes.VECTOR_FLOAT32};

    public ElanusDialect() {
        super(FOLLOWED);
    }

    /// @param info what the connection said; the version it names is not PostgreSQL's
    public ElanusDialect(DialectResolutionInfo info) {
        super(FOLLOWED);
    }

    @Override
    public DatabaseVersion determineDatabaseVersion(DialectResolutionInfo info) {
        return FOLLOWED;
    }

    @Override
    protected void registerColumnTypes(TypeContributions types, ServiceRegistry services) {
        super.registerColumnTypes(types, services);
        var registry = types.getTypeConfiguration().getDdlTypeRegistry();
        for (int code : VECTORS) {
            registry.addDescriptor(new VectorDdlType(code, this));
        }
    }

    @Override
    public void contributeTypes(TypeContributions types, ServiceRegistry services) {
        super.contributeTypes(types, services);
        var registry = types.getTypeConfiguration().getJdbcTypeRegistry();
        JdbcType element = registry.getDescriptor(SqlTypes.FLOAT);
        for (int code : VECTORS) {
            registry.addDescriptor(code, new VectorJdbcType(code, element));
        }
    }

    @Override
    public void initializeFunctionRegistry(FunctionContributions functions) {
        super.initializeFunctionRegistry(functions);
        distance(functions, "cosine_distance", "(?1 <=> ?2)");
        distance(functions, "l2_distance", "(?1 <-> ?2)");
        distance(functions, "euclidean_distance", "(?1 <-> ?2)");
        distance(functions, "l1_distance", "(?1 <+> ?2)");
        distance(functions, "taxicab_distance", "(?1 <+> ?2)");
        distance(functions, "negative_inner_product", "(?1 <#> ?2)");
        distance(functions, "inner_product", "inner_product(?1, ?2)");
    }

    /// The operands have one type, so that a parameter is bound as the column beside it.
    private static void distance(FunctionContributions functions, String name, String pattern) {
        BasicType<Double> number =
                functions.getTypeConfiguration().getBasicTypeRegistry().resolve(StandardBasicTypes.DOUBLE);
        functions
                .getFunctionRegistry()
                .patternDescriptorBuilder(name, pattern)
                .setInvariantType(number)
                .setExactArgumentCount(2)
                .setParameterTypes(FunctionParameterType.ANY, FunctionParameterType.ANY)
                .setArgumentTypeResolver(StandardFunctionArgumentTypeResolvers.ARGUMENT_OR_IMPLIED_RESULT_TYPE)
                .register();
    }

    @Override
    public SequenceSupport getSequenceSupport() {
        return NoSequenceSupport.INSTANCE;
    }

    @Override
    public @Nullable String getQuerySequencesString() {
        return null;
    }

    @Override
    public GenerationType getNativeValueGenerationStrategy() {
        return GenerationType.IDENTITY;
    }

    @Override
    public LockingSupport getLockingSupport() {
        return NoLockingSupport.NO_LOCKING_SUPPORT;
    }

    @Override
    public boolean supportsCommentOn() {
        return false;
    }

    @Override
    public boolean supportsUserDefinedTypes() {
        return false;
    }

    @Override
    public boolean dropConstraints() {
        return false;
    }

    @Override
    public Exporter<ForeignKey> getForeignKeyExporter() {
        return new Exporter<>() {
            @Override
            public String[] getSqlCreateStrings(ForeignKey key, Metadata metadata, SqlStringGenerationContext context) {
                return NO_COMMANDS;
            }

            @Override
            public String[] getSqlDropStrings(ForeignKey key, Metadata metadata, SqlStringGenerationContext context) {
                return NO_COMMANDS;
            }
        };
    }
}
