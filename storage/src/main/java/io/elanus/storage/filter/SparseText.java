package io.elanus.storage.filter;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.SparseVector;
import java.util.Arrays;

/// Sparse vectors as text, in pgvector's form: `{1:3,5:2}/5` has 3 in the first and 2 in the fifth of five
/// dimensions. Entries may come in any order and zeros are dropped; spaces may stand anywhere between the parts.
final class SparseText {
    private final String text;
    private final ColumnType.Vector type;
    private int at;
    private long[] entries = new long[16];
    private int count;

    private SparseText(String text, ColumnType.Vector type) {
        this.text = text;
        this.type = type;
    }

    static String format(byte[] packed, ColumnType.Vector type) {
        int entries = SparseVector.entries(packed);
        var text = new StringBuilder(entries * 12 + 12).append('{');
        for (int i = 0; i < entries; i++) {
            if (i > 0) {
                text.append(',');
            }
            text.append(SparseVector.dimension(packed, 0, i) + 1L)
                    .append(':')
                    .append(NumberText.format(SparseVector.element(packed, 0, entries, i)));
        }
        return text.append("}/").append(type.dimension()).toString();
    }

    static byte[] parse(String text, ColumnType.Vector type) {
        return new SparseText(text, type).parse();
    }

    private byte[] parse() {
        expect('{', "an opening brace");
        skipSpace();
        if (at < text.length() && text.charAt(at) == '}') {
            at++;
        } else {
            parseEntries();
        }
        expect('/', "a slash and the number of dimensions");
        int start = at;
        long dimension = number("the number of dimensions");
        skipSpace();
        if (at < text.length()) {
            throw wrong(at, "the end of the text");
        }
        if (dimension != type.dimension()) {
            throw new StorageException(
                    ErrorCode.DIMENSION_MISMATCH,
                    "A sparse vector of [%d] dimensions (at character [%d]) does not fit [%s], which has [%d]."
                            .formatted(dimension, start + 1, type.sql(), type.dimension()));
        }
        return packed();
    }

    private void parseEntries() {
        while (true) {
            skipSpace();
            int start = at;
            long dimension = number("a dimension, counted from 1");
            if (dimension < 1 || dimension > type.dimension()) {
                throw new StorageException(
                        ErrorCode.DIMENSION_MISMATCH,
                        "Dimension [%d] of a sparse vector (at character [%d]) is outside [%s]. Count from 1 to [%d]."
                                .formatted(dimension, start + 1, type.sql(), type.dimension()));
            }
            expect(':', "a colon and the element");
            add(dimension - 1, element());
            skipSpace();
            if (at < text.length() && text.charAt(at) == '}') {
                at++;
                return;
            }
            expect(',', "a comma or a closing brace");
        }
    }

    /// An entry as a long that sorts by dimension.
    private void add(long dimension, float element) {
        if (element == 0) {
            return;
        }
        SparseVector.checkEntries(count + 1, type);
        if (count == entries.length) {
            entries = Arrays.copyOf(entries, 2 * count);
        }
        entries[count++] = dimension << 32 | (Float.floatToRawIntBits(element) & 0xFFFF_FFFFL);
    }

    private byte[] packed() {
        Arrays.sort(entries, 0, count);
        int[] dimensions = new int[count];
        float[] elements = new float[count];
        for (int i = 0; i < count; i++) {
            dimensions[i] = (int) (entries[i] >>> 32);
            elements[i] = Float.intBitsToFloat((int) entries[i]);
            if (i > 0 && dimensions[i] == dimensions[i - 1]) {
                throw new StorageException(
                        ErrorCode.INVALID_TEXT,
                        "Dimension [%d] occurs twice in a sparse vector. Leave one of the two out."
                                .formatted(dimensions[i] + 1L));
            }
        }
        return SparseVector.pack(dimensions, elements, count);
    }

    private long number(String what) {
        skipSpace();
        int start = at;
        while (at < text.length() && at - start < 18 && Character.isDigit(text.charAt(at))) {
            at++;
        }
        if (at == start) {
            throw wrong(start, what);
        }
        return Long.parseLong(text, start, at, 10);
    }

    private float element() {
        skipSpace();
        int start = at;
        while (at < text.length() && ",} \t\r\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String number = text.substring(start, at);
        float element;
        try {
            boolean suffixed = number.isEmpty() || "fFdD".indexOf(number.charAt(number.length() - 1)) >= 0;
            if (suffixed) {
                throw wrong(start, "a number");
            }
            element = Float.parseFloat(number);
        } catch (NumberFormatException _) {
            element = number.toLowerCase(java.util.Locale.ROOT).matches("[+-]?(nan|inf|infinity)")
                    ? Float.NaN
                    : reject(start);
        }
        if (!Float.isFinite(element)) {
            throw new StorageException(
                    ErrorCode.VECTOR_NOT_FINITE,
                    "The element at character [%d] of a sparse vector is NaN or infinite. Elements must be finite."
                            .formatted(start + 1));
        }
        return element;
    }

    private float reject(int start) {
        throw wrong(start, "a number");
    }

    private void expect(char wanted, String what) {
        skipSpace();
        if (at >= text.length() || text.charAt(at) != wanted) {
            throw wrong(at, what);
        }
        at++;
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private StorageException wrong(int position, String expected) {
        return new StorageException(
                ErrorCode.INVALID_TEXT,
                "The text is not a valid [%s]: expected %s at character [%d]. Write it as {1:0.5,7:2}/%d."
                        .formatted(type.sql(), expected, position + 1, type.dimension()));
    }
}
