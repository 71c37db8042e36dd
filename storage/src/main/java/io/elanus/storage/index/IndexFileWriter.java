package io.elanus.storage.index;

import io.elanus.storage.index.VectorIndexFormat.BuiltIndex;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Puts sections into the envelope that the package documents.
public final class IndexFileWriter {
    static final byte[] MAGIC = "ELANUSIX".getBytes(StandardCharsets.US_ASCII);
    static final int ENVELOPE_VERSION = 1;
    static final int ALIGNMENT = 64;
    static final int FORMAT_NAME_BYTES = 16;
    static final int TABLE_OFFSET = 72;
    static final int ENTRY_BYTES = 32;
    static final int CRC_OFFSET = 16;
    /// Id of sections of zeros, above those of every format.
    static final int PADDING = 101;

    private static final int PAGE_BYTES = 4096;
    /// Buffers hold at most this much of a section.
    private static final long PART_BYTES = 1L << 30;

    private final String format;
    private final Map<String, String> parameters;
    private final @Nullable IndexSpec vectors;
    private final int formatVersion;
    private final int rows;
    private final List<Section> sections = new ArrayList<>();

    private record Section(int id, MemorySegment content, boolean atPage) {}

    public IndexFileWriter(IndexSpec spec, int formatVersion, int rows) {
        this(spec.format(), spec.parameters(), spec, formatVersion, rows);
    }

    /// A file of an index over a column that holds no vectors.
    public IndexFileWriter(String format, Map<String, String> parameters, int formatVersion, int rows) {
        this(format, parameters, null, formatVersion, rows);
    }

    private IndexFileWriter(
            String format, Map<String, String> parameters, @Nullable IndexSpec vectors, int formatVersion, int rows) {
        this.format = format;
        this.parameters = parameters;
        this.vectors = vectors;
        this.formatVersion = formatVersion;
        this.rows = rows;
    }

    /// Of an index over vectors.
    public IndexSpec spec() {
        if (vectors == null) {
            throw new IllegalStateException("An index that is not of vectors");
        }
        return vectors;
    }

    /// Adds a section; its memory must live until the built index is closed.
    public IndexFileWriter section(int id, MemorySegment content) {
        sections.add(new Section(id, content, false));
        return this;
    }

    /// The same for a section that starts at a page of the file: a section of zeros goes before it.
    public IndexFileWriter pageSection(int id, MemorySegment content) {
        sections.add(new Section(id, content, true));
        return this;
    }

    /// The sections as they stand in the file.
    private List<Section> placed(Arena arena) {
        int padded = (int) sections.stream().filter(Section::atPage).count();
        long at = headerBytes(sections.size() + padded);
        List<Section> placed = new ArrayList<>();
        for (Section section : sections) {
            if (section.atPage()) {
                MemorySegment zeros = arena.allocate(-at & (PAGE_BYTES - 1));
                placed.add(new Section(PADDING, zeros, false));
                at += zeros.byteSize();
            }
            placed.add(section);
            at += aligned(section.content().byteSize());
        }
        return placed;
    }

    private int headerBytes(int sectionCount) {
        return Math.toIntExact(aligned(TABLE_OFFSET + (long) ENTRY_BYTES * sectionCount + text().length));
    }

    private byte[] text() {
        return new TreeMap<>(parameters)
                .entrySet().stream()
                        .map(e -> e.getKey() + "=" + e.getValue() + "\n")
                        .collect(Collectors.joining())
                        .getBytes(StandardCharsets.UTF_8);
    }

    /// The finished file. It takes ownership of the arena that holds the sections.
    public BuiltIndex finish(Arena arena) {
        List<ByteBuffer> parts = new ArrayList<>();
        List<Section> placed = placed(arena);
        byte[] header = header(placed);
        parts.add(ByteBuffer.wrap(header).asReadOnlyBuffer());
        long bytes = header.length;
        for (Section section : placed) {
            long size = section.content().byteSize();
            for (long at = 0; at < size; at += PART_BYTES) {
                parts.add(section.content()
                        .asSlice(at, Math.min(PART_BYTES, size - at))
                        .asByteBuffer()
                        .asReadOnlyBuffer());
            }
            int padding = (int) (aligned(size) - size);
            if (padding > 0) {
                parts.add(ByteBuffer.allocate(padding).asReadOnlyBuffer());
            }
            bytes += size + padding;
        }
        return new InMemory(List.copyOf(parts), bytes, arena);
    }

    /// Reads the sections added so far where they lie, without the copy that a file would be.
    IndexFileReader reader() {
        Map<Integer, MemorySegment> contents = new HashMap<>();
        sections.forEach(section -> contents.put(section.id(), section.content()));
        return IndexFileReader.unwritten(spec(), rows, contents);
    }

    private byte[] header(List<Section> placed) {
        byte[] text = text();
        int headerBytes = headerBytes(placed.size());
        ByteBuffer header = ByteBuffer.allocate(headerBytes).order(ByteOrder.LITTLE_ENDIAN);
        header.put(MAGIC).putInt(ENVELOPE_VERSION).putInt(headerBytes).putInt(0).putInt(placed.size());
        long fileBytes = headerBytes;
        for (Section section : placed) {
            fileBytes += aligned(section.content().byteSize());
        }
        header.putLong(fileBytes);
        header.put(format.getBytes(StandardCharsets.US_ASCII));
        header.position(48).putInt(formatVersion).putInt(rows);
        if (vectors != null) {
            header.put(FileCodes.of(vectors.metric()))
                    .put(FileCodes.of(vectors.type().element()));
            header.putShort((short) 0).putInt(vectors.type().dimension());
        }
        header.position(64).putInt(text.length).putInt(0);
        long offset = headerBytes;
        for (Section section : placed) {
            header.putInt(section.id()).putInt(crc(section.content())).putLong(offset);
            header.putLong(section.content().byteSize()).putLong(0);
            offset += aligned(section.content().byteSize());
        }
        header.put(text);
        CRC32C crc = new CRC32C();
        crc.update(header.array());
        header.putInt(CRC_OFFSET, (int) crc.getValue());
        return header.array();
    }

    static int crc(MemorySegment content) {
        CRC32C crc = new CRC32C();
        for (long at = 0; at < content.byteSize(); at += PART_BYTES) {
            crc.update(content.asSlice(at, Math.min(PART_BYTES, content.byteSize() - at))
                    .asByteBuffer());
        }
        return (int) crc.getValue();
    }

    static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }

    private record InMemory(List<ByteBuffer> parts, long bytes, Arena arena) implements BuiltIndex {
        @Override
        public void close() {
            arena.close();
        }
    }
}
