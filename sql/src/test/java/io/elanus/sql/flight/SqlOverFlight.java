package io.elanus.sql.flight;

import io.elanus.sql.doors.RealServer;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Flight's own SQL client, connected to a server. Closing it fails when client memory is still out.
final class SqlOverFlight implements AutoCloseable {
    final BufferAllocator memory = new RootAllocator();
    final FlightClient plain;
    final FlightSqlClient sql;

    SqlOverFlight(RealServer server) {
        String[] address = server.flightAddress().split(":");
        plain = FlightClient.builder(memory, Location.forGrpcInsecure(address[0], Integer.parseInt(address[1])))
                .build();
        sql = new FlightSqlClient(plain);
    }

    long update(String statement, CallOption... options) {
        return sql.executeUpdate(statement, options);
    }

    List<String> rows(String query) {
        return rows(sql.execute(query));
    }

    /// The rows, their values as text joined by `|`.
    List<String> rows(FlightInfo info) {
        var rows = new ArrayList<String>();
        for (FlightEndpoint endpoint : info.getEndpoints()) {
            try (FlightStream stream = sql.getStream(endpoint.getTicket())) {
                while (stream.next()) {
                    rows.addAll(texts(stream.getRoot()));
                }
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("The stream did not close", e);
            }
        }
        return rows;
    }

    static List<String> texts(VectorSchemaRoot batch) {
        var rows = new ArrayList<String>();
        for (int row = 0; row < batch.getRowCount(); row++) {
            var text = new StringJoiner("|");
            for (FieldVector vector : batch.getFieldVectors()) {
                Object value = vector.getObject(row);
                text.add(
                        value instanceof byte[] bytes
                                ? java.util.HexFormat.of().formatHex(bytes)
                                : String.valueOf(value));
            }
            rows.add(text.toString());
        }
        return rows;
    }

    @Override
    public void close() throws Exception {
        sql.close();
        memory.close();
    }
}
