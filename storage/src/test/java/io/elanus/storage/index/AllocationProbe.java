package io.elanus.storage.index;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Measures what searches of one kind of index allocate, in a JVM that has compiled nothing else: what other tests
/// have taught the compiler about shared code would be measured with it.
final class AllocationProbe {
    private AllocationProbe() {}

    static long inFreshJvm(Class<? extends VectorIndexContract> kind) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> !flag.startsWith("-javaagent") && !flag.startsWith("-agentlib"))
                .forEach(command::add);
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        command.addAll(List.of("-cp", classPath, AllocationProbe.class.getName(), kind.getName()));
        Process probe = new ProcessBuilder(command)
                .redirectError(new File("target/allocation-probe.log"))
                .start();
        String printed = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (printed.isEmpty()) {
            throw new IllegalStateException(
                    "The probe of %s printed nothing; see target/allocation-probe.log".formatted(kind.getSimpleName()));
        }
        return Long.parseLong(printed.substring(printed.lastIndexOf('\n') + 1).strip());
    }

    public static void main(String[] arguments) throws ReflectiveOperationException {
        Constructor<?> constructor = Class.forName(arguments[0]).getDeclaredConstructor();
        constructor.setAccessible(true);
        System.out.println("\n" + ((VectorIndexContract) constructor.newInstance()).leastAllocation());
    }
}
