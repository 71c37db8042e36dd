package io.elanus.storage.index;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Measures what searches of one kind allocate, in a JVM that has compiled nothing else: what other tests
/// have taught the compiler about shared code would be measured with it.
public final class AllocationProbe {
    private static final int JVMS = 3;

    private AllocationProbe() {}

    /// Has a constructor without parameters.
    public interface Measured {
        /// Bytes that a round of searches allocates once everything is compiled.
        long leastAllocation();
    }

    /// The least that one of many rounds allocates; 0 as soon as there is such a round. The compiler itself boxes
    /// vectors until it has compiled the kernels for good, however long it is kept from doing so.
    public static long least(Runnable round) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (least > 0 && System.nanoTime() < patience) {
            long before = threads.getCurrentThreadAllocatedBytes();
            round.run();
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    /// The least of several JVMs: in which order methods are compiled differs from one to the next, and now and then an
    /// order leaves a vector boxed for good. Code that has to allocate does so in each of them.
    public static long inFreshJvm(Class<? extends Measured> kind) throws IOException {
        long least = Long.MAX_VALUE;
        for (int jvm = 0; jvm < JVMS && least > 0; jvm++) {
            least = Math.min(least, inOneJvm(kind));
        }
        return least;
    }

    private static long inOneJvm(Class<? extends Measured> kind) throws IOException {
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
        System.out.println("\n" + ((Measured) constructor.newInstance()).leastAllocation());
    }
}
