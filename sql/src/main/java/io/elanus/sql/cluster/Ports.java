package io.elanus.sql.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// Ports of the services of a cluster: free ones at the first start, and the same ever after, since Kafka and etcd
/// write down where they listen.
record Ports(int kafka, int kafkaController, int etcd, int etcdPeers, int s3) {
    private static final int COUNT = 5;
    /// Below what systems give to outgoing connections: one of those would keep a service from coming back.
    private static final int FIRST = 20_000;

    private static final int RANGE = 12_000;

    static Ports of(ClusterFolder folder) throws IOException {
        if (!Files.exists(folder.ports())) {
            Files.createDirectories(folder.path());
            Files.write(
                    folder.ports(),
                    freeAfter(start(folder.path()), COUNT).stream()
                            .map(port -> Integer.toString(port))
                            .toList());
        }
        List<Integer> ports = Files.readAllLines(folder.ports()).stream()
                .map(line -> Integer.valueOf(line.strip()))
                .toList();
        return new Ports(ports.get(0), ports.get(1), ports.get(2), ports.get(3), ports.get(COUNT - 1));
    }

    /// Where to look for ports; the folder's name decides, so that clusters do not meet.
    static int start(Path folder) {
        return FIRST + Math.floorMod(folder.toString().hashCode(), RANGE);
    }

    /// The first free ones behind this one, and at last round again; different ones, or none.
    static List<Integer> freeAfter(int port, int count) throws IOException {
        List<Integer> ports = IntStream.rangeClosed(1, RANGE)
                .map(step -> FIRST + Math.floorMod(port - FIRST + step, RANGE))
                .filter(Ports::isFree)
                .limit(count)
                .boxed()
                .toList();
        if (ports.size() < count) {
            throw new IOException("No %d ports are free from [%d] to [%d]".formatted(count, FIRST, FIRST + RANGE - 1));
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
