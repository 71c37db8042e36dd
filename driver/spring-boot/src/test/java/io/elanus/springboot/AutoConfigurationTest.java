package io.elanus.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.elanus.ai.spring.ElanusVectorStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

class AutoConfigurationTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    ElanusAutoConfiguration.class,
                    ElanusVectorStoreAutoConfiguration.class,
                    DataSourceAutoConfiguration.class,
                    JdbcTemplateAutoConfiguration.class));

    @Test
    void urlMakesTheOnlyDataSource() {
        runner.withPropertyValues(
                        "elanus.url=jdbc:elanus://db.example:7070/public",
                        "elanus.user=ann",
                        "elanus.password=secret",
                        "elanus.pool.maximum-pool-size=3")
                .run(context -> {
                    assertThat(context).hasSingleBean(DataSource.class).hasSingleBean(JdbcTemplate.class);
                    HikariDataSource pool = context.getBean(HikariDataSource.class);
                    assertThat(pool.getJdbcUrl()).isEqualTo("jdbc:elanus://db.example:7070/public");
                    assertThat(pool.getDriverClassName()).isEqualTo("io.elanus.jdbc.Driver");
                    assertThat(pool.getUsername()).isEqualTo("ann");
                    assertThat(pool.getPassword()).isEqualTo("secret");
                    assertThat(pool.getMaximumPoolSize()).isEqualTo(3);
                    assertThat(context.getBean(ElanusProperties.class).toString())
                            .doesNotContain("secret");
                });
    }

    @Test
    void standsBesideTheDataSourceOfAnotherDatabase() {
        runner.withPropertyValues(
                        "elanus.url=jdbc:elanus://db.example:7070/public",
                        "spring.datasource.url=jdbc:elanus:mem:another",
                        "spring.datasource.driver-class-name=io.elanus.embedded.EmbeddedDriver")
                .withBean(EmbeddingModel.class, LetterModel::new)
                .withPropertyValues("elanus.vector-store.initialize-schema=false")
                .run(context -> {
                    assertThat(context.getBean(HikariDataSource.class).getJdbcUrl())
                            .isEqualTo("jdbc:elanus:mem:another");
                    assertThat(context.getBean(ElanusAutoConfiguration.DATA_SOURCE, HikariDataSource.class)
                                    .getJdbcUrl())
                            .isEqualTo("jdbc:elanus://db.example:7070/public");
                    assertThat(context).hasSingleBean(ElanusVectorStore.class);
                });
    }

    @Test
    void leavesAloneWhatTheApplicationDeclares() {
        runner.withBean("mine", DataSource.class, SimpleDriverDataSource::new)
                .withBean(EmbeddingModel.class, LetterModel::new)
                .withBean(
                        VectorStore.class,
                        () -> SimpleVectorStore.builder(new LetterModel()).build())
                .run(context -> {
                    assertThat(context).hasSingleBean(DataSource.class).doesNotHaveBean(ElanusVectorStore.class);
                    assertThat(context).doesNotHaveBean(ElanusAutoConfiguration.DATA_SOURCE);
                });
    }

    @Test
    void doesNothingWithoutUrlAndEmbeddedDatabase() {
        runner.withClassLoader(new FilteredClassLoader("io.elanus.embedded"))
                .withPropertyValues(
                        "spring.datasource.url=jdbc:elanus://db.example:7070/public",
                        "spring.datasource.driver-class-name=io.elanus.jdbc.Driver")
                .run(context -> assertThat(context)
                        .doesNotHaveBean(ElanusAutoConfiguration.DATA_SOURCE)
                        .hasSingleBean(DataSource.class));
    }

    @Test
    void makesNoStoreWithoutModelOrForAnotherType() {
        runner.run(context -> assertThat(context).doesNotHaveBean(VectorStore.class));
        runner.withBean(EmbeddingModel.class, LetterModel::new)
                .withPropertyValues("spring.ai.vectorstore.type=pgvector")
                .run(context -> assertThat(context).doesNotHaveBean(VectorStore.class));
    }

    @Test
    void keepsTheRowsOfAFolder(@TempDir Path folder) {
        ApplicationContextRunner embedded = runner.withPropertyValues(
                "elanus.embedded.folder=" + folder.resolve("db"),
                "elanus.pool.maximum-pool-size=2",
                "elanus.pool.minimum-idle=0");
        embedded.run(context -> {
            JdbcTemplate sql = context.getBean(JdbcTemplate.class);
            sql.execute("CREATE TABLE kept (id BIGINT PRIMARY KEY)");
            sql.update("INSERT INTO kept VALUES (7)");
        });
        assertThat(Files.isDirectory(folder.resolve("db"))).isTrue();
        embedded.run(context -> assertThat(
                        context.getBean(JdbcTemplate.class).queryForList("SELECT id FROM kept", Long.class))
                .containsExactly(7L));
    }

    @Test
    void storeFollowsItsProperties() {
        runner.withBean(EmbeddingModel.class, LetterModel::new)
                .withPropertyValues(
                        "elanus.vector-store.table=notes",
                        "elanus.vector-store.metric=l2",
                        "elanus.vector-store.index=hnsw",
                        "elanus.pool.maximum-pool-size=2")
                .run(context -> {
                    VectorStore store = context.getBean(VectorStore.class);
                    store.add(List.of(new Document("1", "a red fox", Map.of())));
                    List<Document> found = store.similaritySearch("a red fox");
                    assertThat(found)
                            .singleElement()
                            .satisfies(
                                    document -> assertThat(document.getScore()).isEqualTo(1.0));
                    assertThat(context.getBean(JdbcTemplate.class)
                                    .queryForMap("SELECT type, metric FROM system.indexes WHERE table_name = 'notes'"))
                            .containsEntry("type", "hnsw")
                            .containsEntry("metric", "l2");
                });
    }
}
