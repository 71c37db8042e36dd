package io.elanus.storage.object.s3;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/// One object put in parts, several at a time, each with its checksum. The parts are slices of the caller's buffers:
/// nothing is copied. The object appears when all parts are there; a put that fails takes its parts back.
///
/// @param at bucket and key
/// @param metadata of the object
record MultipartPut(S3Client client, Place at, Map<String, String> metadata) {
    private static final Logger LOG = LoggerFactory.getLogger(MultipartPut.class);
    private static final int PARALLEL = 4;
    private static final int MOST_PARTS = 10_000;

    record Place(String bucket, String key) {}

    /// @param partBytes least size of a part
    void put(BufferStreams content, long partBytes) {
        long length = content.length();
        long each = Math.max(partBytes, (length + MOST_PARTS - 1) / MOST_PARTS);
        String upload = client.createMultipartUpload(request -> request.bucket(at.bucket())
                        .key(at.key())
                        .checksumAlgorithm(ChecksumAlgorithm.CRC32_C)
                        .metadata(metadata))
                .uploadId();
        try {
            List<CompletedPart> parts = send(content, upload, length, each);
            client.completeMultipartUpload(request -> request.bucket(at.bucket())
                    .key(at.key())
                    .uploadId(upload)
                    .ifNoneMatch("*")
                    .multipartUpload(all -> all.parts(parts)));
        } catch (SdkException e) {
            abort(upload);
            throw e;
        }
    }

    private List<CompletedPart> send(BufferStreams content, String upload, long length, long each) {
        var sending = new ArrayList<Future<CompletedPart>>();
        try (ExecutorService threads =
                Executors.newFixedThreadPool(PARALLEL, Thread.ofVirtual().factory())) {
            try {
                for (long from = 0; from < length; from += each) {
                    int number = sending.size() + 1;
                    BufferStreams part = content.slice(from, Math.min(each, length - from));
                    sending.add(threads.submit(() -> send(part, upload, number)));
                }
                var parts = new ArrayList<CompletedPart>();
                for (Future<CompletedPart> one : sending) {
                    parts.add(one.get());
                }
                return parts;
            } catch (ExecutionException e) {
                throw e.getCause() instanceof SdkException known ? known : SdkClientException.create("A part", e);
            } catch (InterruptedException | CancellationException e) {
                Thread.currentThread().interrupt();
                throw SdkClientException.create("Interrupted while parts were sent", e);
            } finally {
                sending.forEach(one -> one.cancel(true));
            }
        }
    }

    private CompletedPart send(BufferStreams part, String upload, int number) {
        UploadPartResponse sent = client.uploadPart(
                request -> request.bucket(at.bucket())
                        .key(at.key())
                        .uploadId(upload)
                        .partNumber(number)
                        .checksumAlgorithm(ChecksumAlgorithm.CRC32_C),
                RequestBody.fromContentProvider(part::open, part.length(), "application/octet-stream"));
        return CompletedPart.builder()
                .partNumber(number)
                .eTag(sent.eTag())
                .checksumCRC32C(sent.checksumCRC32C())
                .build();
    }

    /// Parts that are left behind cost room until the bucket's own rules remove them.
    private void abort(String upload) {
        try {
            client.abortMultipartUpload(
                    request -> request.bucket(at.bucket()).key(at.key()).uploadId(upload));
        } catch (SdkException e) {
            LOG.atWarn().addKeyValue("key", at.key()).setCause(e).log("Parts of a failed put were not taken back");
        }
    }
}
