package io.elanus.sql.console;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/// Tells requests that a web page of another site has sent, or may have sent, from those of our own page and of
/// programs. Stateless; any thread.
public final class BrowserGuard {
    /// A header that makes a browser ask before it sends a request to another site. Its value names the client.
    static final String CLIENT = "Elanus-Client";

    private static final Pattern IP_V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IP_V6 = Pattern.compile("\\[[0-9a-f:.]{2,45}(%25[\\w.-]+)?]");
    private static final Pattern PORT = Pattern.compile(":\\d{1,5}$");

    private final List<String> names;

    /// @param names by which the server may be reached, beside localhost and IP addresses
    BrowserGuard(List<String> names) {
        this.names = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    }

    /// Why the request is refused; empty: it is not. Looks at the name the server was reached by.
    Optional<String> refusesHost(Request request) {
        String host = request.getHeaders().get(HttpHeader.HOST);
        if (host == null || !known(withoutPort(host))) {
            return Optional.of(
                    "The server does not answer to this host name. Reach it as localhost or by its IP address, "
                            + "or add the name to listen.console.host-names.");
        }
        return refusesOrigin(request);
    }

    /// Why a request to change something is refused; empty: it is not.
    Optional<String> refusesChange(Request request, boolean hasBody) {
        if (request.getHeaders().get(CLIENT) == null) {
            return Optional.of("Send a header [%s] that names your program.".formatted(CLIENT));
        }
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (hasBody && (type == null || !mediaType(type).equals("application/json"))) {
            return Optional.of("Send the body as [Content-Type: application/json].");
        }
        return Optional.empty();
    }

    /// Why a request is refused that a browser says comes from another site. Programs that are no browsers say
    /// nothing, and pass.
    public static Optional<String> refusesOrigin(Request request) {
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        String host = request.getHeaders().get(HttpHeader.HOST);
        String site = request.getHeaders().get("Sec-Fetch-Site");
        boolean foreign = origin != null && !sameHost(origin, host);
        // A link from another site may open the page ("navigate"), which is harmless; a script may fetch nothing.
        boolean crossing = site != null
                && !site.equals("same-origin")
                && !site.equals("none")
                && !"navigate".equals(request.getHeaders().get("Sec-Fetch-Mode"));
        return foreign || crossing ? Optional.of("Requests from pages of other sites are refused.") : Optional.empty();
    }

    private static boolean sameHost(String origin, @Nullable String host) {
        int scheme = origin.indexOf("://");
        return host != null && scheme > 0 && origin.substring(scheme + 3).equalsIgnoreCase(host);
    }

    private boolean known(String host) {
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || IP_V4.matcher(host).matches()
                || IP_V6.matcher(host).matches()
                || names.contains(host);
    }

    private static String withoutPort(String host) {
        return PORT.matcher(host.toLowerCase(Locale.ROOT)).replaceFirst("");
    }

    private static String mediaType(String contentType) {
        return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }
}
