package io.elanus.sql.copy.export;

import io.elanus.sql.copy.export.ExportPlan.Format;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.VectorElement;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;

/// Vectors and nothing else: fvecs, bvecs, ivecs (each vector: int32 dimension, then its elements, little endian)
/// and npy (two-dimensional, C order, float32 or int8). An element that the format cannot hold is an error.
final class VectorRows implements RowWriter {
    private static final int NPY_HEADER = 128;
    private static final int BUFFER = 1 << 18;
    private static final int MAX_UNSIGNED = 255;

    private final FileChannel channel;
    private final Format format;
    private final PlanColumn column;
    private final ColumnType.Vector type;
    private final boolean bytes;
    private final ByteBuffer buffer;
    private long row;

    VectorRows(ExportPlan plan, List<PlanColumn> columns, FileChannel channel) throws IOException {
        this.channel = channel;
        this.format = plan.format();
        if (columns.size() != 1
                || !(columns.getFirst().type() instanceof ColumnType.Vector vector)
                || vector.sparse()) {
            throw new QueryException(
                    ErrorCode.BAD_COPY_FILE,
                    "Format [%s] holds nothing but one vector per row."
                            .formatted(format.name().toLowerCase(Locale.ROOT)),
                    "Write COPY (SELECT v FROM t ORDER BY id) TO 'file', with one VECTOR column.");
        }
        this.column = columns.getFirst();
        this.type = vector;
        this.bytes = format == Format.NPY && vector.element() == VectorElement.INT8;
        int entry = Integer.BYTES * (vector.dimension() + 1);
        this.buffer = ByteBuffer.allocateDirect(Math.max(BUFFER, entry)).order(ByteOrder.LITTLE_ENDIAN);
        if (format == Format.NPY) {
            // The number of rows comes when it is known.
            buffer.put(new byte[NPY_HEADER]);
        }
    }

    @Override
    public void write(VectorSchemaRoot batch) throws IOException {
        try (batch) {
            rows(batch);
        }
    }

    private void rows(VectorSchemaRoot batch) throws IOException {
        FieldVector vectors = batch.getVector(0);
        boolean copied = type.element() == VectorElement.FLOAT32 && format != Format.BVECS && format != Format.IVECS;
        for (int i = 0; i < batch.getRowCount(); i++) {
            row++;
            if (vectors.isNull(i)) {
                throw new QueryException(
                        ErrorCode.BAD_COPY_FILE,
                        "Row [%d] has no vector in column [%s], which the format has no sign for."
                                .formatted(row, column.name()),
                        "Leave such rows out: COPY (SELECT v FROM t WHERE v IS NOT NULL) TO 'file'.");
            }
            if (buffer.remaining() < Integer.BYTES * (type.dimension() + 1)) {
                flush();
            }
            if (format != Format.NPY) {
                buffer.putInt(type.dimension());
            }
            if (copied && vectors instanceof FixedSizeListVector list) {
                ArrowBuf data = list.getDataVector().getDataBuffer();
                int length = type.dimension() * Float.BYTES;
                buffer.put(data.nioBuffer((long) i * length, length));
            } else {
                elements(vectors, i);
            }
        }
    }

    private void elements(FieldVector vectors, int at) {
        Object value = Literals.value(vectors, at, type);
        if (value instanceof byte[] whole && type.element() == VectorElement.INT8) {
            for (byte element : whole) {
                element(element);
            }
        } else if (value instanceof float[] elements) {
            for (float element : elements) {
                element(element);
            }
        } else {
            throw new QueryException(
                    ErrorCode.BAD_COPY_FILE,
                    "Vectors of type [%s] have no elements that the format holds.".formatted(type.sql()));
        }
    }

    private void element(float element) {
        if (format == Format.BVECS) {
            buffer.put((byte) whole(element, 0, MAX_UNSIGNED));
        } else if (format == Format.IVECS) {
            buffer.putInt((int) whole(element, Integer.MIN_VALUE, Integer.MAX_VALUE));
        } else if (bytes) {
            buffer.put((byte) element);
        } else {
            buffer.putFloat(element);
        }
    }

    private long whole(float element, long least, long most) {
        long whole = (long) element;
        if (whole != element || whole < least || whole > most) {
            throw new QueryException(
                    ErrorCode.NUMBER_OUT_OF_RANGE,
                    "Row [%d] has an element [%s]; the format holds whole numbers from [%d] to [%d]."
                            .formatted(row, element, least, most));
        }
        return whole;
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    @Override
    public void finish() throws IOException {
        flush();
        if (format == Format.NPY) {
            ByteBuffer header = ByteBuffer.wrap(npyHeader());
            while (header.hasRemaining()) {
                channel.write(header, header.position());
            }
        }
    }

    /// Version 1.0; blanks fill it up to its fixed length.
    private byte[] npyHeader() {
        String dictionary = "{'descr': '%s', 'fortran_order': False, 'shape': (%d, %d), }"
                .formatted(bytes ? "|i1" : "<f4", row, type.dimension());
        byte[] text = dictionary.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer header = ByteBuffer.allocate(NPY_HEADER).order(ByteOrder.LITTLE_ENDIAN);
        header.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.ISO_8859_1));
        header.put((byte) 1).put((byte) 0).putShort((short) (NPY_HEADER - header.position() - Short.BYTES));
        header.put(text);
        while (header.remaining() > 1) {
            header.put((byte) ' ');
        }
        header.put((byte) '\n');
        return header.array();
    }

    @Override
    public void close() {
        // The file's owner closes it.
    }
}
