package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The one jar of the driver, as a build that packages makes it; a build that does not skips this.
@Timeout(60)
class DriverJarTest {
    /// Class file version of Java 11.
    private static final int JAVA_11 = 55;

    private static final String PROGRAM = """
            import java.sql.*;
            public class Program {
                public static void main(String[] arguments) throws Exception {
                    try (Connection connection = DriverManager.getConnection(arguments[0]);
                            PreparedStatement sum = connection.prepareStatement("SELECT 1 + ?")) {
                        sum.setInt(1, 41);
                        ResultSet result = sum.executeQuery();
                        result.next();
                        System.out.println(result.getInt(1));
                    }
                }
            }
            """;

    private static Path jar() throws IOException {
        Path target = Path.of("../driver/target");
        Optional<Path> found = Optional.empty();
        if (Files.isDirectory(target)) {
            try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, "elanus-driver-*-all.jar")) {
                for (Path jar : jars) {
                    found = Optional.of(jar);
                }
            }
        }
        assumeTrue(found.isPresent(), "The driver was not packaged");
        return found.orElseThrow();
    }

    @Test
    void holdsNothingUnderAnotherName() throws IOException {
        try (var jar = new JarFile(jar().toFile())) {
            assertThat(jar.stream().filter(entry -> !entry.isDirectory()).map(JarEntry::getName))
                    .allMatch(name -> name.startsWith("io/elanus/jdbc/") || name.startsWith("META-INF/"))
                    .noneMatch(name -> name.startsWith("META-INF/") && name.endsWith(".class"));
            assertThat(jar.stream()
                            .filter(entry -> entry.getName().startsWith("META-INF/services/") && !entry.isDirectory())
                            .map(entry -> entry.getName().substring("META-INF/services/".length())))
                    .contains("java.sql.Driver")
                    .allMatch(name -> name.equals("java.sql.Driver") || name.startsWith("io.elanus.jdbc.shaded."));
            try (var service = jar.getInputStream(jar.getEntry("META-INF/services/java.sql.Driver"))) {
                assertThat(new String(service.readAllBytes(), StandardCharsets.UTF_8).strip())
                        .isEqualTo("io.elanus.jdbc.Driver");
            }
        }
    }

    @Test
    void runsOnJava11() throws IOException {
        try (var jar = new JarFile(jar().toFile())) {
            for (JarEntry entry : jar.stream()
                    .filter(each -> each.getName().endsWith(".class"))
                    .toList()) {
                try (var in = new DataInputStream(jar.getInputStream(entry))) {
                    in.readInt();
                    in.readUnsignedShort();
                    assertThat(in.readUnsignedShort()).as(entry.getName()).isLessThanOrEqualTo(JAVA_11);
                }
            }
        }
    }

    @Test
    void isAllThatAProgramNeeds(@TempDir Path folder) throws Exception {
        Path jar = jar();
        Path program = Files.writeString(folder.resolve("Program.java"), PROGRAM);
        Path output = folder.resolve("output");
        try (RealServer server = RealServer.start(folder.resolve("data"))) {
            Process process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            jar.toString(),
                            program.toString(),
                            "jdbc:elanus://" + server.address() + "/public"))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            int exit = process.waitFor();
            assertThat(exit).as(Files.readString(output)).isZero();
            assertThat(Files.readAllLines(output)).contains("42").noneMatch(line -> line.contains("SLF4J"));
        }
    }
}
