package io.elanus.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.hibernate.dialect.PostgreSQLDialect;
import org.hibernate.exception.ConstraintViolationException;
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

    private static SessionFactory sessions() {
        var configuration = new Configuration();
        configuration.addAnnotatedClass(Film.class);
        configuration.addAnnotatedClass(Code.class);
        configuration.setProperty("hibernate.connection.url", SERVER.url());
        configuration.setProperty("hibernate.connection.driver_class", "io.elanus.jdbc.Driver");
        configuration.setProperty("hibernate.dialect", PostgreSQLDialect.class.getName());
        configuration.setProperty("hibernate.hbm2ddl.auto", "update");
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
}
