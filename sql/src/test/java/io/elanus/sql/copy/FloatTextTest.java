package io.elanus.sql.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FloatTextTest {
    private static float parse(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return FloatText.parse(bytes, 0, bytes.length);
    }

    @Test
    void parsesWhatParseFloatParses() {
        for (String text : new String[] {
            "0",
            "-0",
            "1",
            "-1.5",
            "+2",
            ".5",
            "5.",
            "1e3",
            "1E-3",
            "-1.25e+2",
            "3.4028235e38",
            "1e39",
            "1e-46",
            "1.17549435E-38",
            "1e-45",
            "123456789012345678901234567890",
            "0.000000000000000000000001",
            "16777217",
            "0.1",
            "NaN",
            "Infinity",
            "00001.50",
            "1e0005"
        }) {
            assertThat(parse(text)).as(text).isEqualTo(Float.valueOf(text));
        }
    }

    @Test
    void agreesWithParseFloatOnRandomNumbers() {
        long seed = 20_260_101L;
        var random = new Random(seed);
        for (int i = 0; i < 200_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            String text = switch (i % 4) {
                case 0 -> Float.toString(value);
                case 1 -> String.format(Locale.ROOT, "%.6f", random.nextGaussian());
                case 2 -> Double.toString(random.nextGaussian());
                default ->
                    BigDecimal.valueOf(random.nextDouble() * 100)
                            .setScale(random.nextInt(12), RoundingMode.DOWN)
                            .toPlainString();
            };
            assertThat(parse(text)).as("seed %d: %s", seed, text).isEqualTo(Float.valueOf(text));
        }
    }

    @Test
    void agreesWithParseFloatHalfWayBetweenFloats() {
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            float low = random.nextFloat() * 1000;
            BigDecimal half =
                    new BigDecimal(low).add(new BigDecimal(Math.nextUp(low))).divide(BigDecimal.TWO);
            String text = half.toPlainString();
            assertThat(parse(text)).as(text).isEqualTo(Float.valueOf(text));
        }
    }

    @Test
    void refusesWhatIsNoNumber() {
        for (String text : new String[] {"", "-", ".", "1,2", "1e", "e5", "x", "1 2", "--1"}) {
            assertThatThrownBy(() -> parse(text)).as(text).isInstanceOf(NumberFormatException.class);
        }
    }

    @Test
    void parsesVectorsWithAndWithoutBrackets() {
        float[] three = new float[3];
        for (String text : new String[] {"[1,2.5,-3]", " [ 1 , 2.5 , -3 ] ", "1,2.5,-3", "{1,2.5,-3}"}) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            assertThat(FloatText.parseVector(bytes, 0, bytes.length, three)).isEqualTo(3);
            assertThat(three).containsExactly(1f, 2.5f, -3f);
        }
        byte[] four = "[1,2,3,4]".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(FloatText.parseVector(four, 0, four.length, three)).isEqualTo(4);
    }
}
