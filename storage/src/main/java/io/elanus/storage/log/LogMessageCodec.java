package io.elanus.storage.log;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.elanus.proto.grpc.LogHeader;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// Between a [LogMessage] and its record. The byte layout is in the package documentation.
public final class LogMessageCodec {
    static final int MAGIC = 0x474F_4C45; // "ELOG" in little endian
    static final byte VERSION = 1;
    static final int PREFIX = 20;
    private static final int CRC_AT = 16;

    private LogMessageCodec() {}

    public static byte[] encode(LogHeader header, ByteBuffer... payload) {
        int headerBytes = header.getSerializedSize();
        int payloadBytes = 0;
        for (ByteBuffer part : payload) {
            payloadBytes = Math.addExact(payloadBytes, part.remaining());
        }
        byte[] record = new byte[Math.addExact(PREFIX + headerBytes, payloadBytes)];
        ByteBuffer out = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).put(VERSION).put((byte) 0).putShort((short) 0);
        out.putInt(headerBytes).putInt(payloadBytes).putInt(0);
        writeHeader(header, record, headerBytes);
        out.position(PREFIX + headerBytes);
        for (ByteBuffer part : payload) {
            out.put(part.duplicate());
        }
        out.putInt(CRC_AT, checksum(record));
        return record;
    }

    /// @param source names the record in errors, e.g. the pchannel
    public static LogMessage decode(String source, LogEntry entry) {
        byte[] record = entry.record();
        if (record.length < PREFIX) {
            throw corrupt(source, entry, "it is shorter than its prefix");
        }
        ByteBuffer in = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
        if (in.getInt() != MAGIC) {
            throw corrupt(source, entry, "it does not start with the magic number");
        }
        byte version = in.get();
        if (version > VERSION) {
            throw new StorageException(
                    ErrorCode.FORMAT_TOO_NEW,
                    "Log record at position [%d] of [%s] has format version [%d], this build reads up to [%d]. Start a newer build."
                            .formatted(entry.position(), source, version, VERSION));
        }
        int headerBytes = in.getInt(8);
        int payloadBytes = in.getInt(12);
        if (headerBytes < 0 || payloadBytes < 0 || (long) PREFIX + headerBytes + payloadBytes != record.length) {
            throw corrupt(source, entry, "its lengths do not add up to its size");
        }
        if (in.getInt(CRC_AT) != checksum(record)) {
            throw corrupt(source, entry, "its checksum does not match");
        }
        try {
            LogHeader header = LogHeader.parseFrom(ByteBuffer.wrap(record, PREFIX, headerBytes));
            ByteBuffer payload = ByteBuffer.wrap(record, PREFIX + headerBytes, payloadBytes)
                    .slice()
                    .asReadOnlyBuffer();
            return new LogMessage(header, payload);
        } catch (InvalidProtocolBufferException e) {
            throw corrupt(source, entry, "its header does not parse: " + e.getMessage());
        }
    }

    private static void writeHeader(LogHeader header, byte[] record, int headerBytes) {
        CodedOutputStream out = CodedOutputStream.newInstance(record, PREFIX, headerBytes);
        try {
            header.writeTo(out);
            out.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to an array of the right size failed", e);
        }
    }

    /// Over the whole record but the checksum itself.
    private static int checksum(byte[] record) {
        CRC32C crc = new CRC32C();
        crc.update(record, 0, CRC_AT);
        crc.update(record, CRC_AT + Integer.BYTES, record.length - CRC_AT - Integer.BYTES);
        return (int) crc.getValue();
    }

    private static StorageException corrupt(String source, LogEntry entry, String why) {
        return new StorageException(
                ErrorCode.CORRUPT,
                "Log record at position [%d] of [%s] is damaged: %s. Restore the log from a copy."
                        .formatted(entry.position(), source, why));
    }
}
