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
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Files that hold nothing but vectors: fvecs, bvecs, ivecs (each vector: int32 dimension, then its elements,
/// little endian) and two-dimensional npy arrays. The one VECTOR column takes the vector; a BIGINT or INTEGER
/// column before it takes the number of the row, from option `first_key`, 0 when left out.
final class VectorFileReader implements CopyReader {
    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([fiub])(\\d)'");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,?\\s*\\)");
    private static final int NPY_PREFIX = 8;

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

    private enum Element {
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
        try {
            byte[] magic = in.readNBytes(NPY_PREFIX);
            if (magic.length < NPY_PREFIX || magic[0] != (byte) 0x93 || magic[1] != 'N' || magic[5] != 'Y') {
                throw CopyErrors.bad("File [%s] is not an npy file.".formatted(name));
            }
            boolean wide = magic[6] >= 2;
            int length =
                    wide ? Integer.reverseBytes(in.readInt()) : Short.toUnsignedInt(Short.reverseBytes(in.readShort()));
            if (length < 0 || length > 1 << 20) {
                throw CopyErrors.bad("The header of file [%s] claims [%d] bytes.".formatted(name, length));
            }
            position = (long) NPY_PREFIX + (wide ? Integer.BYTES : Short.BYTES) + length;
            parseNpy(new String(in.readNBytes(length), StandardCharsets.ISO_8859_1));
        } catch (EOFException e) {
            throw CopyErrors.bad("File [%s] ends within its header.".formatted(name), e);
        } catch (IOException e) {
            throw CopyErrors.unreadable(name, e);
        }
    }

    private void parseNpy(String header) {
        Matcher descr = DESCR.matcher(header);
        Matcher shape = SHAPE.matcher(header);
        if (!descr.find() || !shape.find() || header.contains("'fortran_order': True")) {
            throw CopyErrors.bad("File [%s] is not a two-dimensional npy array in C order.".formatted(name));
        }
        element = switch (descr.group(2) + descr.group(3)) {
            case "f4" -> Element.FLOAT32;
            case "f8" -> Element.FLOAT64;
            case "i4" -> Element.INT32;
            case "i1" -> Element.INT8;
            case "u1" -> Element.UINT8;
            default -> throw CopyErrors.bad("File [%s] has elements of type [%s].".formatted(name, descr.group()));
        };
        if (descr.group(1).equals(">")) {
            throw CopyErrors.bad("File [%s] is big endian; save it as little endian.".formatted(name));
        }
        rowsLeft = Long.parseLong(shape.group(1));
        checkDimension(Long.parseLong(shape.group(2)));
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
