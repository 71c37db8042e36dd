package io.elanus.sql.bench;

import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Measures the distance kernels alone, by JMH, which is no part of the program: Maven resolves it and the
/// benchmark is compiled when the command runs.
@Command(
        name = "kernels",
        description = "Measure the distance kernels by JMH: nanoseconds a distance.",
        mixinStandardHelpOptions = true)
public final class KernelsBench implements Callable<Integer> {
    @Option(names = "--dimension", defaultValue = "128", description = "Default: ${DEFAULT-VALUE}.")
    private int dimension;

    @Option(names = "--metric", split = ",", defaultValue = "l2,ip,cosine", description = "Default: ${DEFAULT-VALUE}.")
    private List<String> metrics = List.of();

    @Option(
            names = "--element",
            split = ",",
            defaultValue = "float32,float16,bfloat16,int8",
            description = "Default: ${DEFAULT-VALUE}.")
    private List<String> elements = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("elanus-kernels");
        try {
            String classPath =
                    SourceTree.classPath("kernels/pom.xml", folder) + ":" + System.getProperty("java.class.path");
            Path source = SourceTree.copy("kernels/Kernels.java", folder);
            String out = folder.resolve("classes").toString();
            SourceTree.run(
                    folder,
                    SourceTree.tool("javac"),
                    "--add-modules=jdk.incubator.vector",
                    "-nowarn",
                    "-processor",
                    "org.openjdk.jmh.generators.BenchmarkProcessor",
                    "-d",
                    out,
                    "-cp",
                    classPath,
                    source.toString());
            int code = 0;
            for (String metric : metrics) {
                code = Math.max(code, measure(BenchFiles.metric(metric), out + ":" + classPath));
            }
            return code;
        } finally {
            BenchFiles.deleteTree(folder);
        }
    }

    private int measure(Metric metric, String classPath) throws IOException, InterruptedException {
        List<String> served = new ArrayList<>();
        for (String name : elements) {
            VectorElement element = VectorElement.valueOf(name.toUpperCase(Locale.ROOT));
            if (metric.supports(element)) {
                served.add(element.name());
            }
        }
        if (served.isEmpty()) {
            return 0;
        }
        List<String> command = new ArrayList<>(
                Arrays.asList(SourceTree.tool("java"), "-cp", classPath, "org.openjdk.jmh.Main", "Kernels", "-p"));
        command.addAll(List.of("metric=" + metric.name(), "-p", "element=" + String.join(",", served)));
        command.addAll(List.of("-p", "dimension=" + dimension));
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
