package io.elanus.sql.avatica;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.calcite.avatica.proto.Common.Rep;

/// Writes frames as `{"rows":[[…],…],"offset":n,"done":b}`. Bytes are Base64 text.
final class JsonFrameWriter implements FrameWriter {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(16 * 1024);
    private final JsonGenerator json;
    private int rows;

    JsonFrameWriter() {
        try {
            json = FACTORY.createGenerator(out);
            json.writeStartObject();
            json.writeArrayFieldStart("rows");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writing into memory: an [IOException] cannot happen.
    private interface Write {
        void run() throws IOException;
    }

    private static void write(Write write) {
        try {
            write.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void beginRow() {
        write(json::writeStartArray);
    }

    @Override
    public void endRow() {
        write(json::writeEndArray);
        rows++;
    }

    @Override
    public void nothing() {
        write(json::writeNull);
    }

    @Override
    public void bool(boolean value) {
        write(() -> json.writeBoolean(value));
    }

    @Override
    public void number(Rep rep, long value) {
        write(() -> json.writeNumber(value));
    }

    @Override
    public void real(float value) {
        write(() -> json.writeNumber(value));
    }

    @Override
    public void float8(double value) {
        write(() -> json.writeNumber(value));
    }

    @Override
    public void decimal(String digits) {
        write(() -> json.writeNumber(new BigDecimal(digits)));
    }

    @Override
    public void text(String value) {
        write(() -> json.writeString(value));
    }

    @Override
    public void text(ArrowBuf buffer, long start, int length) {
        write(() -> json.writeUTF8String(copy(buffer, start, length), 0, length));
    }

    @Override
    public void bytes(ArrowBuf buffer, long start, int length) {
        write(() -> json.writeBinary(copy(buffer, start, length)));
    }

    @Override
    public void beginArray(Rep item) {
        write(json::writeStartArray);
    }

    @Override
    public void endArray() {
        write(json::writeEndArray);
    }

    @Override
    public int size() {
        return out.size() + json.getOutputBuffered();
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public byte[] finish(long offset, boolean done) {
        write(() -> {
            json.writeEndArray();
            json.writeNumberField("offset", offset);
            json.writeBooleanField("done", done);
            json.writeEndObject();
            json.close();
        });
        return out.toByteArray();
    }

    /// The frame as text, to be put into an answer as it is.
    static String text(byte[] frame) {
        return new String(frame, StandardCharsets.UTF_8);
    }

    private static byte[] copy(ArrowBuf buffer, long start, int length) {
        byte[] bytes = new byte[length];
        buffer.getBytes(start, bytes);
        return bytes;
    }
}
