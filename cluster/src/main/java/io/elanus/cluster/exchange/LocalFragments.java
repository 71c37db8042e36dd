package io.elanus.cluster.exchange;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.runtime.Failures;
import io.elanus.cluster.runtime.Trace;
import io.elanus.proto.grpc.Fragment;
import io.elanus.proto.grpc.FragmentStatistics;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// The query nodes of this process, for the proxies beside them: fragments with a short answer, searches and lookups
/// by key, are handed to them without a call, since the call would take longer than much of the work. The rest goes
/// over the transport, which makes batches while their consumer works; so does a fragment with a trace, which
/// tells of calls.
///
/// Both ways keep one contract: errors arrive as [ClusterException], and after the end or an error there is no more.
/// Any thread.
public final class LocalFragments {
    private final Map<String, FragmentServer> servers = new ConcurrentHashMap<>();

    /// From now on the node is reached without a call.
    public void serve(String node, FragmentServer server) {
        servers.put(node, server);
    }

    /// @param remote for other nodes, and for what is not short
    public FragmentClient client(FragmentClient remote) {
        return (node, fragment) -> {
            FragmentServer server = isShort(fragment) && Trace.current() == null ? servers.get(node) : null;
            return server == null ? remote.execute(node, fragment) : execute(server, fragment);
        };
    }

    private static boolean isShort(Fragment fragment) {
        return fragment.hasTopK() || fragment.hasScan() && fragment.getKeysCount() > 0;
    }

    private static CompletableFuture<BatchStream> execute(FragmentServer server, Fragment fragment) {
        var started = new CompletableFuture<BatchStream>();
        try {
            var _ = server.execute(fragment).whenComplete((stream, error) -> {
                if (stream == null) {
                    started.completeExceptionally(
                            failure(error == null ? new IllegalStateException("No stream answers") : error));
                } else {
                    started.complete(new LocalStream(stream));
                }
            });
        } catch (RuntimeException | Error e) { // a server may throw instead of failing its future; callers wait
            started.completeExceptionally(failure(e));
        }
        return started;
    }

    /// As a call would bring it, which also logs what is a bug.
    private static ClusterException failure(Throwable error) {
        return Failures.toCluster(Failures.toStatus(ExchangeMethod.EXECUTE.getFullMethodName(), error));
    }

    /// One consumer at a time.
    private static final class LocalStream implements BatchStream {
        private final BatchStream stream;
        private boolean ended;

        LocalStream(BatchStream stream) {
            this.stream = stream;
        }

        @Override
        public Schema schema() {
            return stream.schema();
        }

        @Override
        public @Nullable VectorSchemaRoot next() {
            if (ended) {
                return null;
            }
            try {
                VectorSchemaRoot batch = stream.next();
                ended = batch == null;
                return batch;
            } catch (RuntimeException | Error e) { // whatever it is, the consumer knows errors of one kind
                ended = true;
                throw failure(e);
            }
        }

        @Override
        public boolean isReady() {
            return ended || stream.isReady();
        }

        @Override
        public FragmentStatistics statistics() {
            return stream.statistics();
        }

        @Override
        public void cancel() {
            stream.cancel();
        }

        @Override
        public void close() {
            stream.close();
        }
    }
}
