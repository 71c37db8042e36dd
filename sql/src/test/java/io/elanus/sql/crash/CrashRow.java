package io.elanus.sql.crash;

import java.util.Arrays;

/// What a writer puts under a key. Everything but the key follows from the version, so a row that mixes two writes
/// shows.
///
/// @param version unique over all writes of the campaign
record CrashRow(long id, long version) {
    static final int DIMENSION = 8;

    String payload() {
        return "row-" + id + "-" + version;
    }

    float[] vector() {
        float[] vector = new float[DIMENSION];
        long state = version * 0x9E3779B97F4A7C15L + id;
        for (int i = 0; i < DIMENSION; i++) {
            state ^= state << 13;
            state ^= state >>> 7;
            state ^= state << 17;
            vector[i] = (state >>> 40) / (float) (1 << 24);
        }
        return vector;
    }

    double distance(float[] query) {
        float[] vector = vector();
        double sum = 0;
        for (int i = 0; i < DIMENSION; i++) {
            sum += (vector[i] - query[i]) * (double) (vector[i] - query[i]);
        }
        return Math.sqrt(sum);
    }

    String csv() {
        return id + "," + version + "," + payload() + ",\"" + literal() + "\"";
    }

    String literal() {
        return Arrays.toString(vector());
    }
}
