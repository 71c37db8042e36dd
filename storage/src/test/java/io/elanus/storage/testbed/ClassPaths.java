package io.elanus.storage.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Class paths of back ends that come from Maven; the modules under `storage/testbed` write them.
final class ClassPaths {
    private ClassPaths() {}

    static String of(String module) throws IOException {
        Path file = Path.of("testbed", module, "target", "classpath");
        List<Path> places = Stream.of(Path.of(""), Path.of("..", "storage"))
                .map(folder -> folder.resolve(file))
                .toList();
        for (Path place : places) {
            if (Files.exists(place)) {
                return Files.readString(place);
            }
        }
        throw new IllegalStateException(
                "The class path of %s is not there: build module storage/testbed/%s first, or the whole project."
                        .formatted(module, module));
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
