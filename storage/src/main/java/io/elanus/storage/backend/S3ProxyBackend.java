package io.elanus.storage.backend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// s3proxy, an S3 server over a folder.
public final class S3ProxyBackend {
    public static final String ACCESS_KEY = "local-identity";
    public static final String SECRET_KEY = "local-credential";
    public static final String BUCKET = "bucket";

    private S3ProxyBackend() {}

    public static Backend at(Path folder, Backend.JavaPath java, int port) throws IOException {
        String url = "http://" + Backend.HOST + ":" + port;
        // Relative paths do not work, and unknown headers must be let through.
        Path objects = folder.resolve("objects").toAbsolutePath();
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
        // Without it the server's diary is at DEBUG.
        Files.writeString(folder.resolve("logback.xml"), """
                <configuration>
                  <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                    <encoder><pattern>%d %level %logger{0} %msg%n</pattern></encoder>
                  </appender>
                  <root level="WARN"><appender-ref ref="out"/></root>
                </configuration>
                """);
        List<String> command = java.before(folder.toAbsolutePath())
                .command(
                        List.of("-Xmx512m"),
                        "org.gaul.s3proxy.Main",
                        "--properties",
                        properties.toAbsolutePath().toString());
        return new Backend("s3proxy", List.of(), command, url, port);
    }
}
