package io.elanus.sql.bench;

import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.text.TextQuery;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.store.ByteBuffersDirectory;

/// Lucene over texts, in memory and one segment, without its query cache.
record LuceneTexts(DirectoryReader reader, IndexSearcher searcher) implements AutoCloseable {
    private static final String FIELD = "text";

    static LuceneTexts of(List<String> texts) throws IOException {
        var directory = new ByteBuffersDirectory();
        try (var analyzer = new StandardAnalyzer();
                var writer = new IndexWriter(directory, new IndexWriterConfig(analyzer).setRAMBufferSizeMB(512))) {
            for (String text : texts) {
                var document = new Document();
                document.add(new TextField(FIELD, text, Field.Store.NO));
                writer.addDocument(document);
            }
            writer.forceMerge(1);
        }
        DirectoryReader reader = DirectoryReader.open(directory);
        var searcher = new IndexSearcher(reader);
        searcher.setQueryCache(null);
        return new LuceneTexts(reader, searcher);
    }

    /// Queries of single words. Hits beyond the k-th are not counted, so it prunes as much as it can.
    void search(TextQuery query, int k, Hits hits) throws IOException {
        var builder = new BooleanQuery.Builder();
        for (TextQuery.Clause clause : query.clauses()) {
            builder.add(
                    new TermQuery(new Term(FIELD, query.terms().get(clause.terms()[0]))),
                    clause.occur() == TextQuery.Occur.MUST ? BooleanClause.Occur.MUST : BooleanClause.Occur.SHOULD);
        }
        ScoreDoc[] found = searcher.search(builder.build(), new TopScoreDocCollectorManager(k, k)).scoreDocs;
        hits.count = found.length;
        for (int i = 0; i < found.length; i++) {
            hits.rows[i] = found[i].doc;
            hits.distances[i] = -found[i].score;
        }
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
