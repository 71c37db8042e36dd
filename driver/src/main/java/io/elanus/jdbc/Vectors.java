package io.elanus.jdbc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/// Packed vectors (little-endian elements) as floats and as text.
final class Vectors {
    private final int dimension;
    private final String element;

    private Vectors(int dimension, String element) {
        this.dimension = dimension;
        this.element = element;
    }

    static boolean isVector(String typeName) {
        return typeName.startsWith("VECTOR(");
    }

    /// @param typeName `VECTOR(n)` or `VECTOR(n, ELEMENT)`
    static Vectors of(String typeName) {
        String[] parts =
                typeName.substring("VECTOR(".length(), typeName.length() - 1).split(",");
        String element = parts.length > 1 ? parts[1].strip().toUpperCase(Locale.ROOT) : "FLOAT32";
        return new Vectors(Integer.parseInt(parts[0].strip()), element);
    }

    float[] floats(byte[] packed) {
        float[] floats = new float[dimension];
        ByteBuffer bytes = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < dimension; i++) {
            floats[i] = element(bytes, i);
        }
        return floats;
    }

    private float element(ByteBuffer bytes, int index) {
        switch (element) {
            case "FLOAT16":
                return half(bytes.getShort(index * Short.BYTES));
            case "BFLOAT16":
                return Float.intBitsToFloat(bytes.getShort(index * Short.BYTES) << 16);
            case "INT8":
                return bytes.get(index);
            case "BINARY":
                return (bytes.get(index / 8) >> (index % 8)) & 1;
            default:
                return bytes.getFloat(index * Float.BYTES);
        }
    }

    /// IEEE 754 half precision; `Float.float16ToFloat` came with Java 20.
    private static float half(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = (bits >> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 0) {
            float magnitude = fraction * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        int wide = exponent == 0x1f ? 0xff : exponent - 15 + 127;
        return Float.intBitsToFloat(sign | (wide << 23) | (fraction << 13));
    }

    String text(byte[] packed) {
        float[] floats = floats(packed);
        boolean bits = element.equals("BINARY");
        var text = new StringBuilder(floats.length * 10).append(bits ? "" : "[");
        for (int i = 0; i < floats.length; i++) {
            if (i > 0 && !bits) {
                text.append(',');
            }
            text.append(NumberText.of(floats[i]));
        }
        return text.append(bits ? "" : "]").toString();
    }
}
