package io.elanus.ai;

/// How far embeddings are from each other, and what a search says of it: the more similar, the greater.
public enum Metric {
    /// The similarity is the cosine of the angle, -1 to 1.
    COSINE("<=>", "vector_cosine_ops"),
    /// The similarity is 1 / (1 + distance), above 0 to 1.
    L2("<->", "vector_l2_ops"),
    /// The similarity is the inner product, of any size.
    IP("<#>", "vector_ip_ops");

    private final String operator;
    private final String operators;

    Metric(String operator, String operators) {
        this.operator = operator;
        this.operators = operators;
    }

    /// Of SQL, between two vectors.
    String operator() {
        return operator;
    }

    /// As an index is told of it.
    String operators() {
        return operators;
    }

    double similarity(double distance) {
        return switch (this) {
            case COSINE -> 1 - distance;
            case L2 -> 1 / (1 + distance);
            case IP -> -distance;
        };
    }

    /// The distance up to which rows are at least so similar.
    public double distance(double similarity) {
        return switch (this) {
            case COSINE -> 1 - similarity;
            case L2 -> similarity > 0 ? 1 / similarity - 1 : Double.MAX_VALUE;
            case IP -> -similarity;
        };
    }
}
