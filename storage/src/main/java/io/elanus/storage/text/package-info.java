/// Full text: from text to terms, from a query's text to what it asks for, and from both to BM25.
///
/// A [TextAnalyzer] (Lucene's) makes a text's terms with their positions. A [TextQuery] is a list of clauses, each
/// a term or a phrase that must, should or must not be there, read with the analyzer of the column. [Bm25] gives a
/// row the score that Lucene's `BM25Similarity` gives it (k1 = 1.2, b = 0.75, lengths rounded to a byte as in
/// Lucene) by statistics that cover all shards: rows with at least one term, terms of all of them, rows per term.
/// They are of all rows that the segments of the table hold, deleted and replaced ones too until compaction drops
/// them, as in Lucene; which rows a search returns is another matter, decided by visibility and filter alone.
///
/// [TextPostings] are the inverted lists of one segment: in memory ([TextMemory]) for growing segments and those
/// whose index file is not there yet, else in the file ([io.elanus.storage.index.inverted.FulltextFormat]).
/// [TextRows] runs a query over either, and leaves out the rows that cannot be among the best. The score of a row is
/// the same whichever way it was computed, because
/// everything that enters it is the same.
///
/// Thread rule: an analyzer belongs to one thread at a time; queries and scores are immutable; postings are for any
/// thread.
@NullMarked
package io.elanus.storage.text;

import org.jspecify.annotations.NullMarked;
