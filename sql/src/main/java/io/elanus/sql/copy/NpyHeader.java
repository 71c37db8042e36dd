package io.elanus.sql.copy;

import io.elanus.sql.copy.VectorFileReader.Element;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What an npy file says of its two-dimensional array.
///
/// @param bytes up to the first element
record NpyHeader(Element element, long rows, long dimension, long bytes) {
    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([fiub])(\\d)'");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,?\\s*\\)");
    private static final int PREFIX = 8;
    private static final int MAX_LENGTH = 1 << 20;

    /// @param name of the file, for messages
    static NpyHeader read(DataInputStream in, String name) {
        try {
            byte[] magic = in.readNBytes(PREFIX);
            if (magic.length < PREFIX || magic[0] != (byte) 0x93 || magic[1] != 'N' || magic[5] != 'Y') {
                throw CopyErrors.bad("File [%s] is not an npy file.".formatted(name));
            }
            boolean wide = magic[6] >= 2;
            int length =
                    wide ? Integer.reverseBytes(in.readInt()) : Short.toUnsignedInt(Short.reverseBytes(in.readShort()));
            if (length < 0 || length > MAX_LENGTH) {
                throw CopyErrors.bad("The header of file [%s] claims [%d] bytes.".formatted(name, length));
            }
            long bytes = (long) PREFIX + (wide ? Integer.BYTES : Short.BYTES) + length;
            return parse(new String(in.readNBytes(length), StandardCharsets.ISO_8859_1), bytes, name);
        } catch (EOFException e) {
            throw CopyErrors.bad("File [%s] ends within its header.".formatted(name), e);
        } catch (IOException e) {
            throw CopyErrors.unreadable(name, e);
        }
    }

    private static NpyHeader parse(String header, long bytes, String name) {
        Matcher descr = DESCR.matcher(header);
        Matcher shape = SHAPE.matcher(header);
        if (!descr.find() || !shape.find() || header.contains("'fortran_order': True")) {
            throw CopyErrors.bad("File [%s] is not a two-dimensional npy array in C order.".formatted(name));
        }
        Element element = switch (descr.group(2) + descr.group(3)) {
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
        try {
            return new NpyHeader(element, Long.parseLong(shape.group(1)), Long.parseLong(shape.group(2)), bytes);
        } catch (NumberFormatException e) {
            throw CopyErrors.bad("The header of file [%s] claims too many rows.".formatted(name), e);
        }
    }
}
