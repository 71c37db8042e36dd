package io.elanus.sql.copy;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.bulk.SourceFile;
import io.elanus.sql.bulk.SourceFiles;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.plan.RowFile;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/// The rows of one file after the other, with the file and the place in it in what is thrown. Owns the files.
final class FileRows implements RowFile.Rows {
    private final ReadFile source;
    private final SourceFiles files;
    private final Iterator<SourceFile> left;
    private final List<Integer> decoded;
    private final int[] places;
    private final BufferAllocator allocator;
    private String name = "";
    private @Nullable CopyReader reader;

    /// @param decoded ordinals of the columns that readers give
    /// @param wanted of those, what is answered
    FileRows(
            ReadFile source,
            SourceFiles files,
            List<Integer> decoded,
            List<Integer> wanted,
            BufferAllocator allocator) {
        this.source = source;
        this.files = files;
        this.left = files.files().iterator();
        this.decoded = decoded;
        this.places = wanted.stream().mapToInt(decoded::indexOf).toArray();
        this.allocator = allocator;
    }

    @Override
    public Literal @Nullable [] next() {
        while (true) {
            CopyReader current = reader == null ? begin() : reader;
            if (current == null) {
                return null;
            }
            Literal[] row = next(current);
            if (row != null) {
                Literal[] picked = new Literal[places.length];
                for (int i = 0; i < places.length; i++) {
                    picked[i] = row[places[i]];
                }
                return picked;
            }
            current.close();
            reader = null;
        }
    }

    private @Nullable CopyReader begin() {
        if (!left.hasNext()) {
            return null;
        }
        SourceFile file = left.next();
        name = file.name();
        try {
            CopyReader begun = source.reader(file, decoded, allocator);
            reader = begun;
            return begun;
        } catch (QueryException e) {
            throw named(e);
        } catch (IOException e) {
            throw CopyErrors.unreadable(name, e);
        }
    }

    private Literal @Nullable [] next(CopyReader current) {
        try {
            return current.next();
        } catch (QueryException e) {
            throw named(CopyErrors.located(e, current.row(), current.position()));
        }
    }

    private QueryException named(QueryException e) {
        return new QueryException(
                e.code(),
                "%s File [%s].".formatted(e.getMessage(), name),
                0,
                e.hint().orElse("Mend the row, or COPY the file into a table of your own columns."),
                e);
    }

    @Override
    public void close() {
        try (files) {
            if (reader != null) {
                reader.close();
                reader = null;
            }
        }
    }
}
