package io.elanus.sql.copy.parquet;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.format.Type;

/// How the physical values of a leaf become Java values; chosen once per column by its annotation, the newer
/// (logical type) before the older (converted type).
@FunctionalInterface
interface ValueReader {
    long MILLIS_PER_SECOND = 1_000;
    long MICROS_PER_SECOND = 1_000_000;
    long NANOS_PER_SECOND = 1_000_000_000;
    int JULIAN_EPOCH_DAY = 2_440_588;

    /// The current value, which is there.
    Object read(ColumnReader reader, boolean text);

    static ValueReader of(SchemaElement element) {
        return switch (Fields.present(element.getType())) {
            case BOOLEAN -> (reader, _) -> reader.getBoolean();
            case FLOAT -> (reader, _) -> reader.getFloat();
            case DOUBLE -> (reader, _) -> reader.getDouble();
            case INT96 -> (reader, _) -> int96(reader.getBinary().getBytesUnsafe());
            case INT32 -> integer(element, ColumnReader::getInteger);
            case INT64 -> integer(element, ColumnReader::getLong);
            case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> bytes(element);
        };
    }

    /// A whole number of either width.
    @FunctionalInterface
    interface Whole {
        long read(ColumnReader reader);
    }

    private static ValueReader integer(SchemaElement element, Whole whole) {
        LogicalType logical = element.getLogicalType();
        if (decimal(element)) {
            int scale = scale(element);
            return (reader, _) -> BigDecimal.valueOf(whole.read(reader), scale);
        }
        if ((logical != null && logical.isSetDATE()) || converted(element, ConvertedType.DATE)) {
            return (reader, _) -> LocalDate.ofEpochDay(whole.read(reader));
        }
        long perSecond = unitsPerSecond(element);
        if ((logical != null && logical.isSetTIME())
                || converted(element, ConvertedType.TIME_MILLIS, ConvertedType.TIME_MICROS)) {
            long nanos = NANOS_PER_SECOND / perSecond;
            return (reader, _) -> LocalTime.ofNanoOfDay(whole.read(reader) * nanos);
        }
        if (logical != null && logical.isSetTIMESTAMP()) {
            boolean instant = logical.getTIMESTAMP().isIsAdjustedToUTC();
            return (reader, _) -> time(whole.read(reader), perSecond, instant);
        }
        if (converted(element, ConvertedType.TIMESTAMP_MILLIS, ConvertedType.TIMESTAMP_MICROS)) {
            return (reader, _) -> time(whole.read(reader), perSecond, true);
        }
        if (unsigned(element)) {
            return element.getType() == Type.INT32
                    ? (reader, _) -> Integer.toUnsignedLong(reader.getInteger())
                    : (reader, _) -> new BigDecimal(Long.toUnsignedString(reader.getLong()));
        }
        return (reader, _) -> whole.read(reader);
    }

    private static boolean converted(SchemaElement element, ConvertedType... types) {
        for (ConvertedType type : types) {
            if (element.getConverted_type() == type) {
                return true;
            }
        }
        return false;
    }

    private static boolean unsigned(SchemaElement element) {
        LogicalType logical = element.getLogicalType();
        if (logical != null && logical.isSetINTEGER()) {
            return !logical.getINTEGER().isIsSigned();
        }
        return converted(
                element, ConvertedType.UINT_8, ConvertedType.UINT_16, ConvertedType.UINT_32, ConvertedType.UINT_64);
    }

    private static boolean decimal(SchemaElement element) {
        LogicalType logical = element.getLogicalType();
        return (logical != null && logical.isSetDECIMAL()) || converted(element, ConvertedType.DECIMAL);
    }

    private static int scale(SchemaElement element) {
        LogicalType logical = element.getLogicalType();
        return logical != null && logical.isSetDECIMAL() ? logical.getDECIMAL().getScale() : element.getScale();
    }

    private static long unitsPerSecond(SchemaElement element) {
        LogicalType logical = element.getLogicalType();
        if (logical != null && (logical.isSetTIME() || logical.isSetTIMESTAMP())) {
            TimeUnit unit = Fields.present(
                    logical.isSetTIME()
                            ? logical.getTIME().getUnit()
                            : logical.getTIMESTAMP().getUnit());
            return unit.isSetMILLIS() ? MILLIS_PER_SECOND : unit.isSetMICROS() ? MICROS_PER_SECOND : NANOS_PER_SECOND;
        }
        return converted(element, ConvertedType.TIME_MILLIS, ConvertedType.TIMESTAMP_MILLIS)
                ? MILLIS_PER_SECOND
                : MICROS_PER_SECOND;
    }

    private static Object time(long units, long perSecond, boolean instant) {
        long seconds = Math.floorDiv(units, perSecond);
        int nanos = (int) (Math.floorMod(units, perSecond) * (NANOS_PER_SECOND / perSecond));
        LocalDateTime time = LocalDateTime.ofEpochSecond(seconds, nanos, ZoneOffset.UTC);
        return instant ? time.atOffset(ZoneOffset.UTC) : time;
    }

    /// The timestamp that old writers used: nanoseconds of the day, then the Julian day.
    private static Object int96(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long nanos = buffer.getLong();
        long day = (long) buffer.getInt() - JULIAN_EPOCH_DAY;
        return Instant.ofEpochSecond(day * 86_400, nanos).atOffset(ZoneOffset.UTC);
    }

    private static ValueReader bytes(SchemaElement element) {
        LogicalType logical = element.getLogicalType();
        if (decimal(element)) {
            int scale = scale(element);
            return (reader, _) ->
                    new BigDecimal(new BigInteger(reader.getBinary().getBytesUnsafe()), scale);
        }
        if (logical != null && logical.isSetUUID()) {
            return (reader, _) -> uuid(reader.getBinary().toByteBuffer());
        }
        if (logical != null && logical.isSetFLOAT16()) {
            return (reader, _) -> Float.float16ToFloat(reader.getBinary()
                    .toByteBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getShort());
        }
        boolean annotated = (logical != null && (logical.isSetSTRING() || logical.isSetJSON() || logical.isSetENUM()))
                || converted(element, ConvertedType.UTF8, ConvertedType.JSON, ConvertedType.ENUM);
        return (reader, text) -> annotated || text
                ? reader.getBinary().toStringUsingUTF8()
                : reader.getBinary().getBytes();
    }

    private static UUID uuid(ByteBuffer bytes) {
        return new UUID(bytes.getLong(), bytes.getLong());
    }
}
