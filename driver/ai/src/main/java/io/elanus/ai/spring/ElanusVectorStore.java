package io.elanus.ai.spring;

import io.elanus.ai.Condition;
import io.elanus.ai.DocumentTable;
import io.elanus.ai.Metric;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.document.Document;
import org.springframework.ai.document.DocumentMetadata;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.vectorstore.AbstractVectorStoreBuilder;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.observation.AbstractObservationVectorStore;
import org.springframework.ai.vectorstore.observation.VectorStoreObservationContext;
import org.springframework.beans.factory.InitializingBean;

/// Spring AI's vector store in a table of Elanus.
///
/// ```java
/// @Bean
/// VectorStore store(DataSource dataSource, EmbeddingModel model) {
///     return ElanusVectorStore.builder(dataSource, model).table("articles").build();
/// }
/// ```
///
/// The table and its index are created when the bean is initialised. Scores are the metric's similarities: cosines,
/// unless the builder says otherwise. Thread safe as the `DataSource` is.
public final class ElanusVectorStore extends AbstractObservationVectorStore implements InitializingBean {
    private final DocumentTable table;
    private final String name;
    private final int dimension;
    private final Metric metric;
    private final boolean creates;

    private ElanusVectorStore(Builder builder) {
        super(builder);
        this.name = builder.table;
        this.dimension = builder.dimension > 0 ? builder.dimension : embeddingModel.dimensions();
        this.metric = builder.metric;
        this.creates = builder.creates;
        this.table = new DocumentTable(builder.source, name, dimension, metric, builder.index);
    }

    public static Builder builder(DataSource source, EmbeddingModel model) {
        return new Builder(source, model);
    }

    /// What a store is made of.
    public static final class Builder extends AbstractVectorStoreBuilder<Builder> {
        private final DataSource source;
        private String table = "vector_store";
        private int dimension;
        private Metric metric = Metric.COSINE;
        private String index = "";
        private boolean creates = true;

        private Builder(DataSource source, EmbeddingModel model) {
            super(model);
            this.source = source;
        }

        /// Plain, or schema.name. The default is `vector_store`.
        public Builder table(String name) {
            this.table = name;
            return this;
        }

        /// Of the embeddings. The default is what the model says, for which some ask their server.
        public Builder dimension(int count) {
            this.dimension = count;
            return this;
        }

        /// By which documents are compared. The default is the cosine.
        public Builder metric(Metric by) {
            this.metric = by;
            return this;
        }

        /// Kind of the index: `hnsw`, `ivf_rabitq`, `diskann` …, or `none`. The default is the database's.
        public Builder index(String kind) {
            this.index = kind;
            return this;
        }

        /// Are the table and its index created where they are missing? That is the default.
        public Builder initializeSchema(boolean create) {
            this.creates = create;
            return this;
        }

        @Override
        public ElanusVectorStore build() {
            return new ElanusVectorStore(this);
        }
    }

    @Override
    public void afterPropertiesSet() {
        if (creates) {
            table.create();
        }
    }

    @Override
    public void doAdd(List<Document> documents) {
        List<float[]> embeddings =
                embeddingModel.embed(documents, EmbeddingOptions.builder().build(), batchingStrategy);
        List<io.elanus.ai.Document> rows = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            Document document = documents.get(i);
            rows.add(new io.elanus.ai.Document(
                    document.getId(), embeddings.get(i), document.getText(), document.getMetadata()));
        }
        table.put(rows);
    }

    @Override
    public void doDelete(List<String> ids) {
        table.delete(ids);
    }

    @Override
    protected void doDelete(Filter.Expression filter) {
        table.delete(Expressions.condition(filter));
    }

    @Override
    public List<Document> doSimilaritySearch(SearchRequest request) {
        Filter.@Nullable Expression filter = request.getFilterExpression();
        Condition condition = filter == null ? Condition.ALL : Expressions.condition(filter);
        double threshold = request.getSimilarityThreshold();
        double least = threshold == SearchRequest.SIMILARITY_THRESHOLD_ACCEPT_ALL ? -Double.MAX_VALUE : threshold;
        List<Document> found = new ArrayList<>();
        for (io.elanus.ai.Document.Match match :
                table.search(embeddingModel.embed(request.getQuery()), request.getTopK(), least, condition)) {
            found.add(document(match));
        }
        return found;
    }

    private Document document(io.elanus.ai.Document.Match match) {
        Map<String, Object> metadata = new HashMap<>(match.document().metadata());
        metadata.put(DocumentMetadata.DISTANCE.value(), metric.distance(match.similarity()));
        return Document.builder()
                .id(match.document().id())
                .text(match.document().content())
                .metadata(metadata)
                .score(match.similarity())
                .build();
    }

    @Override
    public VectorStoreObservationContext.Builder createObservationContextBuilder(String operation) {
        return VectorStoreObservationContext.builder("elanus", operation)
                .collectionName(name)
                .dimensions(dimension)
                .similarityMetric(metric.name().toLowerCase(Locale.ROOT));
    }
}
