package io.elanus.storage.testbed;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// An S3 server over a temporary folder.
public record S3Proxy(String url, BackendProcess process) {
    public static final String ACCESS_KEY = "local-identity";
    public static final String SECRET_KEY = "local-credential";
    public static final String BUCKET = "bucket";

    public static S3Proxy start() throws IOException {
        Path folder = Files.createTempDirectory("elanus-s3proxy");
        int port = BackendProcess.freePort();
        String url = "http://127.0.0.1:" + port;
        // Relative paths do not work, and unknown headers must be let through.
        Path objects = Files.createDirectories(folder.resolve("objects").toAbsolutePath());
        Files.createDirectories(objects.resolve(BUCKET));
        Path properties =
                Files.writeString(folder.resolve("s3proxy.conf"), """
                s3proxy.endpoint=%s
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                s3proxy.ignore-unknown-headers=true
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=%s
                """.formatted(url, ACCESS_KEY, SECRET_KEY, objects));
        Files.writeString(folder.resolve("logback.xml"), """
                <configuration>
                  <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                    <encoder><pattern>%d %level %logger{0} %msg%n</pattern></encoder>
                  </appender>
                  <root level="WARN"><appender-ref ref="out"/></root>
                </configuration>
                """);
        List<String> command = List.of(
                ClassPaths.java(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                folder + File.pathSeparator + ClassPaths.of("s3proxy"),
                "org.gaul.s3proxy.Main",
                "--properties",
                properties.toString());
        return new S3Proxy(url, BackendProcess.start("s3proxy", command, port, folder));
    }
}
