package io.elanus.ai;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A row of a [DocumentTable].
///
/// @param embedding with the table's dimension; owned by the document
/// @param metadata  values that JSON knows: text, numbers, booleans, null, lists and maps of them
public record Document(
        String id, float[] embedding, @Nullable String content, Map<String, Object> metadata) {
    /// A document that a search found.
    ///
    /// @param similarity to the query, as the table's [Metric] has it
    public record Match(Document document, double similarity) {}
}
