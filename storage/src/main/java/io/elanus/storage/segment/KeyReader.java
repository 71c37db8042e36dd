package io.elanus.storage.segment;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.segment.column.ColumnMemory;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.visibility.Keys;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/// Canonical key bytes (see [Keys]) of the rows of a key column, and batches of such keys.
///
/// Thread rule: immutable; valid while the vector it reads is.
public final class KeyReader {
    /// Name of the only column, VARBINARY, of a batch of deleted keys.
    public static final String KEY = "key";

    private static final Field KEY_FIELD =
            new Field(KEY, new FieldType(false, ArrowType.Binary.INSTANCE, null, Map.of()), null);

    private enum Form {
        INTEGER,
        FIXED,
        VARIABLE
    }

    private final Form form;
    private final int width;
    private final ColumnMemory memory;

    private KeyReader(Form form, int width, ColumnMemory memory) {
        this.form = form;
        this.width = width;
        this.memory = memory;
    }

    /// Reads a vector of a key type: an integer, UUID or VARCHAR (or VARBINARY, of canonical keys).
    public static KeyReader of(FieldVector keys) {
        ColumnMemory memory = ColumnMemory.of(keys);
        return switch (keys.getField().getType()) {
            case ArrowType.Int integer -> new KeyReader(Form.INTEGER, integer.getBitWidth() / 8, memory);
            case ArrowType.FixedSizeBinary binary -> new KeyReader(Form.FIXED, binary.getByteWidth(), memory);
            case ArrowType.Utf8 _, ArrowType.Binary _ -> new KeyReader(Form.VARIABLE, 0, memory);
            default -> throw notAKey(keys.getField().getType().toString());
        };
    }

    /// Reads a VARBINARY column of canonical keys.
    static KeyReader canonical(ColumnMemory memory) {
        return new KeyReader(Form.VARIABLE, 0, memory);
    }

    static KeyReader of(ColumnType type, ColumnMemory memory) {
        return switch (type) {
            case ColumnType.Simple simple ->
                switch (simple) {
                    case TINYINT -> new KeyReader(Form.INTEGER, 1, memory);
                    case SMALLINT -> new KeyReader(Form.INTEGER, 2, memory);
                    case INTEGER -> new KeyReader(Form.INTEGER, 4, memory);
                    case BIGINT -> new KeyReader(Form.INTEGER, 8, memory);
                    case UUID -> new KeyReader(Form.FIXED, 16, memory);
                    case BOOLEAN, REAL, DOUBLE, VARBINARY, DATE, TIME, TIMESTAMP, TIMESTAMP_TZ, JSON ->
                        throw notAKey(type.sql());
                };
            case ColumnType.Varchar _ -> new KeyReader(Form.VARIABLE, 0, memory);
            case ColumnType.Decimal _, ColumnType.Array _, ColumnType.Vector _ -> throw notAKey(type.sql());
        };
    }

    /// The key of a row.
    public byte[] key(int row) {
        byte[] key = new byte[length(row)];
        copy(row, key);
        return key;
    }

    /// The hash of the row's key by which [KeySketch] knows it.
    public long hash(int row) {
        return KeyHash.of(key(row));
    }

    /// The stored hash that picks the row's shard.
    public int shardHash(int row) {
        return Keys.shardHash(key(row));
    }

    /// Are the keys 8 bytes that stand for a number?
    boolean integer() {
        return form == Form.INTEGER;
    }

    /// Length of every key in canonical form; 0: they vary.
    int fixedLength() {
        return switch (form) {
            case INTEGER -> Long.BYTES;
            case FIXED -> width;
            case VARIABLE -> 0;
        };
    }

    /// The number of a key of an integer type.
    long number(int row) {
        return switch (width) {
            case 1 -> NativeMemory.byteAt(memory.data() + row);
            case 2 -> NativeMemory.shortAt(memory.data() + 2L * row);
            case 4 -> NativeMemory.intAt(memory.data() + 4L * row);
            default -> NativeMemory.longAt(memory.data() + 8L * row);
        };
    }

    int length(int row) {
        return switch (form) {
            case INTEGER -> Long.BYTES;
            case FIXED -> width;
            case VARIABLE -> memory.offset(row + 1) - memory.offset(row);
        };
    }

    /// Puts the key into an array with room for it; returns its length.
    int copy(int row, byte[] target) {
        int length = length(row);
        switch (form) {
            case INTEGER -> Keys.put(number(row), target);
            case FIXED -> copy(memory.data() + (long) row * width, target, length);
            case VARIABLE -> copy(memory.data() + memory.offset(row), target, length);
        }
        return length;
    }

    /// Are the first bytes of the array the row's key?
    boolean matches(int row, byte[] key, int length) {
        if (length != length(row)) {
            return false;
        }
        return switch (form) {
            case INTEGER -> number(row) == Keys.toLong(key);
            case FIXED -> same(memory.data() + (long) row * width, key, length);
            case VARIABLE -> same(memory.data() + memory.offset(row), key, length);
        };
    }

    /// A batch of deleted keys.
    public static VectorSchemaRoot batch(Iterable<byte[]> keys, BufferAllocator allocator) {
        var vector = new VarBinaryVector(KEY_FIELD, allocator);
        int rows = 0;
        try {
            vector.allocateNew();
            for (byte[] key : keys) {
                vector.setSafe(rows++, key);
            }
            vector.setValueCount(rows);
        } catch (RuntimeException e) {
            vector.close();
            throw e;
        }
        return new VectorSchemaRoot(List.of(KEY_FIELD), List.of(vector), rows);
    }

    /// Reads a batch that [#batch] made.
    public static KeyReader ofBatch(VectorSchemaRoot deletes) {
        FieldVector keys = deletes.getVector(KEY);
        if (!(keys instanceof VarBinaryVector)) {
            throw new StorageException(
                    ErrorCode.CORRUPT,
                    "A batch of deletes has the columns [%s] instead of one VARBINARY [%s]. Send it again."
                            .formatted(deletes.getSchema().getFields(), KEY));
        }
        return of(keys);
    }

    private static void copy(long address, byte[] target, int length) {
        MemorySegment.copy(NativeMemory.ALL, ValueLayout.JAVA_BYTE, address, target, 0, length);
    }

    private static boolean same(long address, byte[] key, int length) {
        for (int i = 0; i < length; i++) {
            if (NativeMemory.byteAt(address + i) != key[i]) {
                return false;
            }
        }
        return true;
    }

    private static StorageException notAKey(String type) {
        return new StorageException(
                ErrorCode.INVALID_TABLE_DEFINITION,
                "A key is an integer, UUID or VARCHAR, not [%s]. Choose another key column.".formatted(type));
    }
}
