package io.elanus.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.metrics.Metrics;
import io.elanus.sql.metrics.ProcessMetrics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Health and metrics of a role that is no proxy.
@Timeout(300)
class RoleDoorTest {
    private final AtomicReference<List<String>> problems = new AtomicReference<>(List.of());

    private static HttpResponse<String> get(RoleDoor door, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + door.port() + path);
            return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
        }
    }

    @Test
    void tellsWhetherTheRoleServesAndWhatItUses() throws Exception {
        var metrics = new Metrics();
        ProcessMetrics.add(metrics, "1");
        ProcessMetrics.addMemory(metrics, () -> 7, () -> 8);
        try (var door = new RoleDoor("127.0.0.1", 0, Optional.empty(), metrics, problems::get)) {
            assertThat(get(door, "/health").statusCode()).isEqualTo(200);
            assertThat(get(door, "/healthz").body()).isEqualTo("ok\n");
            assertThat(get(door, "/metrics").body()).contains("\nelanus_off_heap_bytes 7", "process_cpu_seconds_total");
            assertThat(get(door, "/elsewhere").statusCode()).isEqualTo(404);
            problems.set(List.of("Node [querynode-1] is not registered (any more)."));
            assertThat(get(door, "/health").statusCode()).isEqualTo(503);
            assertThat(get(door, "/health").body()).contains("querynode-1");
        }
    }
}
