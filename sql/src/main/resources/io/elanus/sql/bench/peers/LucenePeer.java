import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.MMapDirectory;

/// Lucene's graph over float32, one segment.
final class LucenePeer extends Peer {
    private static final String FIELD = "v";
    private static final String INDEX = "index";

    private Path index;
    private LeafReader leaf;

    public static void main(String[] arguments) throws Exception {
        new LucenePeer().run(arguments);
    }

    @Override
    void build(float[][] base, String metric, int m, int efConstruction, Path folder) throws Exception {
        VectorSimilarityFunction similarity =
                switch (metric) {
                    case "cosine" -> VectorSimilarityFunction.DOT_PRODUCT;
                    case "ip" -> VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
                    default -> VectorSimilarityFunction.EUCLIDEAN;
                };
        Codec plain = Codec.getDefault();
        Codec codec = new FilterCodec(plain.getName(), plain) {
            @Override
            public KnnVectorsFormat knnVectorsFormat() {
                return new PerFieldKnnVectorsFormat() {
                    @Override
                    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                        return new Lucene99HnswVectorsFormat(m, efConstruction);
                    }
                };
            }
        };
        MMapDirectory directory = new MMapDirectory(folder.resolve(INDEX));
        IndexWriterConfig config = new IndexWriterConfig()
                .setCodec(codec)
                .setRAMBufferSizeMB(1900)
                .setMergePolicy(NoMergePolicy.INSTANCE);
        try (IndexWriter writer = new IndexWriter(directory, config)) {
            for (float[] vector : base) {
                Document document = new Document();
                document.add(new KnnFloatVectorField(FIELD, vector, similarity));
                writer.addDocument(document);
            }
            writer.commit();
        }
    }

    @Override
    void open(float[][] base, String metric, Path folder) throws IOException {
        index = folder.resolve(INDEX);
        leaf = DirectoryReader.open(new MMapDirectory(index)).leaves().getFirst().reader();
    }

    @Override
    long memoryBytes() throws IOException {
        return bytes(index);
    }

    @Override
    Searcher newSearcher() {
        return (query, k, ef, hits) -> {
            TopDocs found = search(query, Math.max(ef, k));
            for (int i = 0; i < Math.min(k, found.scoreDocs.length); i++) {
                hits[i] = found.scoreDocs[i].doc;
            }
        };
    }

    private TopDocs search(float[] query, int ef) throws IOException {
        return leaf.searchNearestVectors(
                FIELD, query, ef, AcceptDocs.fromLiveDocs(null, leaf.maxDoc()), Integer.MAX_VALUE);
    }
}
