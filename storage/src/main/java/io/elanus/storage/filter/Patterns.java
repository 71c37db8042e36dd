package io.elanus.storage.filter;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Lane.Bools;
import io.elanus.storage.filter.Lane.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// LIKE, ILIKE, prefixes and regular expressions. LIKE runs on UTF-8 bytes; regular expressions are RE2's and take
/// linear time.
final class Patterns {
    private Patterns() {}

    /// value, pattern and optionally an escape character.
    static Step like(List<Step> arguments, boolean ignoreCase) {
        return new Like(arguments, ignoreCase);
    }

    private static final class Like extends Step.Strict<Bools> {
        private final boolean ignoreCase;
        private byte[] patternText = new byte[0];
        private byte[] escapeText = new byte[0];
        private @Nullable LikePattern pattern;

        Like(List<Step> arguments, boolean ignoreCase) {
            super(arguments, new Bools());
            this.ignoreCase = ignoreCase;
        }

        @Override
        void compute(Lane[] in, long[] live, Frame frame) {
            var value = (Bytes) in[0];
            var patterns = (Bytes) in[1];
            Bytes escapes = in.length > 2 ? (Bytes) in[2] : null;
            for (int w = 0; w < frame.words(); w++) {
                long result = 0;
                for (long word = live[w]; word != 0; word &= word - 1) {
                    int bit = Long.numberOfTrailingZeros(word);
                    int row = (w << 6) + bit;
                    LikePattern current = patternOf(patterns, escapes, row);
                    result |= (matches(current, value, row) ? 1L : 0L) << bit;
                }
                out.bits[w] = result;
            }
        }

        private boolean matches(LikePattern current, Bytes value, int row) {
            if (!ignoreCase) {
                return current.matches(value.heap, value.starts[row], value.lengths[row]);
            }
            byte[] folded = fold((String) value.cell(row));
            return current.matches(folded, 0, folded.length);
        }

        /// The pattern of the last row is most often that of this one.
        private LikePattern patternOf(Bytes patterns, @Nullable Bytes escapes, int row) {
            LikePattern current = pattern;
            if (current != null
                    && same(patterns, row, patternText)
                    && (escapes == null || same(escapes, row, escapeText))) {
                return current;
            }
            patternText = patterns.copy(row);
            escapeText = escapes == null ? new byte[] {'\\'} : escapes.copy(row);
            String text = new String(patternText, StandardCharsets.UTF_8);
            String escape = new String(escapeText, StandardCharsets.UTF_8);
            current = LikePattern.of(ignoreCase ? text.toLowerCase(Locale.ROOT) : text, escape);
            pattern = current;
            return current;
        }

        private static boolean same(Bytes lane, int row, byte[] text) {
            int start = lane.starts[row];
            return Arrays.equals(lane.heap, start, start + lane.lengths[row], text, 0, text.length);
        }

        private static byte[] fold(String text) {
            return text.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
        }
    }

    static Step startsWith(List<Step> arguments) {
        return new Step.Strict<>(arguments, new Bools()) {
            @Override
            void compute(Lane[] in, long[] live, Frame frame) {
                var value = (Bytes) in[0];
                var prefix = (Bytes) in[1];
                for (int w = 0; w < frame.words(); w++) {
                    long result = 0;
                    for (long word = live[w]; word != 0; word &= word - 1) {
                        int bit = Long.numberOfTrailingZeros(word);
                        int row = (w << 6) + bit;
                        int length = prefix.lengths[row];
                        int at = value.starts[row];
                        int from = prefix.starts[row];
                        boolean is = length <= value.lengths[row]
                                && Arrays.equals(value.heap, at, at + length, prefix.heap, from, from + length);
                        result |= (is ? 1L : 0L) << bit;
                    }
                    out.bits[w] = result;
                }
            }
        };
    }

    /// Keeps the last compiled expression.
    static final class Compiled {
        private String text = "";
        private String flags = "";
        private @Nullable Pattern pattern;

        Pattern of(String wanted, String wantedFlags) {
            Pattern current = pattern;
            if (current == null || !wanted.equals(text) || !wantedFlags.equals(flags)) {
                current = compile(wanted, wantedFlags);
                pattern = current;
                text = wanted;
                flags = wantedFlags;
            }
            return current;
        }
    }

    /// value, expression and optionally flags: `i` ignores case, `s` lets the dot match newlines, `m` lets ^ and $
    /// match at lines.
    static Step.RowFunction regexpLike() {
        var compiled = new Compiled();
        return cells -> compiled.of((String) cells[1], cells.length > 2 ? (String) cells[2] : "")
                .matcher((String) cells[0])
                .find();
    }

    /// value, expression, replacement (with \1 … \9 and \&) and optionally flags: `g` replaces every match.
    static Step.RowFunction regexpReplace() {
        var compiled = new Compiled();
        return cells -> {
            String flags = cells.length > 3 ? (String) cells[3] : "";
            var matcher = compiled.of((String) cells[1], flags.replace("g", "")).matcher((String) cells[0]);
            String replacement = replacement((String) cells[2]);
            try {
                String result =
                        flags.contains("g") ? matcher.replaceAll(replacement) : matcher.replaceFirst(replacement);
                return TextFunctions.checked(result);
            } catch (IndexOutOfBoundsException e) {
                throw new StorageException(
                        ErrorCode.INVALID_PARAMETER,
                        "The replacement names a group that the regular expression does not have. Check its \\1 … \\9.",
                        e);
            }
        };
    }

    private static String replacement(String text) {
        var result = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean escaped = c == '\\' && i + 1 < text.length();
            char next = escaped ? text.charAt(i + 1) : ' ';
            if (escaped && (Character.isDigit(next) || next == '&')) {
                result.append('$').append(next == '&' ? '0' : next);
                i++;
            } else if (c == '$' || c == '\\') {
                result.append('\\').append(c);
            } else {
                result.append(c);
            }
        }
        return result.toString();
    }

    private static Pattern compile(String text, String flags) {
        int bits = 0;
        for (int i = 0; i < flags.length(); i++) {
            char flag = flags.charAt(i);
            bits |= switch (flag) {
                case 'i' -> Pattern.CASE_INSENSITIVE;
                case 's' -> Pattern.DOTALL;
                case 'm' -> Pattern.MULTILINE;
                case 'c' -> 0;
                default ->
                    throw new StorageException(
                            ErrorCode.INVALID_PARAMETER,
                            "Flag [%s] of a regular expression is not known. Use i, s, m or c.".formatted(flag));
            };
        }
        try {
            return Pattern.compile(text, bits);
        } catch (PatternSyntaxException e) {
            throw new StorageException(
                    ErrorCode.INVALID_PARAMETER,
                    "The regular expression is not valid: %s. Back references and look-around are not supported."
                            .formatted(e.getDescription()),
                    e);
        }
    }
}
