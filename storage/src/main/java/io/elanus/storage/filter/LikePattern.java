package io.elanus.storage.filter;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A LIKE pattern as pieces between its `%`, each a run of bytes where a `_` stands for one character. The pieces
/// are found from left to right, first match first, which is enough because `%` matches anything.
public final class LikePattern {
    /// A byte that UTF-8 never has: one character of any kind.
    private static final byte ANY = (byte) 0xFF;

    private final List<byte[]> pieces;
    private final boolean openStart;
    private final boolean openEnd;
    private final boolean plain;

    private LikePattern(List<byte[]> pieces, boolean openStart, boolean openEnd) {
        this.pieces = pieces;
        this.openStart = openStart;
        this.openEnd = openEnd;
        boolean any = false;
        for (byte[] piece : pieces) {
            for (byte b : piece) {
                any |= b == ANY;
            }
        }
        this.plain = !any;
    }

    /// @param escape one character, or empty for none
    public static LikePattern of(String pattern, String escape) {
        if (escape.codePointCount(0, escape.length()) > 1) {
            throw new StorageException(
                    ErrorCode.INVALID_PARAMETER, "ESCAPE takes one character, given [%s].".formatted(escape));
        }
        int escapePoint = escape.isEmpty() ? -1 : escape.codePointAt(0);
        var pieces = new ArrayList<byte[]>();
        var piece = new java.io.ByteArrayOutputStream();
        boolean openStart = false;
        boolean openEnd = false;
        int[] points = pattern.codePoints().toArray();
        for (int i = 0; i < points.length; i++) {
            openEnd = false;
            if (points[i] == escapePoint) {
                i++;
                if (i == points.length) {
                    throw new StorageException(
                            ErrorCode.INVALID_PARAMETER,
                            "A LIKE pattern ends with its escape character. Double it to match it.");
                }
                piece.writeBytes(Character.toString(points[i]).getBytes(StandardCharsets.UTF_8));
            } else if (points[i] == '%') {
                openStart |= pieces.isEmpty() && piece.size() == 0;
                openEnd = true;
                if (piece.size() > 0) {
                    pieces.add(piece.toByteArray());
                    piece.reset();
                }
            } else if (points[i] == '_') {
                piece.write(ANY);
            } else {
                piece.writeBytes(Character.toString(points[i]).getBytes(StandardCharsets.UTF_8));
            }
        }
        if (piece.size() > 0) {
            pieces.add(piece.toByteArray());
        }
        return new LikePattern(List.copyOf(pieces), openStart, openEnd);
    }

    /// What every match starts with; empty when that is not known.
    public String prefix() {
        if (openStart || pieces.isEmpty()) {
            return "";
        }
        byte[] first = pieces.getFirst();
        int length = 0;
        while (length < first.length && first[length] != ANY) {
            length++;
        }
        return new String(first, 0, length, StandardCharsets.UTF_8);
    }

    /// Does everything match that starts with [#prefix]?
    public boolean onlyPrefix() {
        return !openStart && openEnd && plain && pieces.size() == 1;
    }

    boolean matches(byte[] heap, int start, int length) {
        int end = start + length;
        int count = pieces.size();
        if (count == 0) {
            return openStart || length == 0;
        }
        int at = start;
        int piece = 0;
        if (!openStart) {
            at = matchAt(pieces.getFirst(), heap, start, end);
            if (at < 0) {
                return false;
            }
            piece = 1;
        }
        int last = openEnd ? count : count - 1;
        for (; piece < last; piece++) {
            at = find(pieces.get(piece), heap, at, end);
            if (at < 0) {
                return false;
            }
        }
        if (openEnd) {
            return true;
        }
        return piece == count ? at == end : endsWith(pieces.getLast(), heap, at, end);
    }

    /// End of the match of the piece at `at`, or -1.
    private static int matchAt(byte[] piece, byte[] heap, int at, int end) {
        int position = at;
        for (byte b : piece) {
            if (position >= end) {
                return -1;
            }
            if (b == ANY) {
                position = nextCharacter(heap, position, end);
            } else if (heap[position++] != b) {
                return -1;
            }
        }
        return position;
    }

    private static int find(byte[] piece, byte[] heap, int from, int end) {
        for (int at = from; at < end; at++) {
            boolean character = (heap[at] & 0xC0) != 0x80;
            int match = character ? matchAt(piece, heap, at, end) : -1;
            if (match >= 0) {
                return match;
            }
        }
        return -1;
    }

    private boolean endsWith(byte[] piece, byte[] heap, int from, int end) {
        if (plain) {
            int at = end - piece.length;
            return at >= from && Arrays.equals(heap, at, end, piece, 0, piece.length);
        }
        for (int at = from; at < end; at++) {
            if ((heap[at] & 0xC0) != 0x80 && matchAt(piece, heap, at, end) == end) {
                return true;
            }
        }
        return false;
    }

    private static int nextCharacter(byte[] heap, int position, int end) {
        int next = position + 1;
        while (next < end && (heap[next] & 0xC0) == 0x80) {
            next++;
        }
        return next;
    }
}
