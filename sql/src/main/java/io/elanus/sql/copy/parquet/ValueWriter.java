package io.elanus.sql.copy.parquet;

import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ColumnType;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.apache.arrow.vector.FieldVector;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.jspecify.annotations.Nullable;

/// Writes the cells of one column of a result.
final class ValueWriter {
    private static final int DECIMAL_BYTES = 16;
    private static final LocalDateTime EPOCH = LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC);

    private final WrittenSchema.Field field;
    private final ColumnWriter writer;

    ValueWriter(WrittenSchema.Field field, ColumnWriter writer) {
        this.field = field;
        this.writer = writer;
    }

    void write(FieldVector column, int row) {
        Object value = value(column, row);
        if (value == null) {
            writer.writeNull(0, 0);
        } else if (!field.listed()) {
            put(value, 0, 1);
        } else {
            switch (value) {
                case float[] floats -> floats(floats);
                case byte[] bytes -> bytes(bytes);
                case List<?> items -> items(items);
                default -> throw new IllegalStateException("Not a list: " + field.type());
            }
        }
    }

    /// Sparse vectors travel as text.
    private @Nullable Object value(FieldVector column, int row) {
        boolean text = field.type() instanceof ColumnType.Vector vector && vector.sparse() && !column.isNull(row);
        return text
                ? Literals.text(Literals.read(column, row, field.type()), field.type())
                : Literals.value(column, row, field.type());
    }

    private void floats(float[] floats) {
        for (int i = 0; i < floats.length; i++) {
            writer.write(floats[i], i == 0 ? 0 : 1, 2);
        }
    }

    private void bytes(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            writer.write((int) bytes[i], i == 0 ? 0 : 1, 2);
        }
    }

    private void items(List<?> items) {
        if (items.isEmpty()) {
            writer.writeNull(0, 1);
        }
        int repetition = 0;
        for (Object item : items) {
            if (item == null) {
                writer.writeNull(repetition, 2);
            } else {
                put(item, repetition, 3);
            }
            repetition = 1;
        }
    }

    private void put(Object value, int repetition, int definition) {
        switch (value) {
            case Boolean bool -> writer.write(bool, repetition, definition);
            case Byte number -> writer.write((int) number, repetition, definition);
            case Short number -> writer.write((int) number, repetition, definition);
            case Integer number -> writer.write(number, repetition, definition);
            case Long number -> writer.write(number, repetition, definition);
            case Float number -> writer.write(number, repetition, definition);
            case Double number -> writer.write(number, repetition, definition);
            case BigDecimal decimal -> writer.write(fixed(decimal), repetition, definition);
            case String text -> writer.write(Binary.fromString(text), repetition, definition);
            case byte[] bytes -> writer.write(Binary.fromConstantByteArray(bytes), repetition, definition);
            case UUID uuid -> writer.write(fixed(uuid), repetition, definition);
            case LocalDate date -> writer.write((int) date.toEpochDay(), repetition, definition);
            case LocalTime time -> writer.write(time.toNanoOfDay() / 1_000, repetition, definition);
            case LocalDateTime time -> writer.write(micros(time), repetition, definition);
            case OffsetDateTime time ->
                writer.write(
                        micros(time.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime()), repetition, definition);
            default -> throw new IllegalStateException("No Parquet form: " + value.getClass());
        }
    }

    private static long micros(LocalDateTime time) {
        return ChronoUnit.MICROS.between(EPOCH, time);
    }

    private Binary fixed(BigDecimal decimal) {
        int scale = ((ColumnType.Decimal) field.leaf()).scale();
        byte[] digits = decimal.setScale(scale, java.math.RoundingMode.UNNECESSARY)
                .unscaledValue()
                .toByteArray();
        byte[] wide = new byte[DECIMAL_BYTES];
        java.util.Arrays.fill(wide, 0, DECIMAL_BYTES - digits.length, (byte) (digits[0] < 0 ? -1 : 0));
        System.arraycopy(digits, 0, wide, DECIMAL_BYTES - digits.length, digits.length);
        return Binary.fromConstantByteArray(wide);
    }

    private static Binary fixed(UUID uuid) {
        byte[] bytes = new byte[DECIMAL_BYTES];
        ByteBuffer.wrap(bytes).putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
        return Binary.fromConstantByteArray(bytes);
    }
}
