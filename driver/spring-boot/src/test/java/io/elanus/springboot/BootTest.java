package io.elanus.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/// An application that says nothing but which model it has, started as applications are: Boot finds the rest itself.
class BootTest {
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        EmbeddingModel model() {
            return new LetterModel();
        }
    }

    @Test
    void anApplicationStoresAndFindsDocuments() {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "logging.level.root=warn",
                        "spring.main.banner-mode=off",
                        "spring.main.register-shutdown-hook=false",
                        "elanus.vector-store.table=articles",
                        "elanus.pool.maximum-pool-size=2")
                .run()) {
            VectorStore store = context.getBean(VectorStore.class);
            store.add(List.of(
                    new Document("1", "a red fox", Map.of("year", 2020)),
                    new Document("2", "a red fox jumps", Map.of("year", 2024)),
                    new Document("3", "zzz", Map.of("year", 2024))));

            List<Document> found = store.similaritySearch(SearchRequest.builder()
                    .query("a red fox")
                    .filterExpression("year == 2024")
                    .topK(1)
                    .build());
            assertThat(found).extracting(Document::getId).containsExactly("2");
            assertThat(context.getBean(JdbcTemplate.class).queryForObject("SELECT count(*) FROM articles", Long.class))
                    .isEqualTo(3);
        }
    }
}
