package io.elanus.clients;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.EmbeddingStoreWithFilteringIT;
import io.elanus.ai.DocumentTable;
import io.elanus.ai.langchain4j.ElanusEmbeddingStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// LangChain4j's own contract of a store with filters over metadata.
class LangChainFilterTest extends EmbeddingStoreWithFilteringIT {
    @RegisterExtension
    static final Server SERVER = new Server();

    private @Nullable ElanusEmbeddingStore store;

    @Override
    protected EmbeddingStore<TextSegment> embeddingStore() {
        if (store == null) {
            store = LangChainStore.open(SERVER, "langchain_filter");
        }
        return store;
    }

    @Override
    protected EmbeddingModel embeddingModel() {
        return LangChainStore.model();
    }

    @BeforeEach
    @Override
    protected void clearStore() {
        embeddingStore().removeAll();
    }

    @Override
    protected boolean supportsContains() {
        return true;
    }

    @Test
    void refusesWhatCannotBeStored() {
        assertThatThrownBy(() -> new DocumentTable(SERVER.source(), "a; DROP TABLE b", 3))
                .hasMessageContaining("not plain");
        assertThatThrownBy(() -> embeddingStore().add(Embedding.from(new float[] {1, 2})))
                .hasMessageContaining("[2] dimensions")
                .hasMessageContaining("takes [96]");
        assertThatThrownBy(() -> ElanusEmbeddingStore.create(SERVER.source(), "nowhere.t", 3))
                .hasMessageContaining("nowhere");
    }
}
