package io.elanus.springboot;

import io.elanus.ai.spring.ElanusVectorStore;
import io.micrometer.observation.ObservationRegistry;
import javax.sql.DataSource;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.Ordered;

/// Spring AI's vector store over the data source of [ElanusAutoConfiguration], or else over the application's only
/// one. It comes last, when the embedding models and other vector stores are known.
@AutoConfiguration(after = {ElanusAutoConfiguration.class, DataSourceAutoConfiguration.class})
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass({VectorStore.class, ElanusVectorStore.class, EmbeddingModel.class})
@ConditionalOnProperty(name = "spring.ai.vectorstore.type", havingValue = "elanus", matchIfMissing = true)
public final class ElanusVectorStoreAutoConfiguration {
    @Bean
    @ConditionalOnBean({EmbeddingModel.class, ElanusProperties.class})
    @ConditionalOnMissingBean(VectorStore.class)
    @Conditional(AnyDataSource.class)
    ElanusVectorStore vectorStore(
            ElanusProperties properties,
            EmbeddingModel model,
            @Qualifier(ElanusAutoConfiguration.DATA_SOURCE) ObjectProvider<DataSource> own,
            ObjectProvider<DataSource> others,
            ObjectProvider<ObservationRegistry> observations,
            ObjectProvider<BatchingStrategy> batches) {
        DataSource source = own.getIfAvailable(others::getObject);
        ElanusProperties.VectorStore store = properties.vectorStore();
        ElanusVectorStore.Builder builder = ElanusVectorStore.builder(source, model)
                .table(store.table())
                .dimension(store.dimension())
                .metric(store.metric())
                .index(store.index())
                .initializeSchema(store.initializeSchema());
        observations.ifUnique(builder::observationRegistry);
        batches.ifUnique(builder::batchingStrategy);
        return builder.build();
    }

    /// Is there a data source to use?
    static final class AnyDataSource extends AnyNestedCondition {
        AnyDataSource() {
            super(ConfigurationPhase.REGISTER_BEAN);
        }

        @ConditionalOnBean(name = ElanusAutoConfiguration.DATA_SOURCE)
        static final class Ours {}

        @ConditionalOnSingleCandidate(DataSource.class)
        static final class TheOnlyOne {}
    }
}
