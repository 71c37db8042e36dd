package io.elanus.ai.langchain4j;

import static dev.langchain4j.internal.ValidationUtils.ensureNotBlank;
import static dev.langchain4j.internal.ValidationUtils.ensureNotEmpty;
import static dev.langchain4j.internal.ValidationUtils.ensureNotNull;

import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.EmbeddingSearchResult;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.RelevanceScore;
import dev.langchain4j.store.embedding.filter.Filter;
import io.elanus.ai.Condition;
import io.elanus.ai.Document;
import io.elanus.ai.DocumentTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Text segments in a table of Elanus.
///
/// ```java
/// var store = ElanusEmbeddingStore.create(dataSource, "articles", model.dimension());
/// store.add(model.embed(segment).content(), segment);
/// ```
///
/// Scores are LangChain4j's relevance: (1 + cosine) / 2. Thread safe as the `DataSource` is.
public final class ElanusEmbeddingStore implements EmbeddingStore<TextSegment> {
    private final DocumentTable table;

    private ElanusEmbeddingStore(DocumentTable table) {
        this.table = table;
    }

    /// A store over this table, which is created if it is missing.
    ///
    /// @param dimension of the model's embeddings
    public static ElanusEmbeddingStore create(DataSource source, String table, int dimension) {
        var documents = new DocumentTable(source, table, dimension);
        documents.create();
        return new ElanusEmbeddingStore(documents);
    }

    @Override
    public String add(Embedding embedding) {
        return addAll(List.of(embedding)).get(0);
    }

    @Override
    public void add(String id, Embedding embedding) {
        addAll(List.of(id), List.of(embedding), null);
    }

    @Override
    public String add(Embedding embedding, TextSegment segment) {
        return addAll(List.of(embedding), List.of(segment)).get(0);
    }

    @Override
    public List<String> addAll(List<Embedding> embeddings) {
        List<String> ids = generateIds(embeddings.size());
        addAll(ids, embeddings, null);
        return ids;
    }

    /// @param segments one for each embedding, or null for embeddings without text
    @Override
    public void addAll(List<String> ids, List<Embedding> embeddings, @Nullable List<TextSegment> segments) {
        if (ids.size() != embeddings.size() || segments != null && segments.size() != ids.size()) {
            throw new IllegalArgumentException("There are [" + ids.size() + "] ids, [" + embeddings.size()
                    + "] embeddings and [" + (segments == null ? 0 : segments.size()) + "] segments.");
        }
        List<Document> documents = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            TextSegment segment = segments == null ? null : segments.get(i);
            Map<String, Object> metadata =
                    segment == null ? Map.of() : segment.metadata().toMap();
            documents.add(new Document(
                    ids.get(i), embeddings.get(i).vector(), segment == null ? null : segment.text(), metadata));
        }
        table.put(documents);
    }

    @Override
    public void remove(String id) {
        ensureNotBlank(id, "id");
        table.delete(List.of(id));
    }

    @Override
    public void removeAll(Collection<String> ids) {
        ensureNotEmpty(ids, "ids");
        table.delete(ids);
    }

    @Override
    public void removeAll(Filter filter) {
        ensureNotNull(filter, "filter");
        table.delete(Filters.condition(filter));
    }

    @Override
    public void removeAll() {
        table.delete(Condition.ALL);
    }

    @Override
    public EmbeddingSearchResult<TextSegment> search(EmbeddingSearchRequest request) {
        Condition condition = request.filter() == null ? Condition.ALL : Filters.condition(request.filter());
        double least = 2 * request.minScore() - 1;
        List<EmbeddingMatch<TextSegment>> matches = new ArrayList<>();
        for (Document.Match match :
                table.search(request.queryEmbedding().vector(), request.maxResults(), least, condition)) {
            matches.add(match(match));
        }
        return new EmbeddingSearchResult<>(matches);
    }

    private static EmbeddingMatch<TextSegment> match(Document.Match match) {
        Document document = match.document();
        TextSegment segment = document.content() == null
                ? null
                : TextSegment.from(document.content(), Metadata.from(document.metadata()));
        return new EmbeddingMatch<>(
                RelevanceScore.fromCosineSimilarity(match.similarity()),
                document.id(),
                Embedding.from(document.embedding()),
                segment);
    }
}
