package io.elanus.cluster.exchange;

import io.elanus.proto.grpc.Fragment;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;

/// The descriptor of `elanus.Exchange/Execute`.
final class ExchangeMethod {
    static final String SERVICE = "elanus.Exchange";
    static final MethodDescriptor<Fragment, Reply> EXECUTE = MethodDescriptor.<Fragment, Reply>newBuilder()
            .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Execute"))
            .setRequestMarshaller(ProtoUtils.marshaller(Fragment.getDefaultInstance()))
            .setResponseMarshaller(new ReplyCodec())
            .build();

    private ExchangeMethod() {}
}
