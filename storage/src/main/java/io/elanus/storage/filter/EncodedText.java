package io.elanus.storage.filter;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;

/// Bytes as text and back, and digests.
final class EncodedText {
    private static final long INT_BITS = 0xFFFF_FFFFL;
    private static final int LINE = 76;

    private EncodedText() {}

    static byte[] bytes(Object cell) {
        return cell instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : (byte[]) cell;
    }

    static byte[] sha256(Object cell) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes(cell));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /// Negative numbers in the two's complement of their type's width.
    static String hex(long value, ColumnType type) {
        return Long.toHexString(type == Simple.BIGINT ? value : value & INT_BITS);
    }

    static String encode(byte[] bytes, String format) {
        return switch (format.toLowerCase(Locale.ROOT)) {
            case "hex" -> HexFormat.of().formatHex(bytes);
            case "base64" -> Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(bytes);
            default -> throw unknown(format);
        };
    }

    static byte[] decode(String text, String format) {
        try {
            return switch (format.toLowerCase(Locale.ROOT)) {
                case "hex" -> HexFormat.of().parseHex(text.strip());
                case "base64" -> Base64.getDecoder().decode(text.replaceAll("\\s", ""));
                default -> throw unknown(format);
            };
        } catch (IllegalArgumentException e) {
            throw new StorageException(
                    ErrorCode.INVALID_PARAMETER, "The text is not in the format [%s].".formatted(format), e);
        }
    }

    private static StorageException unknown(String format) {
        return new StorageException(
                ErrorCode.INVALID_PARAMETER, "Encoding [%s] is not known. Use hex or base64.".formatted(format));
    }
}
