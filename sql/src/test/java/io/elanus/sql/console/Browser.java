package io.elanus.sql.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Chromium without a window, driven over the WebDriver protocol. One thread.
final class Browser implements AutoCloseable {
    static final Path DRIVER = Path.of("/usr/bin/chromedriver");

    static final String CTRL = "\uE009";
    static final String SHIFT = "\uE008";
    static final String ALT = "\uE00A";
    static final String ENTER = "\uE007";
    static final String ESCAPE = "\uE00C";
    static final String DOWN = "\uE015";

    private static final List<String> MODIFIERS = List.of(CTRL, SHIFT, ALT);
    private static final Pattern PORT = Pattern.compile("successfully on port (\\d+)");
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process driver;
    private final HttpClient http = HttpClient.newHttpClient();
    private final String root;
    private final String session;

    /// @param profile an empty folder
    Browser(Path profile) {
        try {
            driver = new ProcessBuilder(DRIVER.toString(), "--port=0")
                    .redirectErrorStream(true)
                    .start();
            root = "http://127.0.0.1:" + port();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var options = Map.of(
                "args",
                List.of(
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--window-size=1400,960",
                        "--user-data-dir=" + profile));
        var wanted = Map.of("goog:chromeOptions", options, "goog:loggingPrefs", Map.of("browser", "ALL"));
        session = "/session/"
                + call("POST", "/session", Map.of("capabilities", Map.of("alwaysMatch", wanted)))
                        .path("sessionId")
                        .asText();
    }

    private int port() throws IOException {
        var out = new BufferedReader(new InputStreamReader(driver.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            Matcher found = PORT.matcher(line);
            if (found.find()) {
                return Integer.parseInt(found.group(1));
            }
        }
        throw new IOException("chromedriver did not start");
    }

    private JsonNode call(String method, String path, @Nullable Object body) {
        try {
            var content = body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body));
            var request = HttpRequest.newBuilder(URI.create(root + path))
                    .method(method, content)
                    .timeout(Duration.ofSeconds(60))
                    .build();
            HttpResponse<String> reply = http.send(request, HttpResponse.BodyHandlers.ofString());
            JsonNode value = JSON.readTree(reply.body()).path("value");
            if (reply.statusCode() != 200) {
                throw new IllegalStateException(
                        path + ": " + value.path("message").asText());
            }
            return value;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    void open(String url) {
        call("POST", session + "/url", Map.of("url", url));
    }

    /// The value of a JavaScript expression; in it `arguments[0]` is the argument.
    JsonNode value(String expression, Object... arguments) {
        return call(
                "POST",
                session + "/execute/sync",
                Map.of("script", "return " + expression, "args", List.of(arguments)));
    }

    /// Waits until an expression is true, and fails if it never is.
    void await(String expression) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!value("!!(" + expression + ")").asBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("Never true: " + expression + "\nThe page shows: " + text("main"));
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    /// The text that is seen of the first element of a selector.
    String text(String selector) {
        return value("(document.querySelector(arguments[0]) ?? {innerText: ''}).innerText", selector)
                .asText();
    }

    /// How many elements there are of a selector.
    int count(String selector) {
        return value("document.querySelectorAll(arguments[0]).length", selector).asInt();
    }

    /// Clicks with the mouse in the middle of the first element of a selector.
    void click(String selector) {
        JsonNode box = value(
                "(() => { const b = document.querySelector(arguments[0]).getBoundingClientRect();"
                        + " return [Math.round(b.x + b.width / 2), Math.round(b.y + b.height / 2)] })()",
                selector);
        click(box.get(0).asInt(), box.get(1).asInt());
    }

    void click(int x, int y) {
        var actions = List.of(
                Map.of("type", "pointerMove", "duration", 0, "x", x, "y", y),
                Map.of("type", "pointerDown", "button", 0),
                Map.of("type", "pointerUp", "button", 0));
        perform(Map.of("type", "pointer", "id", "mouse", "actions", actions));
    }

    /// Presses keys one after the other; those of [#MODIFIERS] are held to the end.
    void press(String... keys) {
        var actions = new ArrayList<Map<String, Object>>();
        for (String key : keys) {
            actions.add(Map.of("type", "keyDown", "value", key));
            if (!MODIFIERS.contains(key)) {
                actions.add(Map.of("type", "keyUp", "value", key));
            }
        }
        for (String key : keys) {
            if (MODIFIERS.contains(key)) {
                actions.add(Map.of("type", "keyUp", "value", key));
            }
        }
        perform(Map.of("type", "key", "id", "keyboard", "actions", actions));
    }

    /// Types a text, key by key.
    void type(String text) {
        press(text.codePoints().mapToObj(Character::toString).toArray(String[]::new));
    }

    private void perform(Map<String, Object> input) {
        call("POST", session + "/actions", Map.of("actions", List.of(input)));
    }

    /// What the browser has to say against the page: errors of scripts, and what its policy refused. It mentions
    /// statements that failed as well (their HTTP status is 400); those are left out.
    List<String> complaints() {
        var all = new ArrayList<String>();
        call("POST", session + "/se/log", Map.of("type", "browser")).forEach(entry -> {
            String message = entry.path("message").asText();
            if (entry.path("level").asText().matches("SEVERE|WARNING")
                    && !message.endsWith("status of 400 (Bad Request)")) {
                all.add(message);
            }
        });
        return all;
    }

    /// Keeps a picture of the page beside the reports of the tests.
    void picture(String name) {
        byte[] image = Base64.getDecoder()
                .decode(call("GET", session + "/screenshot", null).asText());
        try {
            Path folder = Files.createDirectories(Path.of("target", "console"));
            Files.write(folder.resolve(name + ".png"), image);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            call("DELETE", session, null);
        } finally {
            driver.destroy();
            http.close();
        }
    }
}
