package io.elanus.sql.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;

/// The files of the page, read once. Only what the list in the folder names can be asked for. Any thread.
final class PageFiles {
    private static final String FOLDER = "/console/";
    /// Names every file of the page, one a line.
    private static final String LIST = "files.txt";

    private final Map<String, PageFile> files = new HashMap<>();

    /// @param tag changes with the content
    @SuppressWarnings("ArrayRecordComponent")
    record PageFile(String contentType, String tag, byte[] plain, byte[] zipped) {}

    PageFiles() {
        String list = new String(read(LIST), StandardCharsets.UTF_8);
        list.lines().filter(name -> !name.isBlank()).forEach(name -> files.put(name, file(name, read(name))));
    }

    /// @param path such as `index.html`
    Optional<PageFile> find(String path) {
        return Optional.ofNullable(files.get(path));
    }

    private static PageFile file(String name, byte[] content) {
        var crc = new CRC32C();
        crc.update(content);
        String tag = '"' + HexFormat.of().toHexDigits((int) crc.getValue()) + '"';
        return new PageFile(contentType(name), tag, content, zip(content));
    }

    private static String contentType(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html" -> "text/html;charset=utf-8";
            case "css" -> "text/css;charset=utf-8";
            case "js" -> "text/javascript;charset=utf-8";
            case "svg" -> "image/svg+xml";
            default -> throw new IllegalStateException("No content type for " + name);
        };
    }

    private static byte[] read(String name) {
        try (InputStream in = PageFiles.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException("The page lacks " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] zip(byte[] content) {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(bytes)) {
            zip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
