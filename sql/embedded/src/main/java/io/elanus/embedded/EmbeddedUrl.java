package io.elanus.embedded;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;

/// What a URL of an embedded database says.
///
/// @param folder empty: in memory
/// @param name of a database in memory; empty: one of its own
/// @param properties `?name=value&…`, or nothing
record EmbeddedUrl(Optional<Path> folder, String name, String properties) {
    private static final String FILE = "jdbc:elanus:file:";
    private static final String MEMORY = "jdbc:elanus:mem:";

    static boolean isOne(String url) {
        return url.startsWith(FILE) || url.startsWith(MEMORY);
    }

    static EmbeddedUrl parse(String url) throws SQLException {
        int question = url.indexOf('?');
        String place = question < 0 ? url : url.substring(0, question);
        String properties = question < 0 ? "" : url.substring(question);
        if (place.startsWith(MEMORY)) {
            return new EmbeddedUrl(Optional.empty(), place.substring(MEMORY.length()), properties);
        }
        String folder = place.substring(FILE.length());
        if (folder.isEmpty()) {
            throw new SQLException("[" + url + "] names no folder. Write jdbc:elanus:file:DIR", "08001");
        }
        try {
            return new EmbeddedUrl(Optional.of(Path.of(folder)), "", properties);
        } catch (InvalidPathException e) {
            throw new SQLException("[" + folder + "] is no name of a folder: " + e.getReason(), "08001", e);
        }
    }
}
