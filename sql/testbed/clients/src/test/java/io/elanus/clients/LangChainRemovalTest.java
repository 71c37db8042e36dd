package io.elanus.clients;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.EmbeddingStoreWithRemovalIT;
import io.elanus.ai.langchain4j.ElanusEmbeddingStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/// LangChain4j's own contract of removing by id, by filter, and everything.
class LangChainRemovalTest extends EmbeddingStoreWithRemovalIT {
    @RegisterExtension
    static final Server SERVER = new Server();

    private @Nullable ElanusEmbeddingStore store;

    @Override
    protected EmbeddingStore<TextSegment> embeddingStore() {
        if (store == null) {
            store = LangChainStore.open(SERVER, "langchain_removal");
        }
        return store;
    }

    @Override
    protected EmbeddingModel embeddingModel() {
        return LangChainStore.model();
    }

    @BeforeEach
    void clear() {
        embeddingStore().removeAll();
    }
}
