package io.elanus.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.ai.spring.ElanusVectorStore;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.test.vectorstore.BaseVectorStoreTests;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;

/// Spring AI's own contract of a vector store, and what it leaves out.
class SpringAiTest extends BaseVectorStoreTests {
    @RegisterExtension
    static final Server SERVER = new Server();

    @Override
    protected void executeTest(Consumer<VectorStore> test) {
        test.accept(store("spring_contract"));
    }

    private static ElanusVectorStore store(String table) {
        ElanusVectorStore store = ElanusVectorStore.builder(SERVER.source(), new Model())
                .table(table)
                .build();
        store.afterPropertiesSet();
        return store;
    }

    @Test
    void findsTheMostSimilarThatPassTheFilter() {
        VectorStore store = store("spring_search");
        store.add(List.of(
                new Document("1", "a red fox", Map.of("year", 2020, "kind", "animal")),
                new Document("2", "a red fox jumps", Map.of("year", 2024, "kind", "animal")),
                new Document("3", "a red box", Map.of("year", 2024))));

        assertThat(ids(store, "year >= 2024 && kind == 'animal'")).containsExactly("2");
        assertThat(ids(store, "year in [2020, 2021]")).containsExactly("1");
        assertThat(ids(store, "not (kind == 'animal')")).containsExactly("3");
        assertThat(ids(store, "kind is null")).containsExactly("3");
        List<Document> all = store.similaritySearch(
                SearchRequest.builder().query("a red fox").topK(2).build());
        assertThat(all).extracting(Document::getId).startsWith("1").hasSize(2);
        assertThat(all.getFirst().getScore()).isBetween(0.999, 1.001);
        assertThat(store.similaritySearch(SearchRequest.builder()
                        .query("a red fox")
                        .similarityThreshold(0.99)
                        .build()))
                .hasSize(1);
    }

    private static List<String> ids(VectorStore store, String filter) {
        return store
                .similaritySearch(SearchRequest.builder()
                        .query("a red fox")
                        .filterExpression(filter)
                        .build())
                .stream()
                .map(Document::getId)
                .toList();
    }

    private static final class Model implements EmbeddingModel {
        @Override
        public EmbeddingResponse call(EmbeddingRequest request) {
            List<String> texts = request.getInstructions();
            return new EmbeddingResponse(IntStream.range(0, texts.size())
                    .mapToObj(i -> new Embedding(TrigramModel.embed(texts.get(i)), i))
                    .toList());
        }

        @Override
        public float[] embed(Document document) {
            return TrigramModel.embed(String.valueOf(document.getText()));
        }

        @Override
        public int dimensions() {
            return TrigramModel.DIMENSION;
        }
    }
}
