package io.elanus.sql.server;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The words of the demo, from the program's own jar. The script that makes the file, `make-demo-words.mjs`,
/// describes its bytes.
final class DemoWords {
    static final String RESOURCE = "/demo/words-20k.bin";
    private static final int HEADER_BYTES = 12;
    private static final int VERSION = 1;

    /// @param vector of this word's meaning
    @SuppressWarnings("ArrayRecordComponent")
    record Word(String text, float[] vector) {}

    private DemoWords() {}

    /// In the order of their frequency.
    static List<Word> load() {
        try (InputStream resource = DemoWords.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException("The program's jar lacks " + RESOURCE);
            }
            return read(new DataInputStream(new BufferedInputStream(resource)));
        } catch (IOException e) {
            throw new IllegalStateException("The program's jar holds a broken " + RESOURCE, e);
        }
    }

    private static List<Word> read(DataInputStream in) throws IOException {
        ByteBuffer header = ByteBuffer.wrap(in.readNBytes(HEADER_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        int magic = header.getInt();
        int version = header.getShort();
        if (magic
                        != ByteBuffer.wrap("ELWD".getBytes(StandardCharsets.US_ASCII))
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .getInt()
                || version != VERSION) {
            throw new IOException("Not a file of words, version 1");
        }
        int dimension = Short.toUnsignedInt(header.getShort());
        int count = header.getInt();
        var words = new ArrayList<Word>(count);
        for (int i = 0; i < count; i++) {
            String text = new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.US_ASCII);
            float scale = Float.intBitsToFloat(Integer.reverseBytes(in.readInt()));
            byte[] elements = in.readNBytes(dimension);
            float[] vector = new float[dimension];
            for (int d = 0; d < dimension; d++) {
                vector[d] = scale * elements[d];
            }
            words.add(new Word(text, vector));
        }
        return words;
    }

    /// A file for COPY: frequency_rank, word, letters, initial, embedding.
    static void writeCsv(List<Word> words, Path file) throws IOException {
        try (var out = Files.newBufferedWriter(file)) {
            out.write("frequency_rank,word,letters,initial,embedding\n");
            for (int i = 0; i < words.size(); i++) {
                Word word = words.get(i);
                out.write((i + 1) + "," + word.text() + "," + word.text().length() + ","
                        + word.text().charAt(0) + ",\"[");
                for (int d = 0; d < word.vector().length; d++) {
                    out.write((d == 0 ? "" : ",") + word.vector()[d]);
                }
                out.write("]\"\n");
            }
        }
    }
}
