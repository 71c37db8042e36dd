package io.elanus.sql.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.testing.SqlFixture;
import io.elanus.storage.ErrorCode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.StringJoiner;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Reads files that pyarrow wrote (see `make.py` beside them).
class ParquetCopyTest {
    private static final int ROWS = 60;
    private static final String TABLE = """
            CREATE TABLE t (id BIGINT PRIMARY KEY, flag BOOLEAN, tiny TINYINT, whole INTEGER, unsigned BIGINT,
            single REAL, number DOUBLE, small_decimal DECIMAL(9, 2), big_decimal DECIMAL(30, 3), word VARCHAR,
            raw VARBINARY, "day" DATE, clock TIME, local TIMESTAMP, instant TIMESTAMP WITH TIME ZONE, code UUID,
            document JSON, tags VARCHAR ARRAY, v VECTOR(3), fixed VECTOR(3), packed VECTOR(3))""";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    @TempDir
    private Path folder;

    private final SqlFixture fixture = new SqlFixture();

    @AfterEach
    void leavesNoMemory() {
        fixture.close();
    }

    private static Path file(String name) {
        try {
            return Path.of(ParquetCopyTest.class.getResource("/parquet/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private long copy(Path file) {
        return fixture.run("COPY t FROM '" + file + "'").count();
    }

    private QueryException refused(Path file) {
        try {
            copy(file);
        } catch (QueryException e) {
            return e;
        }
        throw new AssertionError("Loaded " + file);
    }

    /// What `make.py` put into row i.
    private static String row(int i, boolean withFlag) {
        var row = new StringJoiner("|").add(Integer.toString(i));
        if (i % 7 == 3) {
            for (int column = 1; column < 21; column++) {
                row.add("NULL");
            }
            return row.toString();
        }
        LocalDateTime start = LocalDateTime.of(2024, 2, 29, 23, 59, 58);
        row.add(withFlag ? i % 2 == 0 ? "true" : "false" : "NULL")
                .add(Integer.toString(i % 100 - 50))
                .add(Integer.toString(i * 1000 - 7))
                .add(Long.toString(4294967295L - i))
                .add(number(i / 4.0))
                .add(number(i / 8.0))
                .add(BigDecimal.valueOf(i * 25L, 2).toPlainString())
                .add(new BigDecimal(
                                BigInteger.TEN
                                        .pow(20)
                                        .multiply(BigInteger.valueOf(i))
                                        .subtract(BigInteger.ONE),
                                3)
                        .toPlainString())
                .add("wörd-" + i % 20)
                .add(String.format(Locale.ROOT, "\\x%02xff", i))
                .add(LocalDate.of(2024, 2, 29).plusDays(i).toString())
                .add(String.format(Locale.ROOT, "%02d:01:02.345678", i % 24))
                .add(start.plusHours(i).format(TIME))
                .add(start.plusHours(i).format(TIME) + "+00")
                .add(new UUID(0, i).toString())
                .add("{\"i\": " + i + "}")
                .add(i % 5 == 0 ? "{}" : "{t" + i + ",NULL}")
                .add("[%d,%s,%s]".formatted(i, number(i + 0.5), i == 0 ? "0" : "-" + i))
                .add("[%d,1,2]".formatted(i))
                .add("[%d,0.25,3]".formatted(i));
        return row.toString();
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    private static List<String> expected(boolean withFlag) {
        var rows = new ArrayList<String>();
        for (int i = 0; i < ROWS; i++) {
            rows.add(row(i, withFlag));
        }
        return rows;
    }

    @ParameterizedTest
    @ValueSource(strings = {"snappy", "zstd", "gzip", "lz4", "encodings"})
    void loadsEveryTypeInEveryCompressionAndEncoding(String name) {
        fixture.run(TABLE);
        assertThat(copy(file(name + ".parquet"))).isEqualTo(ROWS);
        assertThat(fixture.run("SELECT * FROM t ORDER BY id").rows())
                .containsExactlyElementsOf(expected(!name.equals("encodings")));
    }

    @Test
    void saysWhatItCannotRead() {
        fixture.run("CREATE TABLE t (id BIGINT PRIMARY KEY, v VECTOR(3), nested JSON)");
        assertThat(refused(file("brotli.parquet")).getMessage()).contains("BROTLI", "snappy");
        assertThat(refused(file("snappy.parquet")).getMessage()).contains("[nested]", "struct");
        assertThat(refused(file("make.py")).code()).isEqualTo(ErrorCode.INVALID_PARAMETER);
        assertThat(refused(folder.resolve("none.parquet")).code()).isEqualTo(ErrorCode.IO_ERROR);
    }

    @Test
    void namesTheRowWhoseValueDoesNotFit() {
        fixture.run("CREATE TABLE t (id BIGINT PRIMARY KEY, v VECTOR(4))");
        QueryException e = refused(file("snappy.parquet"));
        assertThat(e.code()).isEqualTo(ErrorCode.DIMENSION_MISMATCH);
        assertThat(e.getMessage()).contains("Row [1]", "[3] dimensions");
        fixture.run("DROP TABLE t");
        fixture.run("CREATE TABLE t (id BIGINT PRIMARY KEY, whole TINYINT)");
        assertThat(refused(file("snappy.parquet")).getMessage()).contains("[whole]", "Row [2]");
    }

    @Test
    void refusesFilesThatEndEarly() throws IOException {
        fixture.run(TABLE);
        byte[] whole = Files.readAllBytes(file("snappy.parquet"));
        for (int length = 0; length < whole.length; length += 97) {
            Path cut = Files.write(folder.resolve("cut.parquet"), java.util.Arrays.copyOf(whole, length));
            assertThat(refused(cut).code()).isEqualTo(ErrorCode.BAD_COPY_FILE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"snappy", "zstd", "gzip", "lz4", "encodings"})
    void answersDamageWithAnErrorAndNothingElse(String name) throws IOException {
        fixture.run(TABLE);
        byte[] whole = Files.readAllBytes(file(name + ".parquet"));
        var random = new Random(7);
        for (int i = 0; i < 150; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            Path path = Files.write(folder.resolve("damaged.parquet"), damaged);
            try {
                fixture.run("COPY t FROM '" + path + "' WITH (on_conflict replace)");
            } catch (QueryException e) {
                assertThat(e.code()).as("%s seed 7 round %d: %s", name, i, e).isNotEqualTo(ErrorCode.INTERNAL);
            }
        }
    }
}
