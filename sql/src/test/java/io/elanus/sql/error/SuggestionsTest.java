package io.elanus.sql.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionsTest {
    @Test
    void findsTheNearestName() {
        assertThat(Suggestions.nearest("nme", List.of("name", "price"))).contains("name");
        assertThat(Suggestions.nearest("emebdding", List.of("embedding", "id"))).contains("embedding");
        assertThat(Suggestions.nearest("ITEMS", List.of("items"))).contains("items");
    }

    @Test
    void keepsQuietWhenNothingIsNear() {
        assertThat(Suggestions.nearest("colour", List.of("id", "price"))).isEmpty();
        assertThat(Suggestions.nearest("x", List.of())).isEmpty();
    }

    @Test
    void countsASwapAsOneEdit() {
        assertThat(Suggestions.distance("ab", "ba")).isEqualTo(1);
        assertThat(Suggestions.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(Suggestions.distance("", "abc")).isEqualTo(3);
    }
}
