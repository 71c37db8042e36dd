package io.elanus.storage.index.diskann;

import io.elanus.storage.index.IndexFileReader;
import io.elanus.storage.index.VectorSource;
import io.elanus.storage.index.code.BitCodes;
import io.elanus.storage.index.code.ResidualCodes;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.kernel.Rotation;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// The sections of an open file, their lengths checked against each other.
///
/// @param entry where searches begin
/// @param rows address of the rows of the nodes; 0 when node i is row i
record DiskAnnFile(
        VectorSource source,
        DiskAnnParameters parameters,
        int count,
        int entry,
        long rows,
        BitCodes codes,
        Stored stored) {
    static final int META = 1;
    static final int ROWS = 2;
    static final int SIGNS = 3;
    static final int CENTRE = 4;
    static final int CODES = 5;
    static final int BLOCKS = 6;
    static final int META_INTS = 3;

    /// What lies on disk.
    record Stored(Blocks blocks, long address) {
        long vector(int node) {
            return address + blocks.offset(node);
        }

        long links(int node) {
            return vector(node) + blocks.linksOffset();
        }
    }

    static DiskAnnFile open(IndexFileReader reader, VectorSource source) {
        DiskAnnParameters given = DiskAnnParameters.of(reader.spec().parameters());
        long meta = reader.section(META, META_INTS * 4L).address();
        int count = NativeMemory.intAt(meta);
        int degree = NativeMemory.intAt(meta + 4);
        int entry = NativeMemory.intAt(meta + 8);
        boolean starts = count == 0 ? entry == 0 : entry >= 0 && entry < count;
        if (count < 0 || count > reader.rows() || degree != given.maxDegree() || !starts) {
            throw reader.corrupt(
                    "its graph cannot have [%d] nodes, [%d] links and the entry [%d]".formatted(count, degree, entry));
        }
        int dimension = reader.spec().type().dimension();
        long rows =
                count == reader.rows() ? 0 : reader.section(ROWS, count * 4L).address();
        long signs = reader.section(SIGNS, Rotation.signBytes(dimension)).address();
        long centre = reader.section(CENTRE, dimension * 4L).address();
        var residuals = new ResidualCodes(
                reader.spec().metric(),
                new Rotation(dimension, signs),
                centre,
                ResidualCodes.planes(dimension, given.codeBits()));
        long codeBytes = BitCodes.entryBytes(Rotation.padded(dimension), given.codeBits());
        MemorySegment codes = reader.section(CODES, count * codeBytes);
        var blocks = new Blocks(source.type().bytes(), degree);
        MemorySegment stored = reader.section(BLOCKS, blocks.bytes(count));
        return new DiskAnnFile(
                source,
                given,
                count,
                entry,
                rows,
                new BitCodes(residuals, codes.address()),
                new Stored(blocks, stored.address()));
    }

    /// Nodes come from the file: what is none is an [IndexOutOfBoundsException], and so is a row that is none.
    int row(int node) {
        return rows == 0
                ? node
                : Objects.checkIndex(NativeMemory.intAt(rows + Objects.checkIndex(node, count) * 4L), source.rows());
    }

    /// What searches read all over.
    long residentBytes() {
        long codeBytes = BitCodes.entryBytes(codes.codes().rotation().padded(), parameters.codeBits());
        return count * (codeBytes + (rows == 0 ? 0 : 4));
    }
}
