package io.elanus.sql.exec;

import com.google.protobuf.ByteString;
import io.elanus.storage.type.ColumnType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Vectors of any element type in the form in which a search takes its query: packed float32, sparse ones as they
/// are.
final class FloatVectors {
    private FloatVectors() {}

    static ByteString packed(ByteString vector, ColumnType.Vector type) {
        if (type.sparse()) {
            return vector;
        }
        ByteBuffer in = vector.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer out = ByteBuffer.allocate(type.dimension() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < type.dimension(); i++) {
            out.putFloat(
                    switch (type.element()) {
                        case FLOAT32 -> in.getFloat(i * Float.BYTES);
                        case FLOAT16 -> Float.float16ToFloat(in.getShort(i * Short.BYTES));
                        case BFLOAT16 -> Float.intBitsToFloat(in.getShort(i * Short.BYTES) << 16);
                        case INT8 -> in.get(i);
                        case SPARSE -> throw new IllegalStateException("SPARSE was handled above");
                        case BINARY -> in.get(i >>> 3) >>> (i & 7) & 1;
                    });
        }
        return ByteString.copyFrom(out.flip());
    }
}
