package io.elanus.storage.index;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.memory.MappedAdvice;
import io.elanus.storage.memory.MappedChecksum;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Reads the envelope that the package documents; the sections are used where they lie: in a file, or, of an index
/// that is still being made, where its build has put them. Immutable. The file belongs to the caller.
public final class IndexFileReader {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final String name;
    private final MemorySegment file;
    private final int headerBytes;
    private final Map<String, String> parameters;
    private final @Nullable IndexSpec spec;
    private final int rows;
    private final List<Section> sections;

    private record Section(int id, int crc, long offset, MemorySegment content) {
        long bytes() {
            return content.byteSize();
        }
    }

    /// Checks the header; see the package for what that covers.
    ///
    /// @param name of the object, for errors
    /// @param version the newest version of the format that the caller reads
    public IndexFileReader(String name, MemorySegment file, String format, int version) {
        this.name = name;
        this.file = file;
        this.headerBytes = checkHeader(name, file);
        String found = formatName(file);
        if (!found.equals(format)) {
            throw corrupt("its format is [" + found + "], expected [" + format + "]");
        }
        int formatVersion = file.get(INT, 48);
        if (formatVersion > version) {
            throw tooNew(name, format + " " + formatVersion);
        }
        this.rows = file.get(INT, 52);
        this.sections = readSections();
        this.parameters = readParameters();
        this.spec = readSpec(format);
    }

    private IndexFileReader(String name, IndexSpec spec, int rows, List<Section> sections) {
        this.name = name;
        this.file = MemorySegment.NULL;
        this.headerBytes = 0;
        this.parameters = spec.parameters();
        this.spec = spec;
        this.rows = rows;
        this.sections = sections;
    }

    /// Reads an index that is not a file yet. There is nothing to verify of it.
    ///
    /// @param contents by id
    static IndexFileReader unwritten(IndexSpec spec, int rows, Map<Integer, MemorySegment> contents) {
        List<Section> sections = new ArrayList<>();
        contents.forEach((id, content) -> sections.add(new Section(id, 0, 0, content)));
        return new IndexFileReader("index under construction", spec, rows, List.copyOf(sections));
    }

    /// The format that a file names.
    public static String formatOf(String name, MemorySegment file) {
        checkHeader(name, file);
        return formatName(file);
    }

    /// Of an index over vectors.
    public IndexSpec spec() {
        if (spec == null) {
            throw corrupt("it says nothing of the vectors that it is about");
        }
        return spec;
    }

    /// As they were given to the writer.
    public Map<String, String> parameters() {
        return parameters;
    }

    public int rows() {
        return rows;
    }

    /// Bytes of the file; 0 of one that is not written yet.
    public long bytes() {
        return file.byteSize();
    }

    /// Fails when the source cannot be the vectors that the index was built from.
    public void checkSource(VectorSource source) {
        IndexSpec spec = spec();
        if (source.rows() != rows || !source.type().equals(spec.type())) {
            throw corrupt("it was built for [%d] rows of [%s], the segment has [%d] of [%s]"
                    .formatted(
                            rows,
                            spec.type().sql(),
                            source.rows(),
                            source.type().sql()));
        }
    }

    /// The section of this id, which must be there with this many bytes.
    public MemorySegment section(int id, long bytes) {
        MemorySegment section = section(id);
        if (section.byteSize() != bytes) {
            throw corrupt("section [%d] has [%d] bytes, expected [%d]".formatted(id, section.byteSize(), bytes));
        }
        return section;
    }

    public MemorySegment section(int id) {
        for (Section section : sections) {
            if (section.id() == id) {
                return section.content();
            }
        }
        throw corrupt("section [" + id + "] is missing");
    }

    public boolean hasSection(int id) {
        return sections.stream().anyMatch(section -> section.id() == id);
    }

    /// Reads every byte: the checksum of each section, and that there is nothing between them.
    public void verify() {
        for (Section section : sections) {
            if (MappedChecksum.crc32c(section.content()) != section.crc()) {
                throw corrupt("the checksum of section [%d] at offset [%d] does not match"
                        .formatted(section.id(), section.offset()));
            }
            for (long at = section.offset() + section.bytes();
                    at < IndexFileWriter.aligned(section.offset() + section.bytes());
                    at++) {
                if (file.get(ValueLayout.JAVA_BYTE, at) != 0) {
                    throw corrupt("the padding at offset [" + at + "] is not empty");
                }
            }
        }
    }

    /// Says that searches will read single pages of the file here and there.
    public void expectRandomReads() {
        MappedAdvice.random(file);
    }

    /// As [#verify], of a file of which random reads are expected otherwise.
    public void verifyInOrder() {
        MappedAdvice.sequential(file);
        try {
            verify();
        } finally {
            MappedAdvice.random(file);
        }
    }

    /// The error for content of this file that cannot be.
    public StorageException corrupt(String what) {
        return corrupt(name, what);
    }

    private static StorageException corrupt(String name, String what) {
        return new StorageException(
                ErrorCode.CORRUPT,
                "Index file [%s] is damaged: %s. Drop the index and create it again.".formatted(name, what));
    }

    private static StorageException tooNew(String name, String what) {
        return new StorageException(
                ErrorCode.FORMAT_TOO_NEW,
                "Index file [%s] was written by a newer version [%s]. Upgrade this node, or rebuild the index."
                        .formatted(name, what));
    }

    private static int checkHeader(String name, MemorySegment file) {
        if (file.byteSize() < IndexFileWriter.TABLE_OFFSET) {
            throw corrupt(name, "it has only [" + file.byteSize() + "] bytes");
        }
        byte[] magic = file.asSlice(0, IndexFileWriter.MAGIC.length).toArray(ValueLayout.JAVA_BYTE);
        if (!Arrays.equals(magic, IndexFileWriter.MAGIC)) {
            throw corrupt(name, "it does not start with the magic of an index file");
        }
        int envelope = file.get(INT, 8);
        if (envelope != IndexFileWriter.ENVELOPE_VERSION) {
            throw tooNew(name, "envelope " + envelope);
        }
        int headerBytes = file.get(INT, 12);
        if (headerBytes < IndexFileWriter.TABLE_OFFSET
                || headerBytes > file.byteSize()
                || headerBytes % IndexFileWriter.ALIGNMENT != 0) {
            throw corrupt(name, "its header claims [" + headerBytes + "] bytes");
        }
        byte[] header = file.asSlice(0, headerBytes).toArray(ValueLayout.JAVA_BYTE);
        Arrays.fill(header, IndexFileWriter.CRC_OFFSET, IndexFileWriter.CRC_OFFSET + Integer.BYTES, (byte) 0);
        CRC32C crc = new CRC32C();
        crc.update(header);
        if ((int) crc.getValue() != file.get(INT, IndexFileWriter.CRC_OFFSET)) {
            throw corrupt(name, "the checksum of its header does not match");
        }
        if (file.get(LONG, 24) != file.byteSize()) {
            throw corrupt(
                    name, "it has [%d] bytes, its header says [%d]".formatted(file.byteSize(), file.get(LONG, 24)));
        }
        return headerBytes;
    }

    private static String formatName(MemorySegment file) {
        byte[] padded = file.asSlice(32, IndexFileWriter.FORMAT_NAME_BYTES).toArray(ValueLayout.JAVA_BYTE);
        return new String(padded, StandardCharsets.US_ASCII).replace("\0", "");
    }

    private List<Section> readSections() {
        int count = file.get(INT, 20);
        if (count < 0 || count > (headerBytes - IndexFileWriter.TABLE_OFFSET) / IndexFileWriter.ENTRY_BYTES) {
            throw corrupt("its header claims [" + count + "] sections");
        }
        List<Section> found = new ArrayList<>();
        long expected = headerBytes;
        for (int i = 0; i < count; i++) {
            long at = IndexFileWriter.TABLE_OFFSET + (long) i * IndexFileWriter.ENTRY_BYTES;
            int id = file.get(INT, at);
            long offset = file.get(LONG, at + 8);
            long bytes = file.get(LONG, at + 16);
            if (offset != expected || bytes < 0 || bytes > file.byteSize() - expected) {
                throw corrupt("section [%d] claims offset [%d] and [%d] bytes".formatted(id, offset, bytes));
            }
            expected += IndexFileWriter.aligned(bytes);
            found.add(new Section(id, file.get(INT, at + 4), offset, file.asSlice(offset, bytes)));
        }
        if (expected != file.byteSize()) {
            throw corrupt("its sections end at [%d] of [%d] bytes".formatted(expected, file.byteSize()));
        }
        return List.copyOf(found);
    }

    private Map<String, String> readParameters() {
        int parameterBytes = file.get(INT, 64);
        long parametersAt = IndexFileWriter.TABLE_OFFSET + (long) IndexFileWriter.ENTRY_BYTES * sections.size();
        if (rows < 0 || parameterBytes < 0 || parametersAt + parameterBytes > headerBytes) {
            throw corrupt("its header does not fit itself");
        }
        String text = new String(
                file.asSlice(parametersAt, parameterBytes).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        Map<String, String> read = new HashMap<>();
        text.lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals < 0) {
                throw corrupt("its parameters cannot be read");
            }
            read.put(line.substring(0, equals), line.substring(equals + 1));
        });
        return Map.copyOf(read);
    }

    /// Null when the index is not about vectors.
    private @Nullable IndexSpec readSpec(String format) {
        byte metricCode = file.get(ValueLayout.JAVA_BYTE, 56);
        byte elementCode = file.get(ValueLayout.JAVA_BYTE, 57);
        int dimension = file.get(INT, 60);
        if (metricCode == 0 && elementCode == 0 && dimension == 0) {
            return null;
        }
        Metric metric = FileCodes.metric(metricCode).orElseThrow(() -> corrupt("its metric is unknown"));
        VectorElement element =
                FileCodes.element(elementCode).orElseThrow(() -> corrupt("its element type is unknown"));
        try {
            return new IndexSpec(format, new ColumnType.Vector(dimension, element), metric, parameters);
        } catch (IllegalArgumentException e) {
            throw corrupt("its vectors cannot be: " + e.getMessage());
        }
    }
}
