package io.elanus.clients;

import java.util.Locale;

/// A small stand-in for a language model: texts that share groups of three letters are close. Pure.
final class TrigramModel {
    static final int DIMENSION = 96;

    private TrigramModel() {}

    static float[] embed(String text) {
        float[] vector = new float[DIMENSION];
        String padded = "  " + text.toLowerCase(Locale.ROOT) + " ";
        for (int i = 0; i + 3 <= padded.length(); i++) {
            vector[Math.floorMod(padded.substring(i, i + 3).hashCode() * 31, DIMENSION)]++;
        }
        double norm = 0;
        for (float value : vector) {
            norm += value * value;
        }
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] /= (float) Math.sqrt(norm);
        }
        return vector;
    }
}
