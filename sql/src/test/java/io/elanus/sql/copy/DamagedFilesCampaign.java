package io.elanus.sql.copy;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.testing.SqlFixture;
import io.elanus.storage.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Files of every format with a few bytes changed, cut out, doubled or cut off: COPY FROM says at which row and byte
/// a file is bad and has loaded nothing of it, or the file is still a file and all its rows are in.
///
/// As a program: `DamagedFilesCampaign FOLDER RUNS SEED`.
public final class DamagedFilesCampaign implements AutoCloseable {
    private static final Pattern PLACE = Pattern.compile("(?s).*Row \\[\\d+\\], byte \\[\\d+\\]\\..*");
    private static final int ROWS = 60;

    private final Path folder;
    private final SplittableRandom random;
    private final long seed;
    private final SqlFixture fixture = new SqlFixture();
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private int refused;
    private int loaded;

    DamagedFilesCampaign(Path folder, long seed) throws IOException {
        this.folder = folder;
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        fixture.run("CREATE TABLE given (id BIGINT PRIMARY KEY, name VARCHAR, price DOUBLE, day_ DATE, v VECTOR(4))");
        for (int id = 0; id < ROWS; id++) {
            fixture.run(
                    "INSERT INTO given VALUES (%d, 'name \"%d\", ü', %d.25, DATE '2024-02-%02d', '[%d,1.5,-2e-3,4]')"
                            .formatted(id, id * 7, id, id % 28 + 1, id));
        }
        fixture.run("CREATE TABLE back (id BIGINT PRIMARY KEY, name VARCHAR, price DOUBLE, day_ DATE, v VECTOR(4))");
        fixture.run("CREATE TABLE vectors (id BIGINT PRIMARY KEY, v VECTOR(4))");
        for (String format : new String[] {"csv", "tsv", "jsonl", "parquet", "arrow"}) {
            export(format, "SELECT * FROM given");
        }
        for (String format : new String[] {"fvecs", "npy"}) {
            export(format, "SELECT v FROM given");
        }
        export("bvecs", "SELECT CAST('[1,2,3,255]' AS VECTOR(4)) AS v FROM given");
    }

    private void export(String format, String query) throws IOException {
        Path file = folder.resolve("whole." + format);
        fixture.run("COPY (" + query + ") TO '" + file + "'");
        files.put(format, Files.readAllBytes(file));
    }

    /// @param runs of each format
    void run(int runs) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            for (int i = 0; i < runs; i++) {
                attempt(file.getKey(), damaged(file.getValue()), i);
            }
        }
    }

    private void attempt(String format, byte[] content, int number) throws IOException {
        String table = format.endsWith("vecs") || format.equals("npy") ? "vectors" : "back";
        Path file = folder.resolve("damaged." + format);
        Files.write(file, content);
        long inTable;
        try {
            long count = fixture.run("COPY " + table + " FROM '" + file + "'").count();
            inTable = count(table);
            loaded++;
            check(
                    inTable == count,
                    "[%d] rows are in, [%d] were counted".formatted(inTable, count),
                    format,
                    number,
                    null);
        } catch (QueryException e) {
            refused++;
            boolean placed = PLACE.matcher(String.valueOf(e.getMessage())).matches();
            boolean key = e.code() == ErrorCode.UNIQUE_VIOLATION;
            check(placed || key, "no place is named: " + e.getMessage(), format, number, e);
            check(e.code() != ErrorCode.INTERNAL, "a bug: " + e.getMessage(), format, number, e);
            check(count(table) == 0, "some rows are in", format, number, e);
            return;
        }
        fixture.run("DELETE FROM " + table);
    }

    private long count(String table) {
        return Long.parseLong(
                fixture.run("SELECT count(*) FROM " + table).rows().getFirst());
    }

    private void check(boolean good, String what, String format, int number, @Nullable QueryException cause) {
        if (!good) {
            throw new AssertionError(
                    "Seed [%d], format [%s], file [%d]: %s".formatted(seed, format, number, what), cause);
        }
    }

    private byte[] damaged(byte[] whole) {
        byte[] content = whole.clone();
        for (int changes = random.nextInt(3); changes >= 0 && content.length > 1; changes--) {
            int at = random.nextInt(content.length);
            int length = 1 + random.nextInt(Math.min(content.length - at, 1 << random.nextInt(9)));
            content = switch (random.nextInt(6)) {
                case 0 -> joined(content, 0, at, new byte[0], at + length, content.length);
                case 1 -> joined(content, 0, at, new byte[0], content.length, content.length);
                case 2 -> joined(content, 0, at + length, new byte[0], at, content.length);
                case 3 -> {
                    byte[] noise = new byte[length];
                    random.nextBytes(noise);
                    yield joined(content, 0, at, noise, at + length, content.length);
                }
                default -> {
                    byte[] flipped = content.clone();
                    flipped[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
                    yield flipped;
                }
            };
        }
        return content;
    }

    private static byte[] joined(byte[] from, int a, int b, byte[] between, int c, int d) {
        var out = new ByteArrayOutputStream();
        out.write(from, a, b - a);
        out.write(between, 0, between.length);
        out.write(from, c, d - c);
        return out.toByteArray();
    }

    @Override
    public void close() {
        fixture.close();
    }

    public static void main(String[] arguments) throws IOException {
        long seed = Long.parseLong(arguments[2]);
        try (var campaign = new DamagedFilesCampaign(Path.of(arguments[0]), seed)) {
            campaign.run(Integer.parseInt(arguments[1]));
            System.out.printf(
                    "seed %d: %d damaged files refused, %d still files and loaded whole%n",
                    seed, campaign.refused, campaign.loaded);
        }
    }
}
