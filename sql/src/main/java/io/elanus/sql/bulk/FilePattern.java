package io.elanus.sql.bulk;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.object.ObjectKeys;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// One file or several, as statements name them: the text of a [Place] and the name of a file in it. `*` stands for
/// any characters of a name, `?` for one, `**` for any folders too; a name that ends in a slash stands for every
/// file of that folder. Names that begin with a dot or an underscore are matched only when they are written so:
/// they are those of drafts and marks.
///
/// @param base the deepest folder above all files that are meant
/// @param name below the base, with its wildcards
public record FilePattern(Place base, String name) {
    private static final Pattern WILDCARD = Pattern.compile("[*?]");
    private static final Pattern SCHEME = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]+:(//)?");

    /// @param folders below which files of the server may be; empty: anywhere
    public static FilePattern of(String text, List<Path> folders) {
        if (text.isBlank() || text.indexOf('\0') >= 0) {
            throw new QueryException(ErrorCode.INVALID_PARAMETER, "The path of a file is empty or has a NUL.");
        }
        String whole = text.endsWith("/") ? text + "*" : text;
        var wildcard = WILDCARD.matcher(whole);
        int end = wildcard.find() ? wildcard.start() : whole.length();
        int slash = whole.lastIndexOf('/', end - 1);
        var scheme = SCHEME.matcher(whole);
        int from = Math.max(slash + 1, scheme.find() ? scheme.end() : 0);
        String base = whole.substring(0, from);
        String name = whole.substring(from);
        return Place.isFile(text) ? ofServer(whole, base, name, folders) : ofStore(text, base, name);
    }

    private static FilePattern ofServer(String whole, String base, String name, List<Path> folders) {
        if (!WILDCARD.matcher(name).find()) {
            Place.Folder file = (Place.Folder) Place.of(whole, folders);
            Path folder = file.path().getParent();
            return new FilePattern(
                    new Place.Folder(folder == null ? file.path() : folder),
                    String.valueOf(file.path().getFileName()));
        }
        return new FilePattern(Place.of(base.isEmpty() ? "." : base, folders), name);
    }

    private static FilePattern ofStore(String text, String base, String name) {
        if (!ObjectKeys.isKey(name)) {
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER,
                    "[%s] does not name a file that an object store can have.".formatted(text),
                    "Names have neither control characters nor backslashes, and are not [.] or [..].");
        }
        return new FilePattern(stored(base, text), name);
    }

    private static Place stored(String base, String text) {
        if (base.equals("s3://")) {
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER,
                    "[%s] names a bucket and no file.".formatted(text),
                    "Write s3://bucket/folder/file.parquet, or s3://bucket/folder/*.parquet.");
        }
        return Place.of(base, List.of());
    }

    /// May it stand for several files?
    public boolean isPattern() {
        return WILDCARD.matcher(name).find();
    }

    /// What its end says of the format; empty when it says nothing.
    public String suffix() {
        String last = name.substring(name.lastIndexOf('/') + 1);
        int dot = last.lastIndexOf('.');
        return dot < 0 ? "" : last.substring(dot + 1);
    }

    /// For messages.
    public String text() {
        String place = base.text();
        return place.endsWith("/") || place.endsWith(":") ? place + name : place + "/" + name;
    }

    /// Does it stand for the file of this path below the base?
    boolean matches(String path) {
        return regex().matcher(path).matches();
    }

    private Pattern regex() {
        var regex = new StringBuilder();
        boolean begins = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '*' || c == '?') {
                if (name.startsWith("**", i)) {
                    i += name.startsWith("**/", i) ? 2 : 1;
                    regex.append("(?:(?![._])[^/]*/)*").append(i + 1 == name.length() ? "(?![._])[^/]*" : "");
                    continue;
                }
                regex.append(begins ? "(?![._])" : "").append(c == '*' ? "[^/]*" : "[^/]");
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
            begins = c == '/';
        }
        return Pattern.compile(regex.toString());
    }
}
