package io.elanus.sql.shell;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `\copy TABLE FROM 'FILE' …`: COPY FROM STDIN with a file of the client's machine.
///
/// @param sql what the server gets
record ClientCopy(Path file, String sql) {
    private static final Pattern FORM = Pattern.compile("(?is)(.*\\bFROM\\s+)'((?:[^']|'')+)'(.*)");
    private static final Pattern FORMAT = Pattern.compile("(?i)\\bFORMAT\\b");

    /// Empty: it is written in another way. A format that is not given is taken from the file's name.
    static Optional<ClientCopy> parse(String argument) {
        Matcher form = FORM.matcher(argument);
        if (!form.matches()) {
            return Optional.empty();
        }
        String name = form.group(2).replace("''", "'");
        String options = form.group(3).strip();
        if (!FORMAT.matcher(options).find()) {
            String format =
                    "format '" + name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT) + "'";
            int open = options.indexOf('(');
            options = open < 0 ? "WITH (" + format + ")" : "WITH (" + format + ", " + options.substring(open + 1);
        }
        return Optional.of(new ClientCopy(Path.of(name), "COPY " + form.group(1) + "STDIN " + options));
    }
}
