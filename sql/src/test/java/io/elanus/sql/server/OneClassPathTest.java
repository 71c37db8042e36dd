package io.elanus.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.Client;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.Result;
import org.apache.arrow.memory.RootAllocator;
import org.apache.calcite.avatica.remote.ProtobufTranslationImpl;
import org.apache.calcite.avatica.remote.Service;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDB;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// Loads and uses every large dependency on the one class path they share in a server: a version that drags in
/// another netty, gRPC or protobuf breaks here and not in production.
class OneClassPathTest {
    @Test
    void calciteParses() throws Exception {
        assertThat(SqlParser.create("select 1").parseStmt().getKind().lowerName).isNotEmpty();
    }

    @Test
    void avaticaEncodesItsProtobuf() throws Exception {
        var translation = new ProtobufTranslationImpl();
        byte[] bytes = translation.serializeRequest(new Service.OpenConnectionRequest("c1", Map.of()));
        assertThat(translation.parseRequest(bytes)).isInstanceOf(Service.OpenConnectionRequest.class);
    }

    @Test
    void flightAnswersOverNetty() throws Exception {
        var producer = new NoOpFlightProducer() {
            @Override
            public void doAction(CallContext context, Action action, StreamListener<Result> listener) {
                listener.onNext(new Result(action.getBody()));
                listener.onCompleted();
            }
        };
        try (var allocator = new RootAllocator();
                var server = FlightServer.builder(allocator, Location.forGrpcInsecure("127.0.0.1", 0), producer)
                        .build()
                        .start();
                var client = FlightClient.builder(allocator, Location.forGrpcInsecure("127.0.0.1", server.getPort()))
                        .build()) {
            byte[] echo = "echo".getBytes(StandardCharsets.UTF_8);
            assertThat(client.doAction(new Action("echo", echo)).next().getBody())
                    .isEqualTo(echo);
        }
    }

    @Test
    void grpcStartsInProcess() throws Exception {
        var server = InProcessServerBuilder.forName("smoke").build().start();
        var channel = InProcessChannelBuilder.forName("smoke").build();
        assertThat(channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS)).isTrue();
        assertThat(server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void clusterClientsConstruct() {
        try (var etcd = Client.builder().endpoints("http://127.0.0.1:1").build();
                var kafka = new KafkaProducer<>(
                        Map.of("bootstrap.servers", "127.0.0.1:1"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
                var s3 = S3Client.builder()
                        .region(Region.US_EAST_1)
                        .endpointOverride(URI.create("http://127.0.0.1:1"))
                        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "key")))
                        .build()) {
            assertThat(etcd.getKVClient()).isNotNull();
            assertThat(kafka.metrics()).isNotEmpty();
            assertThat(s3.serviceName()).isEqualTo("s3");
        }
    }

    @Test
    void rocksDbLoads() {
        RocksDB.loadLibrary();
        assertThat(RocksDB.rocksdbVersion().getMajor()).isPositive();
    }
}
