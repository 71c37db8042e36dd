package io.elanus.storage.filter;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Step.RowFunction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/// Functions of text, row by row, counting in code points from 1 as SQL does.
final class TextFunctions {
    /// Longest text that REPEAT, LPAD, `||` and the like may make, in characters.
    private static final int MAX_LENGTH = 16 << 20;

    private TextFunctions() {}

    static RowFunction of(Operator operator) {
        return switch (operator) {
            case LOWER -> cells -> text(cells, 0).toLowerCase(Locale.ROOT);
            case UPPER -> cells -> text(cells, 0).toUpperCase(Locale.ROOT);
            case TRIM -> cells -> trim(text(cells, 0), characters(cells), true, true);
            case LTRIM -> cells -> trim(text(cells, 0), characters(cells), true, false);
            case RTRIM -> cells -> trim(text(cells, 0), characters(cells), false, true);
            case SUBSTRING -> TextFunctions::substring;
            case POSITION -> cells -> position(text(cells, 0), text(cells, 1));
            case REPLACE -> cells -> replace(text(cells, 0), text(cells, 1), text(cells, 2));
            case LEFT -> cells -> left(text(cells, 0), number(cells, 1));
            case RIGHT -> cells -> right(text(cells, 0), number(cells, 1));
            case LPAD -> cells -> pad(cells, true);
            case RPAD -> cells -> pad(cells, false);
            case REVERSE -> cells -> new StringBuilder(text(cells, 0)).reverse().toString();
            case REPEAT -> cells -> repeat(text(cells, 0), number(cells, 1));
            case INITCAP -> cells -> initcap(text(cells, 0));
            case SPLIT_PART -> cells -> splitPart(text(cells, 0), text(cells, 1), number(cells, 2));
            case MD5 -> cells -> md5(bytes(cells[0]));
            case ASCII ->
                cells -> text(cells, 0).isEmpty() ? 0L : (long) text(cells, 0).codePointAt(0);
            case CHR -> cells -> chr(number(cells, 0));
            case TRANSLATE -> cells -> translate(text(cells, 0), text(cells, 1), text(cells, 2));
            default -> throw new IllegalStateException(operator + " is no text function");
        };
    }

    private static String text(Object[] cells, int index) {
        return (String) cells[index];
    }

    private static long number(Object[] cells, int index) {
        return (Long) cells[index];
    }

    private static byte[] bytes(Object cell) {
        return cell instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : (byte[]) cell;
    }

    private static String characters(Object[] cells) {
        return cells.length > 1 ? text(cells, 1) : " ";
    }

    private static String trim(String text, String characters, boolean left, boolean right) {
        int start = 0;
        int end = text.length();
        while (left && start < end && characters.indexOf(text.codePointAt(start)) >= 0) {
            start += Character.charCount(text.codePointAt(start));
        }
        while (right && end > start && characters.indexOf(text.codePointBefore(end)) >= 0) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        return text.substring(start, end);
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /// Characters [from, to), 0-based, clipped to the text.
    private static String slice(String text, long from, long to) {
        int length = length(text);
        int start = Math.clamp(from, 0, length);
        int end = Math.clamp(to, start, length);
        int first = text.offsetByCodePoints(0, start);
        return text.substring(first, text.offsetByCodePoints(first, end - start));
    }

    private static String substring(Object[] cells) {
        long from = number(cells, 1) - 1;
        if (cells.length == 2) {
            return slice(text(cells, 0), from, Long.MAX_VALUE);
        }
        long length = number(cells, 2);
        if (length < 0) {
            throw new StorageException(
                    ErrorCode.INVALID_PARAMETER,
                    "SUBSTRING got the negative length [%d]. Use 0 or more.".formatted(length));
        }
        return slice(
                text(cells, 0), from, length > Long.MAX_VALUE - Math.max(from, 0) ? Long.MAX_VALUE : from + length);
    }

    private static Long position(String part, String text) {
        int at = text.indexOf(part);
        return at < 0 ? 0L : (long) text.codePointCount(0, at) + 1;
    }

    private static String replace(String text, String from, String to) {
        return from.isEmpty() ? text : checked(text.replace(from, to));
    }

    private static String left(String text, long count) {
        return slice(text, 0, count >= 0 ? count : length(text) + count);
    }

    private static String right(String text, long count) {
        return slice(text, count >= 0 ? length(text) - Math.min(count, length(text)) : -count, Long.MAX_VALUE);
    }

    private static String pad(Object[] cells, boolean left) {
        String text = text(cells, 0);
        long width = Math.max(0, number(cells, 1));
        String fill = cells.length > 2 ? text(cells, 2) : " ";
        checkLength(width);
        int missing = (int) width - length(text);
        if (missing <= 0) {
            return slice(text, 0, width);
        }
        if (fill.isEmpty()) {
            return text;
        }
        var padding = new StringBuilder();
        int[] points = fill.codePoints().toArray();
        for (int i = 0; i < missing; i++) {
            padding.appendCodePoint(points[i % points.length]);
        }
        return left ? padding + text : text + padding;
    }

    private static String repeat(String text, long times) {
        if (times <= 0) {
            return "";
        }
        checkLength(Math.multiplyHigh(times, text.length()) != 0 ? Long.MAX_VALUE : times * text.length());
        return text.isEmpty() ? "" : text.repeat((int) times);
    }

    static String checked(String text) {
        checkLength(text.length());
        return text;
    }

    static void checkLength(long length) {
        if (length > MAX_LENGTH) {
            throw new StorageException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "A function would make a text of more than [%d] characters. Ask for less.".formatted(MAX_LENGTH));
        }
    }

    private static String initcap(String text) {
        var result = new StringBuilder(text.length());
        boolean inWord = false;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            result.appendCodePoint(inWord ? Character.toLowerCase(point) : Character.toUpperCase(point));
            inWord = Character.isLetterOrDigit(point);
            i += Character.charCount(point);
        }
        return result.toString();
    }

    private static String splitPart(String text, String delimiter, long part) {
        if (part == 0) {
            throw new StorageException(
                    ErrorCode.INVALID_PARAMETER, "SPLIT_PART counts fields from 1, or from -1 backwards; it got 0.");
        }
        String[] parts =
                delimiter.isEmpty() ? new String[] {text} : text.split(java.util.regex.Pattern.quote(delimiter), -1);
        long index = part > 0 ? part - 1 : parts.length + part;
        return index >= 0 && index < parts.length ? parts[(int) index] : "";
    }

    private static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has MD5", e);
        }
    }

    private static String chr(long point) {
        if (point < 1 || point > Character.MAX_CODE_POINT || (point >= 0xD800 && point <= 0xDFFF)) {
            throw new StorageException(
                    ErrorCode.INVALID_PARAMETER,
                    "CHR got [%d], which is no character. Use a Unicode code point from 1.".formatted(point));
        }
        return Character.toString((int) point);
    }

    private static String translate(String text, String from, String to) {
        int[] sources = from.codePoints().toArray();
        int[] targets = to.codePoints().toArray();
        var result = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            int at = 0;
            while (at < sources.length && sources[at] != point) {
                at++;
            }
            if (at == sources.length) {
                result.appendCodePoint(point);
            } else if (at < targets.length) {
                result.appendCodePoint(targets[at]);
            }
        });
        return result.toString();
    }
}
