package io.elanus.sql.login;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// Where a request comes from.
///
/// @param door as the audit log names it: `jdbc`, `flight`, `console`
/// @param address of the client, without its port
/// @param safe nobody can listen: the connection is encrypted, or does not leave this machine
public record Peer(String door, String address, boolean safe) {
    public static Peer of(String door, @Nullable SocketAddress remote, boolean encrypted) {
        if (remote instanceof InetSocketAddress internet && internet.getAddress() != null) {
            InetAddress address = internet.getAddress();
            return new Peer(door, address.getHostAddress(), encrypted || address.isLoopbackAddress());
        }
        return new Peer(door, String.valueOf(remote), encrypted);
    }
}
