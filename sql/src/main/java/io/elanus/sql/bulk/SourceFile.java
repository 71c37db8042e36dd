package io.elanus.sql.bulk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file that statements read, on the server or in an object store. What goes wrong with the place, and not with
/// the content, is a [java.nio.file.FileSystemException]. Any thread.
public interface SourceFile {
    /// Its name without folders, for messages.
    String name();

    /// Which file it is among all that a statement may name.
    String place();

    long bytes() throws IOException;

    /// When it was written last: with its size, it tells a file from another that came in its place.
    long modifiedMillis() throws IOException;

    /// From its start; the caller closes it. Positions may be set at will.
    SeekableByteChannel open() throws IOException;

    /// From its start to its end; the caller closes it.
    default InputStream stream() throws IOException {
        return Channels.newInputStream(open());
    }

    /// A file of the server.
    static SourceFile of(Path path) {
        return new OnServer(path);
    }

    /// @param path absolute
    record OnServer(Path path) implements SourceFile {
        @Override
        public String name() {
            return String.valueOf(path.getFileName());
        }

        @Override
        public String place() {
            return path.toString();
        }

        @Override
        public long bytes() throws IOException {
            return Files.size(path);
        }

        @Override
        public long modifiedMillis() throws IOException {
            return Files.getLastModifiedTime(path).toMillis();
        }

        @Override
        public SeekableByteChannel open() throws IOException {
            return FileChannel.open(path);
        }

        @Override
        public InputStream stream() throws IOException {
            return Files.newInputStream(path);
        }
    }
}
