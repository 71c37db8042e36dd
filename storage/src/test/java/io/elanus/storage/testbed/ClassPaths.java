package io.elanus.storage.testbed;

import io.elanus.storage.backend.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Class paths of back ends that come from Maven; the modules under `storage/testbed` write them.
final class ClassPaths {
    private ClassPaths() {}

    static Backend.JavaPath of(String module) throws IOException {
        Path home = Path.of(System.getProperty("java.home"));
        Path target = Path.of("testbed", module, "target");
        for (Path folder : List.of(target, Path.of("..", "storage").resolve(target))) {
            if (Files.exists(folder.resolve("classpath"))) {
                return Backend.JavaPath.read(home, folder);
            }
        }
        throw new IllegalStateException(
                "The class path of %s is not there: build module storage/testbed/%s first, or the whole project."
                        .formatted(module, module));
    }
}
