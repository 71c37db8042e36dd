package io.elanus.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.SimpleJdbcInsert;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.jdbc.support.KeyHolder;
import org.springframework.transaction.support.TransactionTemplate;

class SpringJdbcTest {
    @RegisterExtension
    static final Server SERVER = new Server();

    @BeforeAll
    static void table() throws SQLException {
        SERVER.run("CREATE TABLE pets (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name VARCHAR(20),"
                + " born DATE, v VECTOR(3))");
    }

    private static JdbcTemplate template() {
        return new JdbcTemplate(new DriverManagerDataSource(SERVER.url()));
    }

    @Test
    void insertsByMetadata() {
        var insert = new SimpleJdbcInsert(template()).withTableName("pets").usingGeneratedKeyColumns("id");
        Number key = insert.executeAndReturnKey(
                Map.of("name", "Rex", "born", java.time.LocalDate.of(2020, 1, 2), "v", "[1,2,3]"));
        assertThat(key.longValue()).isPositive();
        assertThat(template().queryForMap("SELECT name, born, v FROM pets WHERE id = ?", key))
                .containsEntry("name", "Rex")
                .containsEntry("born", java.sql.Date.valueOf("2020-01-02"));
    }

    @Test
    void tellsGeneratedKeys() {
        KeyHolder keys = new GeneratedKeyHolder();
        JdbcClient client = JdbcClient.create(template());
        int count = client.sql("INSERT INTO pets (name) VALUES (:name)")
                .param("name", "Tom")
                .update(keys);
        assertThat(count).isEqualTo(1);
        long id = java.util.Objects.requireNonNull(keys.getKey()).longValue();
        assertThat(client.sql("SELECT name FROM pets WHERE id = :id")
                        .param("id", id)
                        .query(String.class)
                        .single())
                .isEqualTo("Tom");

        KeyHolder many = new GeneratedKeyHolder();
        var rows = IntStream.range(0, 50)
                .mapToObj(i -> new MapSqlParameterSource("name", "Batch" + i))
                .toArray(MapSqlParameterSource[]::new);
        var named = new NamedParameterJdbcTemplate(template());
        assertThat(named.batchUpdate("INSERT INTO pets (name) VALUES (:name)", rows, many, new String[] {"id"}))
                .hasSize(50)
                .containsOnly(1);
        assertThat(many.getKeyList()).hasSize(50).allMatch(row -> row.containsKey("id"));
    }

    @Test
    void sendsBatchesAndReadsStreams() {
        JdbcTemplate template = template();
        List<Object[]> rows = IntStream.range(0, 1_000)
                .mapToObj(i -> new Object[] {"Stream" + i, java.time.LocalDate.of(2000, 1, 1), new float[] {i, 1, 2}})
                .toList();
        template.batchUpdate("INSERT INTO pets (name, born, v) VALUES (?, ?, ?)", rows, new int[] {
            Types.VARCHAR, Types.DATE, Types.OTHER
        });
        template.setFetchSize(100);
        try (Stream<String> names = template.queryForStream(
                "SELECT name FROM pets WHERE name LIKE 'Stream%'", (row, _) -> row.getString(1))) {
            assertThat(names).hasSize(1_000);
        }
        template.setMaxRows(10);
        assertThat(template.queryForList("SELECT name FROM pets", String.class)).hasSize(10);
    }

    @Test
    void translatesErrors() {
        JdbcTemplate template = template();
        template.execute("CREATE TABLE unique_names (name VARCHAR PRIMARY KEY)");
        template.update("INSERT INTO unique_names VALUES ('a')");
        assertThatThrownBy(() -> template.update("INSERT INTO unique_names VALUES ('a')"))
                .isInstanceOf(DuplicateKeyException.class);
        assertThatThrownBy(() -> template.queryForList("SELEC 1")).isInstanceOf(BadSqlGrammarException.class);
        assertThatThrownBy(() -> template.queryForList("SELECT 1 FROM nowhere"))
                .isInstanceOf(BadSqlGrammarException.class);
        List<Object[]> names =
                IntStream.range(0, 300).mapToObj(i -> new Object[] {"n" + i}).toList();
        template.batchUpdate("INSERT INTO unique_names VALUES (?)", names);
        template.setQueryTimeout(1);
        assertThatThrownBy(() -> template.queryForObject(
                        "SELECT count(*) FROM unique_names a, unique_names b, unique_names c, unique_names d, unique_names e"
                                + " WHERE a.name || b.name || c.name || d.name || e.name = ''",
                        Long.class))
                .isInstanceOf(QueryTimeoutException.class);
    }

    @Test
    void runsReadOnlyTransactions() {
        var manager = new JdbcTransactionManager(new DriverManagerDataSource(SERVER.url()));
        var transaction = new TransactionTemplate(manager);
        transaction.setReadOnly(true);
        JdbcTemplate template = new JdbcTemplate(java.util.Objects.requireNonNull(manager.getDataSource()));
        assertThatThrownBy(() -> transaction.executeWithoutResult(
                        _ -> template.update("INSERT INTO pets (name) VALUES ('never')")))
                .hasStackTraceContaining("read-only");
        transaction.setReadOnly(false);
        transaction.executeWithoutResult(_ -> template.update("INSERT INTO pets (name) VALUES ('ever')"));
        assertThat(template.queryForObject("SELECT count(*) FROM pets WHERE name = 'ever'", Long.class))
                .isEqualTo(1);
    }
}
