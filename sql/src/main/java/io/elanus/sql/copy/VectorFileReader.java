package io.elanus.sql.copy;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.copy.CopyPlan.Format;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.VectorElement;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Files that hold nothing but vectors: fvecs, bvecs, ivecs (each vector: int32 dimension, then its elements,
/// little endian) and two-dimensional npy arrays. The one VECTOR column takes the vector; a BIGINT or INTEGER
/// column before it takes the number of the row, from option `first_key`, 0 when left out.
final class VectorFileReader implements CopyReader {
    private final String name;
    private final DataInputStream in;
    private final int columns;
    private final int vectorAt;
    private final int keyAt;
    private final Column column;
    private final ColumnType.Vector type;
    private final byte[] bytes;
    private final float[] floats;
    private final boolean dimensionPerRow;
    private Element element;
    private long rowsLeft = Long.MAX_VALUE;
    private final long firstKey;
    private long row;
    private long position;

    /// How a file has its numbers.
    enum Element {
        FLOAT32(4),
        FLOAT64(8),
        INT32(4),
        INT8(1),
        UINT8(1);

        private final int size;

        Element(int size) {
            this.size = size;
        }
    }

    VectorFileReader(CopyPlan plan, InputStream in) {
        this.name = plan.name();
        this.in = new DataInputStream(in);
        this.columns = plan.columns().size();
        this.vectorAt = vectorColumn(plan.columns());
        this.column = plan.columns().get(vectorAt);
        this.type = (ColumnType.Vector) column.type();
        this.keyAt = keyColumn(plan);
        this.firstKey = plan.options().number("first_key", 0);
        this.floats = new float[Math.min(type.dimension(), ColumnType.Vector.MAX_DIMENSION)];
        this.dimensionPerRow = plan.format() != Format.NPY;
        this.element = switch (plan.format()) {
            case BVECS -> Element.UINT8;
            case IVECS -> Element.INT32;
            default -> Element.FLOAT32;
        };
        if (plan.format() == Format.NPY) {
            npyHeader();
        }
        this.bytes = new byte[Math.multiplyExact(type.dimension(), element.size)];
    }

    private static int vectorColumn(List<Column> columns) {
        int at = -1;
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).type() instanceof ColumnType.Vector) {
                if (at >= 0) {
                    throw CopyErrors.bad("The file holds one vector per row; name one VECTOR column.");
                }
                at = i;
            }
        }
        if (at < 0) {
            throw CopyErrors.bad("The file holds vectors; the table has no VECTOR column among the targets.");
        }
        return at;
    }

    /// The column that takes row numbers; -1 when keys are generated or given by nobody.
    private static int keyColumn(CopyPlan plan) {
        for (int i = 0; i < plan.columns().size(); i++) {
            Column candidate = plan.columns().get(i);
            boolean key = candidate.id() == plan.table().keyColumnId() && !candidate.generated();
            boolean integer =
                    candidate.type() == ColumnType.Simple.BIGINT || candidate.type() == ColumnType.Simple.INTEGER;
            if (integer && (key || plan.named())) {
                return i;
            }
        }
        return -1;
    }

    private void npyHeader() {
        NpyHeader header = NpyHeader.read(in, name);
        element = header.element();
        rowsLeft = header.rows();
        position = header.bytes();
        checkDimension(header.dimension());
    }

    private void checkDimension(long given) {
        if (given != type.dimension()) {
            throw FieldParser.dimensions(column, (int) Math.min(given, Integer.MAX_VALUE), type.dimension());
        }
    }

    @Override
    public Literal @Nullable [] next() {
        if (rowsLeft-- <= 0) {
            return null;
        }
        try {
            if (dimensionPerRow && !dimension()) {
                return null;
            }
            row++;
            in.readFully(bytes);
            position += bytes.length;
        } catch (EOFException e) {
            throw CopyErrors.bad("The file ends within vector [%d].".formatted(row), e);
        } catch (IOException e) {
            throw CopyErrors.unreadable(name, e);
        }
        Literal[] literals = new Literal[columns];
        Arrays.fill(literals, Literals.NULL);
        literals[vectorAt] = vector();
        if (keyAt >= 0) {
            literals[keyAt] = Literal.newBuilder().setInt64(firstKey + row - 1).build();
        }
        return literals;
    }

    /// Reads and checks the dimension before a vector; false at the end of the file.
    private boolean dimension() throws IOException {
        int first = in.read();
        if (first < 0) {
            return false;
        }
        int dimension = first | in.readUnsignedByte() << 8 | in.readUnsignedByte() << 16 | in.readUnsignedByte() << 24;
        position += Integer.BYTES;
        if (dimension != type.dimension()) {
            row++;
            if (dimension <= 0 || dimension > ColumnType.Vector.MAX_DIMENSION) {
                throw CopyErrors.bad("Vector [%d] claims [%d] dimensions.".formatted(row, dimension));
            }
            checkDimension(dimension);
        }
        return true;
    }

    private Literal vector() {
        boolean sameBits = (element == Element.FLOAT32 && type.element() == VectorElement.FLOAT32)
                || (element == Element.INT8 && type.element() == VectorElement.INT8);
        if (sameBits) {
            return Literal.newBuilder()
                    .setBinary(com.google.protobuf.ByteString.copyFrom(bytes))
                    .build();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < floats.length; i++) {
            floats[i] = switch (element) {
                case FLOAT32 -> buffer.getFloat(i * Float.BYTES);
                case FLOAT64 -> (float) buffer.getDouble(i * Double.BYTES);
                case INT32 -> buffer.getInt(i * Integer.BYTES);
                case INT8 -> bytes[i];
                case UINT8 -> bytes[i] & 0xFF;
            };
        }
        return type.element() == VectorElement.FLOAT32
                ? FieldParser.packed(floats, floats.length)
                : Literals.of(floats.clone(), type);
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public long row() {
        return row;
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw new QueryException(ErrorCode.IO_ERROR, "File [%s] could not be closed.".formatted(name), 0, null, e);
        }
    }
}
