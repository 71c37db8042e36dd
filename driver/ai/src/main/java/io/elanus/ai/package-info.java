/// Stores of text with its embedding, for Java's frameworks of language models:
/// [LangChain4j's][io.elanus.ai.langchain4j.ElanusEmbeddingStore] and
/// [Spring AI's][io.elanus.ai.spring.ElanusVectorStore]. Both are a thin face of one [DocumentTable], which is a plain
/// table that SQL can read, join and index further:
///
/// ```sql
/// CREATE TABLE documents (id VARCHAR PRIMARY KEY, embedding VECTOR(384), content VARCHAR, metadata JSON)
/// ```
///
/// A store takes its connections from a `DataSource`, one for each call, and keeps nothing between calls: it is as
/// thread safe as the `DataSource`. A filter over metadata becomes a condition of the search itself, so a filtered
/// search gives as many documents as asked for when so many qualify.
@NullMarked
package io.elanus.ai;

import org.jspecify.annotations.NullMarked;
