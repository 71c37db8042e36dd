package io.elanus.sql.bulk;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where files are, as statements name it: `/folder` or `file:///folder` on the server, `store:prefix` in the
/// cluster's object store, `s3://bucket/prefix`.
public sealed interface Place {
    /// What the place is called in messages.
    String text();

    /// @param path absolute
    record Folder(Path path) implements Place {
        @Override
        public String text() {
            return path.toString();
        }
    }

    /// @param prefix below all that is users' in the cluster's object store; no slash at its ends; may be empty
    record Store(String prefix) implements Place {
        @Override
        public String text() {
            return "store:" + prefix;
        }
    }

    /// @param prefix no slash at its ends; may be empty
    record Bucket(String bucket, String prefix) implements Place {
        @Override
        public String text() {
            return "s3://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix);
        }
    }

    /// A scheme of one letter would be a drive.
    Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):(.*)", Pattern.DOTALL);

    Pattern PREFIX = Pattern.compile("[A-Za-z0-9_=-][A-Za-z0-9._=-]*(/[A-Za-z0-9_=-][A-Za-z0-9._=-]*)*");

    /// @param folders below which files of the server may be; empty: anywhere
    static Place of(String text, List<Path> folders) {
        Matcher matcher = SCHEME.matcher(text);
        if (!matcher.matches()) {
            return new Folder(allowed(text, folders));
        }
        String rest = matcher.group(2);
        return switch (matcher.group(1).toLowerCase(Locale.ROOT)) {
            case "file" -> new Folder(allowed(rest.replaceFirst("^//(localhost)?(?=/)", ""), folders));
            case "store" -> store(trimmed(rest), text);
            case "s3" -> bucket(rest, text);
            default ->
                throw new QueryException(
                        ErrorCode.INVALID_PARAMETER,
                        "There is no kind of place [%s:].".formatted(matcher.group(1)),
                        "Write a path of the server, file:///path, store:prefix for the cluster's object store, or"
                                + " s3://bucket/prefix.");
        };
    }

    /// Is it a path of the server, and not in an object store?
    static boolean isFile(String text) {
        Matcher matcher = SCHEME.matcher(text);
        return !matcher.matches() || matcher.group(1).equalsIgnoreCase("file");
    }

    private static Place store(String prefix, String text) {
        return new Store(prefix.isEmpty() ? "" : prefix(prefix, text));
    }

    private static Place bucket(String rest, String text) {
        String path = trimmed(rest);
        int slash = path.indexOf('/');
        String bucket = slash < 0 ? path : path.substring(0, slash);
        String prefix = slash < 0 ? "" : path.substring(slash + 1);
        prefix(bucket, text);
        return new Bucket(bucket, prefix.isEmpty() ? "" : prefix(prefix, text));
    }

    private static String trimmed(String text) {
        return text.replaceAll("^/+|/+$", "");
    }

    private static String prefix(String prefix, String text) {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER,
                    "[%s] is not a place.".formatted(text),
                    "Its parts have letters, digits, dots, dashes, underscores and equals signs, with single slashes between them.");
        }
        return prefix;
    }

    /// The path, if it lies below one of the folders; any path when there are none.
    static Path allowed(String given, List<Path> folders) {
        Path file = Path.of(given).toAbsolutePath().normalize();
        boolean allowed = folders.isEmpty()
                || folders.stream()
                        .anyMatch(folder ->
                                file.startsWith(folder.toAbsolutePath().normalize()));
        if (!allowed) {
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER,
                    "File [%s] is not below a folder that COPY may use.".formatted(given),
                    "The server's setting names the folders.");
        }
        return file;
    }
}
