package io.elanus.storage.testbed;

import io.elanus.storage.backend.Backend;
import io.elanus.storage.backend.S3ProxyBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// An S3 server over a temporary folder.
public record S3Proxy(String url, BackendProcess process) {
    public static final String ACCESS_KEY = S3ProxyBackend.ACCESS_KEY;
    public static final String SECRET_KEY = S3ProxyBackend.SECRET_KEY;
    public static final String BUCKET = S3ProxyBackend.BUCKET;

    public static S3Proxy start() throws IOException {
        Path folder = Files.createTempDirectory("elanus-s3proxy");
        Backend s3 = S3ProxyBackend.at(folder, ClassPaths.of("s3proxy"), BackendProcess.freePort());
        return new S3Proxy(s3.address(), BackendProcess.start(s3, folder));
    }
}
