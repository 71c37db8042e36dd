package io.elanus.cluster.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.elanus.cluster.ClusterException;
import io.elanus.cluster.runtime.Failures;
import io.elanus.proto.grpc.Fragment;
import io.elanus.proto.grpc.FragmentStatistics;
import io.elanus.proto.grpc.Scan;
import io.elanus.proto.grpc.TopK;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LocalFragmentsTest {
    private static final Schema SCHEMA = ArrowTypes.schema(List.of(Column.key(1, "id", ColumnType.Simple.BIGINT)));
    private static final Fragment SEARCH =
            Fragment.newBuilder().setTopK(TopK.newBuilder().setK(10)).build();

    private final LocalFragments local = new LocalFragments();
    private final List<String> calls = new ArrayList<>();
    private final FragmentClient client = local.client((node, fragment) -> {
        calls.add(node);
        return CompletableFuture.completedFuture(new Answer(null));
    });

    /// Has no rows; fails at its end if told so.
    private static final class Answer implements BatchStream {
        private final @Nullable RuntimeException failure;
        private boolean cancelled;
        private boolean closed;

        Answer(@Nullable RuntimeException failure) {
            this.failure = failure;
        }

        @Override
        public Schema schema() {
            return SCHEMA;
        }

        @Override
        public @Nullable VectorSchemaRoot next() {
            if (failure != null) {
                throw failure;
            }
            return null;
        }

        @Override
        public FragmentStatistics statistics() {
            return FragmentStatistics.newBuilder().setRowsScanned(7).build();
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void aSearchOfANodeOfThisProcessIsNoCall() {
        var answer = new Answer(null);
        local.serve("querynode-1", _ -> CompletableFuture.completedFuture(answer));

        BatchStream stream = client.execute("querynode-1", SEARCH).join();

        assertThat(calls).isEmpty();
        assertThat(stream.schema()).isEqualTo(SCHEMA);
        assertThat(stream.next()).isNull();
        assertThat(stream.isReady()).isTrue();
        assertThat(stream.statistics().getRowsScanned()).isEqualTo(7);
        stream.cancel();
        stream.close();
        assertThat(answer.cancelled).isTrue();
        assertThat(answer.closed).isTrue();
    }

    @Test
    void lookupsByKeyAreShortAndScansAreNot() {
        local.serve("querynode-1", _ -> CompletableFuture.completedFuture(new Answer(null)));
        Fragment scan = Fragment.newBuilder().setScan(Scan.getDefaultInstance()).build();

        client.execute(
                        "querynode-1",
                        scan.toBuilder().addKeys(ByteString.fromHex("01")).build())
                .join();
        assertThat(calls).isEmpty();

        client.execute("querynode-1", scan).join();
        assertThat(calls).containsExactly("querynode-1");
    }

    @Test
    void otherNodesAreCalled() {
        client.execute("querynode-2", SEARCH).join();

        assertThat(calls).containsExactly("querynode-2");
    }

    @Test
    void whateverGoesWrongArrivesAsAnErrorOfTheCluster() {
        local.serve("throws", _ -> {
            throw new ClusterException(ErrorCode.NOT_READY, "Not yet.");
        });
        local.serve(
                "fails",
                _ -> CompletableFuture.failedFuture(
                        new CompletionException(new StorageException(ErrorCode.CORRUPT, "Torn."))));
        local.serve(
                "breaks",
                _ -> CompletableFuture.completedFuture(
                        new Answer(new StorageException(ErrorCode.OUT_OF_MEMORY, "Too much."))));

        assertThatThrownBy(() -> client.execute("throws", SEARCH).join()).satisfies(isOf(ErrorCode.NOT_READY));
        assertThatThrownBy(() -> client.execute("fails", SEARCH).join()).satisfies(isOf(ErrorCode.CORRUPT));
        BatchStream broken = client.execute("breaks", SEARCH).join();
        assertThatThrownBy(broken::next)
                .isInstanceOf(ClusterException.class)
                .hasMessage("Too much.")
                .satisfies(isOf(ErrorCode.OUT_OF_MEMORY));
        assertThat(broken.next()).isNull();
    }

    private static Consumer<Throwable> isOf(ErrorCode code) {
        return error -> assertThat(Failures.hasCode(error, code)).isTrue();
    }
}
