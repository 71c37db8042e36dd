package io.elanus.sql.flight;

import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;

/// gRPC's standard health check, `grpc.health.v1.Health/Check`, which probes of container platforms call. Of its
/// two messages only one enumeration matters, so they are written by hand; the name of the service asked for is
/// ignored.
final class HealthService {
    private static final byte[] SERVING = {0x08, 1};
    private static final byte[] NOT_SERVING = {0x08, 2};
    private static final int MOST_BYTES = 1_024;
    static final String SERVICE = "grpc.health.v1.Health";

    private HealthService() {}

    static ServerServiceDefinition of(BooleanSupplier healthy) {
        var check = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Check"))
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
        return ServerServiceDefinition.builder(SERVICE)
                .addMethod(check, ServerCalls.asyncUnaryCall((_, answer) -> {
                    answer.onNext(healthy.getAsBoolean() ? SERVING : NOT_SERVING);
                    answer.onCompleted();
                }))
                .build();
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readNBytes(MOST_BYTES);
            } catch (IOException e) {
                throw new UncheckedIOException("A health check could not be read", e);
            }
        }
    }
}
