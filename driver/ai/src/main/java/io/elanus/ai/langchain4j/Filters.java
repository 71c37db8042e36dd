package io.elanus.ai.langchain4j;

import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.store.embedding.filter.Filter;
import dev.langchain4j.store.embedding.filter.comparison.ContainsString;
import dev.langchain4j.store.embedding.filter.comparison.IsEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsGreaterThan;
import dev.langchain4j.store.embedding.filter.comparison.IsGreaterThanOrEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsIn;
import dev.langchain4j.store.embedding.filter.comparison.IsLessThan;
import dev.langchain4j.store.embedding.filter.comparison.IsLessThanOrEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsNotEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsNotIn;
import dev.langchain4j.store.embedding.filter.logical.And;
import dev.langchain4j.store.embedding.filter.logical.Not;
import dev.langchain4j.store.embedding.filter.logical.Or;
import io.elanus.ai.Condition;
import io.elanus.ai.Condition.Comparison;
import java.util.List;

/// LangChain4j's filters as conditions. Pure.
final class Filters {
    private Filters() {}

    static Condition condition(Filter filter) {
        if (filter instanceof And and) {
            return new Condition.And(List.of(condition(and.left()), condition(and.right())));
        }
        if (filter instanceof Or or) {
            return new Condition.Or(List.of(condition(or.left()), condition(or.right())));
        }
        if (filter instanceof Not not) {
            return new Condition.Not(condition(not.expression()));
        }
        if (filter instanceof IsIn in) {
            return new Condition.In(in.key(), in.comparisonValues());
        }
        if (filter instanceof IsNotIn in) {
            return new Condition.Not(new Condition.In(in.key(), in.comparisonValues()));
        }
        if (filter instanceof ContainsString contains) {
            return new Condition.ContainsText(contains.key(), contains.comparisonValue());
        }
        return comparison(filter);
    }

    private static Condition comparison(Filter filter) {
        if (filter instanceof IsEqualTo is) {
            return new Condition.Compare(is.key(), Comparison.EQUAL, is.comparisonValue());
        }
        if (filter instanceof IsNotEqualTo is) {
            return new Condition.Compare(is.key(), Comparison.NOT_EQUAL, is.comparisonValue());
        }
        if (filter instanceof IsLessThan is) {
            return new Condition.Compare(is.key(), Comparison.LESS, is.comparisonValue());
        }
        if (filter instanceof IsLessThanOrEqualTo is) {
            return new Condition.Compare(is.key(), Comparison.LESS_OR_EQUAL, is.comparisonValue());
        }
        if (filter instanceof IsGreaterThan is) {
            return new Condition.Compare(is.key(), Comparison.GREATER, is.comparisonValue());
        }
        if (filter instanceof IsGreaterThanOrEqualTo is) {
            return new Condition.Compare(is.key(), Comparison.GREATER_OR_EQUAL, is.comparisonValue());
        }
        throw new UnsupportedFeatureException(
                "A filter of class [" + filter.getClass().getName() + "] is not known to Elanus.");
    }
}
