package io.elanus.clients;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import io.elanus.ai.langchain4j.ElanusEmbeddingStore;
import java.util.List;

/// What LangChain4j's contract tests run against.
final class LangChainStore {
    private LangChainStore() {}

    static ElanusEmbeddingStore open(Server server, String table) {
        return ElanusEmbeddingStore.create(server.source(), table, TrigramModel.DIMENSION);
    }

    static EmbeddingModel model() {
        return new EmbeddingModel() {
            @Override
            public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
                return Response.from(segments.stream()
                        .map(segment -> Embedding.from(TrigramModel.embed(segment.text())))
                        .toList());
            }
        };
    }
}
