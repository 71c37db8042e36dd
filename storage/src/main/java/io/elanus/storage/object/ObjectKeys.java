package io.elanus.storage.object;

import java.util.regex.Pattern;

/// The one check of object keys, made by every store before it touches anything.
public final class ObjectKeys {
    private static final Pattern KEY = Pattern.compile("[^/\\\\\\p{Cntrl}]+(/[^/\\\\\\p{Cntrl}]+)*");
    private static final int MAX_LENGTH = 512;

    private ObjectKeys() {}

    /// Returns the key, or fails: keys are made by our code, or were asked about before, so a bad one is a bug.
    public static String check(String key) {
        if (!isKey(key)) {
            throw new IllegalArgumentException("[%s] is not an object key".formatted(key));
        }
        return key;
    }

    /// May an object be called so?
    public static boolean isKey(String key) {
        return key.length() <= MAX_LENGTH && KEY.matcher(key).matches() && !hasDots(key);
    }

    private static boolean hasDots(String key) {
        for (String part : key.split("/", -1)) {
            if (part.equals(".") || part.equals("..")) {
                return true;
            }
        }
        return false;
    }
}
