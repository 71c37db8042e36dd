package io.elanus.sql.fuzz.doors;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// Bytes that are hardly HTTP, or hardly HTTP/2, each on a connection of its own: the server may answer or hang up,
/// and must do one of them.
final class BytesTarget implements Target {
    private static final byte[] HTTP = HttpWire.post(
            "/api/v1/query", "Elanus-Client: x\r\n", "{\"sql\": \"SELECT 1\"}".getBytes(StandardCharsets.UTF_8));
    /// Preface, SETTINGS, and HEADERS of a stream.
    private static final byte[] HTTP_2 = HexFormat.of()
            .parseHex("505249202a20485454502f322e300d0a0d0a534d0d0a0d0a000000040000000000"
                    + "00000f010500000001838644012f5f8b1d75d0620d263d4c4d6564");

    private final RandomGenerator random;
    private final Mutator mutator;
    private final HttpWire http;
    private final HttpWire flight;

    BytesTarget(String address, String flightAddress, RandomGenerator random) {
        this.random = random;
        this.mutator = new Mutator(random);
        this.http = new HttpWire(address);
        this.flight = new HttpWire(flightAddress);
    }

    @Override
    public void ask() {
        if (random.nextBoolean()) {
            http.send(mutator.bytes(HTTP), false);
        } else {
            try {
                flight.send(mutator.bytes(HTTP_2), false);
            } catch (NumberFormatException e) {
                // An answer in HTTP/2 is no answer in HTTP/1, and not looked at.
                flight.close();
            }
        }
    }

    @Override
    public void rest() {
        http.close();
        flight.close();
    }
}
