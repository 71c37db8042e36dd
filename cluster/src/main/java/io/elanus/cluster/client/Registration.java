package io.elanus.cluster.client;

import com.google.protobuf.ByteString;

/// A live node of a role.
///
/// @param node    its address
/// @param leaseId of the life it is in; another one means that the node was away in between
/// @param info    what the node says of itself
public record Registration(String node, long leaseId, ByteString info) {
    static final ByteString LEAVING = ByteString.copyFromUtf8("leaving");

    /// Does it want to give its work away and end?
    public boolean leaving() {
        return info.equals(LEAVING);
    }
}
