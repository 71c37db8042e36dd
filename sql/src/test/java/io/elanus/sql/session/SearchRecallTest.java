package io.elanus.sql.session;

import static java.lang.Double.POSITIVE_INFINITY;
import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.storage.type.Metric;
import java.util.List;
import org.junit.jupiter.api.Test;

class SearchRecallTest {
    @Test
    void countsRowsThatAreNoFurtherThanTheLastExactOne() {
        assertThat(near(List.of(1.0, 2.0, 3.0), List.of(1.0, 2.0, 3.0))).isEqualTo(3);
        assertThat(near(List.of(1.0, 3.0, 4.0), List.of(1.0, 2.0, 3.0))).isEqualTo(2);
        assertThat(near(List.of(5.0, 6.0, 7.0), List.of(1.0, 2.0, 3.0))).isZero();
        assertThat(near(List.of(1.0), List.of(1.0, 2.0, 3.0))).isEqualTo(1);
        assertThat(near(List.of(), List.of(1.0))).isZero();
        assertThat(near(List.of(), List.of())).isZero();
    }

    @Test
    void anyOfTheRowsAtTheLastDistanceWillDo() {
        assertThat(near(List.of(2.0, 2.0, 2.0), List.of(1.0, 2.0, 2.0))).isEqualTo(3);
    }

    @Test
    void rowsWithoutAVectorAreAllEquallyFar() {
        assertThat(near(List.of(1.0, POSITIVE_INFINITY), List.of(1.0, POSITIVE_INFINITY)))
                .isEqualTo(2);
        assertThat(near(List.of(1.0, POSITIVE_INFINITY), List.of(1.0, 2.0))).isEqualTo(1);
    }

    @Test
    void forgivesTheRoundingOfSumsAndNoMore() {
        assertThat(near(List.of(100.0005), List.of(100.0))).isEqualTo(1);
        assertThat(near(List.of(100.005), List.of(100.0))).isZero();
        assertThat(near(List.of(-99.9995), List.of(-100.0))).isEqualTo(1);
        assertThat(near(List.of(1e-7), List.of(0.0))).isZero();
        assertThat(SearchRecall.near(List.of(1e-7), List.of(0.0), Metric.COSINE))
                .isEqualTo(1);
    }

    private static int near(List<Double> found, List<Double> exact) {
        return SearchRecall.near(found, exact, Metric.L2);
    }
}
