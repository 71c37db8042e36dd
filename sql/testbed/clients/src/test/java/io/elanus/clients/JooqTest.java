package io.elanus.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jooq.impl.DSL.excluded;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.rowNumber;
import static org.jooq.impl.DSL.table;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record1;
import org.jooq.Result;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JooqTest {
    @RegisterExtension
    static final Server SERVER = new Server();

    private static final Table<Record> BOOKS = table(name("books"));
    private static final Field<Long> ID = field(name("books", "id"), SQLDataType.BIGINT);
    private static final Field<String> TITLE = field(name("books", "title"), SQLDataType.VARCHAR);
    private static final Field<Integer> YEAR = field(name("books", "year"), SQLDataType.INTEGER);

    @BeforeAll
    static void books() throws SQLException {
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
        SERVER.run("CREATE TABLE books (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title VARCHAR, year INT)");
    }

    @Test
    void speaksAsToPostgres() throws SQLException {
        try (Connection connection = SERVER.connect()) {
            DSLContext jooq = DSL.using(connection, SQLDialect.POSTGRES);
            Result<Record1<Long>> keys = jooq.insertInto(BOOKS, TITLE, YEAR)
                    .values("Solaris", 1961)
                    .values("Ubik", 1969)
                    .returningResult(ID)
                    .fetch();
            assertThat(keys).hasSize(2).allMatch(key -> key.value1() > 0);
            long first = keys.getFirst().value1();

            assertThat(jooq.insertInto(BOOKS, ID, TITLE, YEAR)
                            .values(first, "Solaris", 1962)
                            .onConflict(ID)
                            .doUpdate()
                            .set(YEAR, excluded(YEAR))
                            .execute())
                    .isEqualTo(1);
            assertThat(jooq.update(BOOKS)
                            .set(YEAR, YEAR.plus(1))
                            .where(ID.eq(first))
                            .returningResult(YEAR)
                            .fetchOne(YEAR))
                    .isEqualTo(1963);
            assertThat(jooq.select(TITLE, rowNumber().over().orderBy(YEAR))
                            .from(BOOKS)
                            .where(TITLE.in("Solaris", "Ubik"))
                            .orderBy(YEAR.desc())
                            .limit(10)
                            .fetch(TITLE))
                    .containsExactly("Ubik", "Solaris");
            assertThat(jooq.fetchCount(BOOKS, TITLE.like("Sol%"))).isEqualTo(1);
            assertThat(jooq.deleteFrom(BOOKS)
                            .where(ID.eq(first))
                            .returningResult(TITLE)
                            .fetch(TITLE))
                    .containsExactly("Solaris");
        }
    }

    @Test
    void batchesAndReadsLazily() throws SQLException {
        try (Connection connection = SERVER.connect()) {
            DSLContext jooq = DSL.using(connection, SQLDialect.DEFAULT);
            var inserts = new ArrayList<org.jooq.Query>();
            var batch = jooq.batch(jooq.insertInto(BOOKS, TITLE, YEAR).values("", 0));
            for (int i = 0; i < 500; i++) {
                batch = batch.bind("Lazy " + i, i);
                inserts.add(jooq.insertInto(BOOKS, TITLE, YEAR).values("Lazy plain " + i, i));
            }
            assertThat(batch.execute()).hasSize(500).containsOnly(1);
            assertThat(jooq.batch(inserts.subList(0, 20)).execute()).hasSize(20).containsOnly(1);
            int rows = 0;
            try (Cursor<?> cursor = jooq.select(TITLE)
                    .from(BOOKS)
                    .where(TITLE.like("Lazy%"))
                    .fetchSize(50)
                    .fetchLazy()) {
                while (cursor.fetchNext() != null) {
                    rows++;
                }
            }
            assertThat(rows).isEqualTo(520);
        }
    }

    @Test
    void readsTheSchemaAndTranslatesErrors() throws SQLException {
        try (Connection connection = SERVER.connect()) {
            DSLContext jooq = DSL.using(connection, SQLDialect.DEFAULT);
            assertThat(jooq.meta().getTables("books")).singleElement().satisfies(found -> {
                assertThat(found.fields()).extracting(Field::getName).containsExactly("id", "title", "year");
                assertThat(found.getPrimaryKey()).isNotNull();
            });
            assertThatThrownBy(() -> jooq.fetch("SELECT nothing FROM books"))
                    .isInstanceOfSatisfying(
                            DataAccessException.class,
                            e -> assertThat(e.sqlState()).isEqualTo("42703"));
        }
    }
}
