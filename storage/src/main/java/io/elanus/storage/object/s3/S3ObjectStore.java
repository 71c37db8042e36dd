package io.elanus.storage.object.s3;

import static java.nio.file.StandardOpenOption.READ;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.object.ObjectErrors;
import io.elanus.storage.object.ObjectKeys;
import io.elanus.storage.object.ObjectStore;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Object;

/// [ObjectStore] on S3. See the package.
public final class S3ObjectStore implements ObjectStore {
    private static final String PUT_ID = "elanus-put";
    private static final int PRECONDITION_FAILED = 412;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final Set<Integer> REFUSED = Set.of(401, 403);
    /// Puts of one key that meet another put of it under way; S3 answers 409 and wants them sent again.
    private static final int CONFLICTS = 20;
    /// Larger objects are put in parts.
    private static final long ONE_REQUEST = 16L << 20;
    private static final long PART = 8L << 20;

    private final S3Client client;
    private final String bucket;
    private final String prefix;
    private final Path cache;
    private volatile boolean bucketSeen;

    /// @param cache folder for copies that are mapped; its files are this process's alone
    public static S3ObjectStore open(S3Config config, Path cache) {
        try {
            Files.createDirectories(cache);
        } catch (IOException e) {
            throw new StorageException(
                    ErrorCode.IO_ERROR,
                    "Could not make the cache folder [%s]: %s. Check the disk.".formatted(cache, e.getMessage()),
                    e);
        }
        return new S3ObjectStore(config, cache);
    }

    private S3ObjectStore(S3Config config, Path cache) {
        var builder = S3Client.builder()
                .region(Region.of(config.region()))
                .credentialsProvider(credentials(config))
                .forcePathStyle(!config.endpoint().isEmpty())
                .overrideConfiguration(override ->
                        override.retryStrategy(RetryMode.STANDARD).apiCallAttemptTimeout(config.attemptTimeout()));
        if (!config.endpoint().isEmpty()) {
            builder.endpointOverride(URI.create(config.endpoint()));
        }
        this.client = builder.build();
        this.bucket = config.bucket();
        this.prefix = config.prefix().isEmpty() ? "" : config.prefix() + "/";
        this.cache = cache;
    }

    private static AwsCredentialsProvider credentials(S3Config config) {
        return config.accessKey().isEmpty()
                ? DefaultCredentialsProvider.builder().build()
                : StaticCredentialsProvider.create(AwsBasicCredentials.create(config.accessKey(), config.secretKey()));
    }

    @Override
    public void put(String key, List<ByteBuffer> content) {
        ObjectKeys.check(key);
        String putId = UUID.randomUUID().toString();
        var bytes = new BufferStreams(content);
        for (int conflict = 0; ; conflict++) {
            try {
                put(key, bytes, Map.of(PUT_ID, putId));
                return;
            } catch (AwsServiceException e) {
                if (e.statusCode() == PRECONDITION_FAILED && wrote(key, putId)) {
                    return;
                }
                if (e.statusCode() != CONFLICT || conflict >= CONFLICTS) {
                    throw putFailure(key, e);
                }
            } catch (SdkException e) {
                throw failure("write object [%s]".formatted(key), e);
            }
        }
    }

    private void put(String key, BufferStreams bytes, Map<String, String> metadata) {
        if (bytes.length() > ONE_REQUEST) {
            var at = new MultipartPut.Place(bucket, prefix + key);
            new MultipartPut(client, at, metadata).put(bytes, PART);
            return;
        }
        client.putObject(
                PutObjectRequest.builder()
                        .bucket(bucket)
                        .key(prefix + key)
                        .ifNoneMatch("*")
                        .checksumAlgorithm(ChecksumAlgorithm.CRC32_C)
                        .metadata(metadata)
                        .build(),
                RequestBody.fromContentProvider(bytes::open, bytes.length(), "application/octet-stream"));
    }

    /// Is the object there the one that this put has written, with its answer lost?
    private boolean wrote(String key, String putId) {
        return head(key)
                .map(found -> putId.equals(found.metadata().get(PUT_ID)))
                .orElse(false);
    }

    private StorageException putFailure(String key, AwsServiceException cause) {
        return cause.statusCode() == PRECONDITION_FAILED || cause.statusCode() == CONFLICT
                ? ObjectErrors.exists(key, cause)
                : failure("write object [%s]".formatted(key), cause);
    }

    @Override
    public byte[] read(String key) {
        return reading(key, () -> client.getObjectAsBytes(get(key).build()).asByteArray());
    }

    @Override
    public byte[] read(String key, long offset, int length) {
        if (length == 0) {
            return head(key).map(_ -> new byte[0]).orElseThrow(() -> ObjectErrors.missing(key, null));
        }
        String range = "bytes=%d-%d".formatted(offset, offset + length - 1);
        byte[] bytes = reading(
                key,
                () -> client.getObjectAsBytes(get(key).range(range).build()).asByteArray());
        if (bytes.length != length) {
            throw new StorageException(
                    ErrorCode.IO_ERROR,
                    "Bytes [%d] to [%d] of object [%s] were asked for, and it ends before. The object is shorter than its index says."
                            .formatted(offset, offset + length, key));
        }
        return bytes;
    }

    @Override
    public MemorySegment map(String key, Arena arena) {
        Path copy = cache.resolve(UUID.randomUUID().toString());
        try {
            reading(key, () -> client.getObject(get(key).build(), ResponseTransformer.toFile(copy)));
            try (FileChannel channel = FileChannel.open(copy, READ)) {
                return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            } finally {
                Files.deleteIfExists(copy);
            }
        } catch (IOException e) {
            throw new StorageException(
                    ErrorCode.IO_ERROR,
                    "Could not map a copy of object [%s] in [%s]: %s. Check the disk."
                            .formatted(key, cache, e.getMessage()),
                    e);
        }
    }

    @Override
    public Optional<ObjectInfo> find(String key) {
        return head(key)
                .map(found -> new ObjectInfo(
                        key, found.contentLength(), found.lastModified().toEpochMilli()));
    }

    private Optional<HeadObjectResponse> head(String key) {
        ObjectKeys.check(key);
        try {
            return Optional.of(
                    client.headObject(request -> request.bucket(bucket).key(prefix + key)));
        } catch (NoSuchKeyException e) {
            checkBucket(key);
            return Optional.empty();
        } catch (SdkException e) {
            throw failure("look for object [%s]".formatted(key), e);
        }
    }

    /// The answer to HEAD has no body: one that says "not found" may speak of the bucket. Asked until it was seen.
    private void checkBucket(String key) {
        if (bucketSeen) {
            return;
        }
        try {
            client.headBucket(request -> request.bucket(bucket));
            bucketSeen = true;
        } catch (AwsServiceException e) {
            if (e.statusCode() == NOT_FOUND) {
                throw failure("look for object [%s]".formatted(key), e, missingBucket());
            }
            // One may be allowed to read objects and not to ask for their bucket.
        } catch (SdkException e) {
            throw failure("look for object [%s]".formatted(key), e);
        }
    }

    private String missingBucket() {
        return "bucket [%s] does not exist. Check its name, or make it.".formatted(bucket);
    }

    @Override
    public List<ObjectInfo> list(String begin) {
        try {
            var found = new ArrayList<ObjectInfo>();
            for (S3Object object : client.listObjectsV2Paginator(
                            request -> request.bucket(bucket).prefix(prefix + begin))
                    .contents()) {
                found.add(new ObjectInfo(
                        object.key().substring(prefix.length()),
                        object.size(),
                        object.lastModified().toEpochMilli()));
            }
            return found;
        } catch (SdkException e) {
            throw failure("list objects under [%s]".formatted(begin), e);
        }
    }

    @Override
    public void delete(String key) {
        ObjectKeys.check(key);
        try {
            client.deleteObject(request -> request.bucket(bucket).key(prefix + key));
        } catch (SdkException e) {
            throw failure("delete object [%s]".formatted(key), e);
        }
    }

    private GetObjectRequest.Builder get(String key) {
        return GetObjectRequest.builder().bucket(bucket).key(prefix + ObjectKeys.check(key));
    }

    private <T> T reading(String key, Supplier<T> call) {
        try {
            return call.get();
        } catch (AwsServiceException e) {
            if (e.statusCode() == NOT_FOUND && !(e instanceof NoSuchBucketException)) {
                throw ObjectErrors.missing(key, e);
            }
            throw failure("read object [%s]".formatted(key), e);
        } catch (SdkException e) {
            throw failure("read object [%s]".formatted(key), e);
        }
    }

    /// The service's own words may have names of keys in them; what is known to be the operator's is said in ours.
    private StorageException failure(String doing, SdkException cause) {
        return failure(
                doing,
                cause,
                switch (cause) {
                    case NoSuchBucketException _ -> missingBucket();
                    case AwsServiceException refused
                    when REFUSED.contains(refused.statusCode()) ->
                        "the service of bucket [%s] refuses the keys, or they lack the right (status [%d]). Check stores.s3.access-key and stores.s3.secret-key."
                                .formatted(bucket, refused.statusCode());
                    default -> "%s. Check the object store and its credentials.".formatted(cause.getMessage());
                });
    }

    private static StorageException failure(String doing, SdkException cause, String why) {
        return new StorageException(ErrorCode.IO_ERROR, "Could not %s: %s".formatted(doing, why), cause);
    }

    @Override
    public void close() {
        client.close();
    }
}
