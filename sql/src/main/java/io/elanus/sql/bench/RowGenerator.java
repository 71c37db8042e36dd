package io.elanus.sql.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/// Rows that follow from their key and a seed: any row can be made again without the others. Vector elements are
/// multiples of 1 / 10,000, so that their text is exact.
final class RowGenerator {
    private static final int STEPS = 10_000;

    private final int dimension;
    private final long seed;

    RowGenerator(int dimension, long seed) {
        this.dimension = dimension;
        this.seed = seed;
    }

    int category(long id) {
        return (int) (id % 100);
    }

    String name(long id) {
        return "item " + id;
    }

    double price(long id) {
        return (id * 37 % 100_000) / 100.0;
    }

    float[] vector(long id) {
        float[] vector = new float[dimension];
        long state = start(id);
        for (int i = 0; i < dimension; i++) {
            state = next(state);
            vector[i] = step(state) / (float) STEPS;
        }
        return vector;
    }

    /// Sets id, category, name, price and vector of a row as the parameters 1 to 5.
    void bind(PreparedStatement statement, long id) throws SQLException {
        statement.setLong(1, id);
        statement.setInt(2, category(id));
        statement.setString(3, name(id));
        statement.setDouble(4, price(id));
        statement.setObject(5, vector(id));
    }

    private long start(long id) {
        return (id + 1) * 0x9E3779B97F4A7C15L ^ seed;
    }

    private static long next(long state) {
        long x = state;
        x ^= x << 13;
        x ^= x >>> 7;
        x ^= x << 17;
        return x;
    }

    private static int step(long state) {
        return (int) ((state >>> 33) % STEPS);
    }

    /// Writes rows 0 to `rows` - 1 with a header line.
    void writeCsv(Path file, long rows) throws IOException {
        byte[][] texts = new byte[STEPS][];
        for (int i = 0; i < STEPS; i++) {
            texts[i] = Float.toString(i / (float) STEPS).getBytes(StandardCharsets.US_ASCII);
        }
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            out.write("id,category,name,price,v\n".getBytes(StandardCharsets.US_ASCII));
            for (long id = 0; id < rows; id++) {
                String scalars = id + "," + category(id) + "," + name(id) + "," + price(id) + ",\"[";
                out.write(scalars.getBytes(StandardCharsets.US_ASCII));
                long state = start(id);
                for (int i = 0; i < dimension; i++) {
                    state = next(state);
                    if (i > 0) {
                        out.write(',');
                    }
                    out.write(texts[step(state)]);
                }
                out.write("]\"\n".getBytes(StandardCharsets.US_ASCII));
            }
        }
    }
}
