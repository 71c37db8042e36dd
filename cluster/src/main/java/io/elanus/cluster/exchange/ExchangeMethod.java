package io.elanus.cluster.exchange;

import io.elanus.proto.grpc.Fragment;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;

/// The descriptor of `elanus.Exchange/Execute`.
final class ExchangeMethod {
    static final String SERVICE = "elanus.Exchange";
    /// An expression is two messages a level; the planner lets no deeper one pass than this takes.
    private static final int MAX_NESTED_MESSAGES = 1_100;

    static final MethodDescriptor<Fragment, Reply> EXECUTE = MethodDescriptor.<Fragment, Reply>newBuilder()
            .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Execute"))
            .setRequestMarshaller(
                    ProtoUtils.marshallerWithRecursionLimit(Fragment.getDefaultInstance(), MAX_NESTED_MESSAGES))
            .setResponseMarshaller(new ReplyCodec())
            .build();

    private ExchangeMethod() {}
}
