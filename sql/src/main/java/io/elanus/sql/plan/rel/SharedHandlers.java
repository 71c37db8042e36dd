package io.elanus.sql.plan.rel;

import org.apache.calcite.plan.RelOptPredicateList;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.metadata.DefaultRelMetadataProvider;
import org.apache.calcite.rel.metadata.MetadataHandler;
import org.apache.calcite.rel.metadata.MetadataHandlerProvider;
import org.apache.calcite.rel.metadata.ProxyingMetadataHandlerProvider;
import org.apache.calcite.rel.metadata.RelMetadataQuery;
import org.apache.calcite.util.ImmutableBitSet;
import org.jspecify.annotations.Nullable;

/// Metadata of Calcite's nodes by reflection: no classes are generated for it. What answers a kind of metadata
/// keeps nothing of a query, so all queries share it; a query for metadata, of which the planner makes one after
/// every rule, costs next to nothing.
final class SharedHandlers implements MetadataHandlerProvider {
    static final SharedHandlers INSTANCE = new SharedHandlers();

    private final ProxyingMetadataHandlerProvider made =
            new ProxyingMetadataHandlerProvider(DefaultRelMetadataProvider.INSTANCE);

    private final ClassValue<MetadataHandler<?>> handlers = new ClassValue<>() {
        @Override
        @SuppressWarnings({"unchecked", "rawtypes"}) // a ClassValue does not know the kind of its classes
        protected MetadataHandler<?> computeValue(Class<?> kind) {
            return made.handler((Class) kind);
        }
    };

    private SharedHandlers() {}

    @Override
    public <H extends MetadataHandler<?>> H handler(Class<H> kind) {
        return kind.cast(handlers.get(kind));
    }

    RelMetadataQuery query() {
        return new Query(this);
    }

    /// Metadata of a node asks for that of its inputs, some of them several times.
    private static final class Query extends RelMetadataQuery {
        Query(MetadataHandlerProvider handlers) {
            super(handlers);
        }

        @Override
        public @Nullable Boolean areColumnsUnique(RelNode rel, ImmutableBitSet columns, boolean ignoreNulls) {
            Interruption.check();
            return super.areColumnsUnique(rel, columns, ignoreNulls);
        }

        @Override
        public RelOptPredicateList getPulledUpPredicates(RelNode rel) {
            Interruption.check();
            return super.getPulledUpPredicates(rel);
        }
    }
}
