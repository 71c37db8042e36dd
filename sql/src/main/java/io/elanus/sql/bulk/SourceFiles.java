package io.elanus.sql.bulk;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.object.ObjectStore.ObjectInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The files that a pattern stands for, while they are read. Closing it closes the store that they are in.
public final class SourceFiles implements AutoCloseable {
    /// Of one statement.
    private static final int MOST_FILES = 100_000;

    private final List<SourceFile> files;
    private final @Nullable ObjectStore store;

    private SourceFiles(List<SourceFile> files, @Nullable ObjectStore store) {
        this.files = List.copyOf(files);
        this.store = store;
    }

    /// Looks for the files. Fails when a pattern stands for none; that a single file of the server is not there
    /// shows when it is opened.
    ///
    /// @param storage asked only for files of object stores
    public static SourceFiles open(FilePattern pattern, Supplier<BulkStorage> storage) {
        if (pattern.base() instanceof Place.Folder(Path folder)) {
            return new SourceFiles(
                    pattern.isPattern()
                            ? onServer(pattern, folder)
                            : List.of(SourceFile.of(folder.resolve(pattern.name()))),
                    null);
        }
        ObjectStore store = storage.get().open(pattern.base());
        boolean opened = false;
        try {
            var found = new SourceFiles(stored(pattern, store), store);
            opened = true;
            return found;
        } finally {
            if (!opened) {
                store.close();
            }
        }
    }

    private static List<SourceFile> onServer(FilePattern pattern, Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return checked(
                    pattern,
                    all.filter(Files::isRegularFile)
                            .filter(file -> pattern.matches(
                                    folder.relativize(file).toString().replace('\\', '/')))
                            .sorted()
                            .map(SourceFile::of)
                            .limit(MOST_FILES + 1L)
                            .toList());
        } catch (IOException e) {
            throw new QueryException(
                    ErrorCode.IO_ERROR,
                    "The files of [%s] could not be listed.".formatted(pattern.text()),
                    0,
                    "Check that the folder exists on the server and may be read.",
                    e);
        }
    }

    private static List<SourceFile> stored(FilePattern pattern, ObjectStore store) {
        if (!pattern.isPattern()) {
            return List.of(store.find(pattern.name())
                    .map(object -> file(pattern, store, object))
                    .orElseThrow(() -> none(pattern, "does not exist")));
        }
        String name = pattern.name();
        String fixed = name.substring(0, name.replace('?', '*').indexOf('*'));
        return checked(
                pattern,
                store.list(fixed).stream()
                        .filter(object -> pattern.matches(object.key()))
                        .map(object -> file(pattern, store, object))
                        .toList());
    }

    private static SourceFile file(FilePattern pattern, ObjectStore store, ObjectInfo object) {
        return new ObjectFile(store, object, new FilePattern(pattern.base(), object.key()).text());
    }

    private static List<SourceFile> checked(FilePattern pattern, List<SourceFile> files) {
        if (files.isEmpty()) {
            throw none(pattern, "stands for no file");
        }
        if (files.size() > MOST_FILES) {
            throw new QueryException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "[%s] stands for more than [%d] files.".formatted(pattern.text(), MOST_FILES),
                    "Load them in several statements.");
        }
        return files;
    }

    private static QueryException none(FilePattern pattern, String what) {
        return new QueryException(
                ErrorCode.IO_ERROR,
                "[%s] %s.".formatted(pattern.text(), what),
                "Check the name, and the folder that it is in.");
    }

    /// In the order of their names; at least one.
    public List<SourceFile> files() {
        return files;
    }

    @Override
    public void close() {
        if (store != null) {
            store.close();
        }
    }
}
