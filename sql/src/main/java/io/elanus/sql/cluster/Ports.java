package io.elanus.sql.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/// Ports of the services of a cluster: free ones at the first start, and the same ever after, since Kafka and etcd
/// write down where they listen.
record Ports(int kafka, int kafkaController, int etcd, int etcdPeers, int s3) {
    private static final int COUNT = 5;

    static Ports of(ClusterFolder folder) throws IOException {
        if (!Files.exists(folder.ports())) {
            Files.createDirectories(folder.path());
            Files.write(
                    folder.ports(),
                    free(COUNT).stream().map(port -> Integer.toString(port)).toList());
        }
        List<Integer> ports = Files.readAllLines(folder.ports()).stream()
                .map(line -> Integer.valueOf(line.strip()))
                .toList();
        return new Ports(ports.get(0), ports.get(1), ports.get(2), ports.get(3), ports.get(COUNT - 1));
    }

    /// All at once, so that they differ.
    private static List<Integer> free(int count) throws IOException {
        var sockets = new ArrayList<ServerSocket>();
        var ports = new ArrayList<Integer>();
        try {
            for (int i = 0; i < count; i++) {
                var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                sockets.add(socket);
                ports.add(socket.getLocalPort());
            }
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
        return ports;
    }

    /// Is nobody listening there, on this address or another of the machine?
    static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
        } catch (IOException e) {
            return false;
        }
        return !answers(port);
    }

    static boolean answers(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    List<Integer> all() {
        return List.of(kafka, kafkaController, etcd, etcdPeers, s3);
    }
}
