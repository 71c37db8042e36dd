package io.elanus.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.Array;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.cfg.Configuration;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HibernateTest {
    @RegisterExtension
    static final Server SERVER = new Server();

    @Entity(name = "Film")
    @Table(name = "hibernate_films")
    static class Film {
        @Id
        @GeneratedValue(strategy = GenerationType.IDENTITY)
        @Nullable
        Long id;

        @Column(nullable = false)
        String title = "";

        @Nullable
        LocalDate released;

        @Nullable
        LocalDateTime seen;

        @Nullable
        BigDecimal price;

        Film() {}

        Film(String title) {
            this.title = title;
        }
    }

    @Entity(name = "Code")
    @Table(name = "hibernate_codes")
    static class Code {
        @Id
        String code = "";

        int n;

        Code() {}

        Code(String code, int n) {
            this.code = code;
            this.n = n;
        }
    }

    @Entity(name = "Passage")
    @Table(name = "hibernate_passages")
    static class Passage {
        @Id
        long id;

        String text = "";

        @JdbcTypeCode(SqlTypes.VECTOR)
        @Array(length = 3)
        float @Nullable [] meaning;

        @ManyToOne
        @Nullable
        Film film;

        Passage() {}

        Passage(long id, String text, float @Nullable [] meaning) {
            this.id = id;
            this.text = text;
            this.meaning = meaning;
        }
    }

    private static SessionFactory sessions() {
        var configuration = new Configuration();
        configuration.addAnnotatedClass(Passage.class);
        configuration.addAnnotatedClass(Film.class);
        configuration.addAnnotatedClass(Code.class);
        configuration.setProperty("hibernate.connection.url", SERVER.url());
        configuration.setProperty("hibernate.connection.driver_class", "io.elanus.jdbc.Driver");
        configuration.setProperty("hibernate.hbm2ddl.auto", "update");
        configuration.setProperty("hibernate.hbm2ddl.halt_on_error", "true");
        configuration.setProperty("hibernate.jdbc.batch_size", "30");
        return configuration.buildSessionFactory();
    }

    @Test
    void makesTheSchemaAndStoresObjects() {
        try (SessionFactory sessions = sessions()) {
            var film = new Film("Alien");
            film.released = LocalDate.of(1979, 5, 25);
            film.seen = LocalDateTime.of(2026, 1, 2, 3, 4, 5);
            film.price = new BigDecimal("12.50");
            sessions.inTransaction(session -> session.persist(film));
            assertThat(film.id).isPositive();

            Film read = sessions.fromSession(session -> session.find(Film.class, film.id));
            assertThat(read.title).isEqualTo("Alien");
            assertThat(read.released).isEqualTo(film.released);
            assertThat(read.seen).isEqualTo(film.seen);
            assertThat(read.price).isEqualByComparingTo("12.5");

            sessions.inTransaction(session -> session.find(Film.class, film.id).title = "Aliens");
            assertThat(sessions.<List<Film>>fromSession(session -> session.createSelectionQuery(
                                    "from Film f where f.title like :t and f.released > :d order by f.id", Film.class)
                            .setParameter("t", "Ali%")
                            .setParameter("d", LocalDate.of(1970, 1, 1))
                            .setMaxResults(5)
                            .getResultList()))
                    .singleElement()
                    .extracting(found -> found.title)
                    .isEqualTo("Aliens");
            sessions.inTransaction(session -> session.remove(session.find(Film.class, film.id)));
            assertThat(sessions.<Film>fromSession(session -> session.find(Film.class, film.id)))
                    .isNull();
        }
    }

    @Test
    void batchesPagesAndGroups() {
        try (SessionFactory sessions = sessions()) {
            sessions.inTransaction(session -> {
                for (int i = 0; i < 100; i++) {
                    session.persist(new Code("c" + i, i % 4));
                }
            });
            assertThat(sessions.<List<Object[]>>fromSession(session -> session.createSelectionQuery(
                                    "select c.n, count(*), avg(c.n) from Code c group by c.n order by c.n",
                                    Object[].class)
                            .getResultList()))
                    .hasSize(4);
            assertThat(sessions.<List<Code>>fromSession(
                            session -> session.createSelectionQuery("from Code c order by c.code", Code.class)
                                    .setFirstResult(90)
                                    .setMaxResults(20)
                                    .setFetchSize(3)
                                    .getResultList()))
                    .hasSize(10);
            assertThat(sessions.<Integer>fromTransaction(
                            session -> session.createMutationQuery("update Code c set c.n = c.n + 1 where c.n = 3")
                                    .executeUpdate()))
                    .isEqualTo(25);
            assertThatThrownBy(() -> sessions.inTransaction(session -> session.persist(new Code("c1", 0))))
                    .isInstanceOf(ConstraintViolationException.class);
        }
    }

    @Test
    void findsItsDialectByItself() {
        try (SessionFactory sessions = sessions()) {
            assertThat(sessions.unwrap(SessionFactoryImplementor.class)
                            .getJdbcServices()
                            .getDialect()
                            .getClass()
                            .getName())
                    .isEqualTo("io.elanus.hibernate.ElanusDialect");
        }
    }

    @Test
    void searchesVectorsByHql() throws SQLException {
        try (SessionFactory sessions = sessions()) {
            sessions.inTransaction(session -> {
                for (int i = 0; i < 20; i++) {
                    session.persist(new Passage(i, "p" + i, new float[] {1, i, 0}));
                }
                session.persist(new Passage(100, "none", null));
            });
            Passage read = sessions.fromSession(session -> session.find(Passage.class, 7L));
            assertThat(read.meaning).containsExactly(1, 7, 0);
            assertThat(sessions.<Passage>fromSession(session -> session.find(Passage.class, 100L)).meaning)
                    .isNull();
            float[] asked = {1, 7.1f, 0};
            assertThat(sessions.<List<String>>fromSession(session -> session.createSelectionQuery(
                                    "select p.text from Passage p order by l2_distance(p.meaning, :v)", String.class)
                            .setParameter("v", asked)
                            .setMaxResults(3)
                            .getResultList()))
                    .containsExactly("p7", "p8", "p6");
            assertThat(sessions.<List<Long>>fromSession(session -> session.createSelectionQuery(
                                    "select p.id from Passage p where p.id <> 7 and cosine_distance(p.meaning, :v) < 0.5"
                                            + " order by cosine_distance(p.meaning, :v), p.id",
                                    Long.class)
                            .setParameter("v", asked)
                            .setMaxResults(2)
                            .getResultList()))
                    .containsExactly(8L, 6L);
            assertThat(sessions.<Double>fromSession(session -> session.createSelectionQuery(
                                    "select inner_product(p.meaning, :v) from Passage p where p.id = 2", Double.class)
                            .setParameter("v", new float[] {1, 1, 1})
                            .getSingleResult()))
                    .isEqualTo(3.0);
            sessions.inTransaction(session -> session.find(Passage.class, 7L).meaning = new float[] {9, 9, 9});
            assertThat(sessions.<Passage>fromSession(session -> session.find(Passage.class, 7L)).meaning)
                    .containsExactly(9, 9, 9);
        }
        try (Connection connection = SERVER.connect();
                ResultSet columns = connection.getMetaData().getColumns(null, null, "hibernate_passages", "meaning")) {
            assertThat(columns.next()).isTrue();
            assertThat(columns.getString("TYPE_NAME")).startsWithIgnoringCase("vector");
        }
    }
}
