package io.elanus.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Spark's JDBC source with our dialect, in a process of its own as a Spark job is: module sql/testbed/spark.
class SparkTest {
    @RegisterExtension
    static final Server SERVER = new Server();

    private static final Path ROOT = Path.of("..", "..", "..");
    private static final Path JOB = ROOT.resolve(Path.of("sql", "testbed", "spark", "target"));

    /// What Spark asks of Java beside what it asks by default.
    private static final List<String> OPENS = Stream.of(
                    "java.lang",
                    "java.lang.invoke",
                    "java.net",
                    "java.nio",
                    "java.util",
                    "java.util.concurrent",
                    "sun.nio.ch",
                    "sun.util.calendar")
            .map(each -> "--add-opens=java.base/" + each + "=ALL-UNNAMED")
            .toList();

    @TempDir
    Path folder;

    @Test
    void countsPushesFiltersDownAndWrites() throws Exception {
        SERVER.run(
                "CREATE TABLE spark_films (id BIGINT PRIMARY KEY, title VARCHAR(100), year INTEGER, rating DOUBLE, "
                        + "day DATE, seen TIMESTAMP WITH TIME ZONE, price DECIMAL(10, 2), tags VARCHAR ARRAY, "
                        + "plot VECTOR(3), code UUID)",
                "INSERT INTO spark_films VALUES (1, 'Taxi Driver', 1976, 8.2, DATE '2020-01-02', "
                        + "TIMESTAMP '2020-01-02 03:04:05', 9.99, ARRAY['a', 'b'], '[1, 2, 3]', "
                        + "'11111111-1111-1111-1111-111111111111')",
                "INSERT INTO spark_films (id, title, year, rating) VALUES (2, 'Alien', 1979, 8.5), "
                        + "(3, 'The Thing', 1982, 8.1), (4, 'Tess', 1979, 7.3)");

        String said = job(SERVER.url());

        assertThat(said)
                .contains("seen:timestamp", "price:decimal(10,2)", "tags:array<string>", "plot:binary", "code:string")
                .contains("SPARK count: 4")
                .contains("SPARK titles: [[Taxi Driver], [Tess]]")
                .contains("*LessThan(year,1980)", "*StringStartsWith(title,T)")
                .contains("SPARK sum: [[1976,8.2], [1979,15.8], [1982,8.1]]")
                .contains("SPARK parts: 4")
                .contains("SPARK after append: 5")
                .contains("SPARK copy: [[1,Taxi Driver,1976,8.2,");
        assertThat(appended()).isEqualTo("Taxi Driver [1,2,3] 2");
    }

    private static String appended() throws SQLException {
        try (Connection connection = SERVER.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT title, plot, cardinality(tags) FROM spark_films WHERE id = 101")) {
            return row.next() ? row.getString(1) + " " + row.getString(2) + " " + row.getInt(3) : "";
        }
    }

    private String job(String url) throws IOException, InterruptedException {
        Path log = folder.resolve("spark.log");
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + folder,
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED"));
        command.addAll(OPENS);
        command.addAll(List.of("-cp", classPath(), "io.elanus.spark.job.SparkJob", url));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(5, TimeUnit.MINUTES);
        process.destroyForcibly();
        String said = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(ended && process.exitValue() == 0).as(said).isTrue();
        return said;
    }

    private static String classPath() throws IOException {
        Path jars = ROOT.resolve(Path.of("driver", "target"));
        try (Stream<Path> files = Files.list(jars)) {
            Path driver = files.filter(file -> file.getFileName().toString().endsWith("-all.jar"))
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalStateException("No driver in " + jars + ": build the project first."));
            String libraries = Files.readString(JOB.resolve("classpath")).strip();
            return String.join(
                    System.getProperty("path.separator"),
                    JOB.resolve("classes").toAbsolutePath().toString(),
                    driver.toAbsolutePath().toString(),
                    libraries);
        }
    }
}
