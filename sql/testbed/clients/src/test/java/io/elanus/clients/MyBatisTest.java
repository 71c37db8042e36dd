package io.elanus.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Options;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.cursor.Cursor;
import org.apache.ibatis.datasource.pooled.PooledDataSource;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactory;
import org.apache.ibatis.session.SqlSessionFactoryBuilder;
import org.apache.ibatis.transaction.jdbc.JdbcTransactionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MyBatisTest {
    @RegisterExtension
    static final Server SERVER = new Server();

    static final class Note {
        @Nullable
        Long id;

        @Nullable
        String text;

        Note() {}

        Note(String text) {
            this.text = text;
        }
    }

    interface Notes {
        @Insert("INSERT INTO notes (text) VALUES (#{text})")
        @Options(useGeneratedKeys = true, keyProperty = "id", keyColumn = "id")
        int add(Note note);

        @Insert({
            "<script>INSERT INTO notes (text) VALUES",
            "<foreach collection='notes' item='note' separator=','>(#{note.text})</foreach></script>"
        })
        @Options(useGeneratedKeys = true, keyProperty = "notes.id", keyColumn = "id")
        int addAll(@Param("notes") List<Note> notes);

        @Select("SELECT id, text FROM notes WHERE text LIKE #{like} ORDER BY id")
        List<Note> find(String like);

        @Select("SELECT id, text FROM notes ORDER BY id")
        @Options(fetchSize = 7, timeout = 10)
        Cursor<Note> all();

        @Delete("DELETE FROM notes WHERE text LIKE #{like}")
        int drop(String like);
    }

    @BeforeAll
    static void table() throws SQLException {
        SERVER.run("CREATE TABLE notes (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text VARCHAR)");
    }

    private static SqlSessionFactory sessions() {
        var pool = new PooledDataSource("io.elanus.jdbc.Driver", SERVER.url(), "nobody", "none");
        var configuration = new Configuration(new Environment("test", new JdbcTransactionFactory(), pool));
        configuration.addMapper(Notes.class);
        return new SqlSessionFactoryBuilder().build(configuration);
    }

    @Test
    void fillsInGeneratedKeys() {
        try (SqlSession session = sessions().openSession()) {
            Notes notes = session.getMapper(Notes.class);
            var note = new Note("single");
            assertThat(notes.add(note)).isEqualTo(1);
            assertThat(note.id).isPositive();
            var two = List.of(new Note("multi a"), new Note("multi b"));
            assertThat(notes.addAll(two)).isEqualTo(2);
            assertThat(two).allSatisfy(each -> assertThat(each.id).isPositive());
            assertThat(notes.find("multi%"))
                    .extracting(each -> each.id)
                    .isEqualTo(two.stream().map(each -> each.id).toList());
            session.commit();
        }
    }

    @Test
    void sendsBatchesAndReadsCursors() throws Exception {
        try (SqlSession session = sessions().openSession(ExecutorType.BATCH)) {
            Notes notes = session.getMapper(Notes.class);
            var sent = new java.util.ArrayList<Note>();
            for (int i = 0; i < 100; i++) {
                var note = new Note("batch " + i);
                sent.add(note);
                notes.add(note);
            }
            session.flushStatements();
            assertThat(sent).extracting(each -> each.id).doesNotContainNull().doesNotHaveDuplicates();
            try (Cursor<Note> all = notes.all()) {
                assertThat(all).hasSizeGreaterThanOrEqualTo(100);
            }
            session.commit();
        }
        try (SqlSession session = sessions().openSession(true)) {
            assertThat(session.getMapper(Notes.class).drop("batch %")).isEqualTo(100);
        }
    }
}
