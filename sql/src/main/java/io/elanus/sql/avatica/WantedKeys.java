package io.elanus.sql.avatica;

import io.elanus.sql.session.Returning;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The header `Elanus-Returning`: `key`, `names=a,b` (each percent-encoded) or `ordinals=1,2`.
final class WantedKeys {
    private static final String NAMES = "names=";
    private static final String ORDINALS = "ordinals=";
    private static final Pattern NAME_LIST = Pattern.compile("names=([\\w.*+,-]|%[0-9A-F]{2})+");
    private static final Pattern ORDINAL_LIST = Pattern.compile("ordinals=\\d{1,9}(,\\d{1,9})*");

    private WantedKeys() {}

    /// Anything else is as if it were not there.
    static Returning of(@Nullable String header) {
        if (header == null) {
            return Returning.NOTHING;
        }
        if (header.equals("key")) {
            return new Returning.Key();
        }
        if (NAME_LIST.matcher(header).matches()) {
            return new Returning.Names(items(header, NAMES)
                    .map(name -> URLDecoder.decode(name, StandardCharsets.UTF_8))
                    .toList());
        }
        if (ORDINAL_LIST.matcher(header).matches()) {
            return new Returning.Ordinals(
                    items(header, ORDINALS).map(Integer::valueOf).toList());
        }
        return Returning.NOTHING;
    }

    private static Stream<String> items(String header, String prefix) {
        return Stream.of(header.substring(prefix.length()).split(","));
    }
}
