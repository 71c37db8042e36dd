package io.elanus.sql.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// An HTTP client that sends what it is told, also what no honest client sends. One connection per request.
final class RawHttp {
    private final String address;

    /// @param address `host:port`
    RawHttp(String address) {
        this.address = address;
    }

    /// @param headers their names in lower case
    record Reply(int status, Map<String, String> headers, String body) {
        List<String> lines() {
            return body.lines().toList();
        }
    }

    /// A header with an empty value is left out; this is how a test takes away what is sent by default.
    Reply send(String method, String path, Map<String, String> headers, String body) {
        var all = new LinkedHashMap<String, String>();
        all.put("Host", address);
        all.put("Connection", "close");
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        if (content.length > 0) {
            all.put("Content-Length", Integer.toString(content.length));
        }
        all.putAll(headers);
        var head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        all.forEach((name, value) -> head.append(value.isEmpty() ? "" : name + ": " + value + "\r\n"));
        int colon = address.lastIndexOf(':');
        try (var socket = new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)))) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(content);
            socket.getOutputStream().flush();
            return read(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Reply post(String path, Map<String, String> headers, String body) {
        var all = new LinkedHashMap<String, String>();
        all.put("Content-Type", "application/json");
        all.put("Elanus-Client", "test");
        all.putAll(headers);
        return send("POST", path, all, body);
    }

    private static Reply read(InputStream in) throws IOException {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        int end = text.indexOf("\r\n\r\n");
        List<String> head = text.substring(0, end).lines().toList();
        var headers = new LinkedHashMap<String, String>();
        head.stream().skip(1).forEach(line -> {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        });
        String body = text.substring(end + 4);
        if ("chunked".equals(headers.get("transfer-encoding"))) {
            body = unchunk(text.substring(end + 4));
        }
        return new Reply(Integer.parseInt(head.getFirst().split(" ")[1]), headers, body);
    }

    /// For ASCII content, as in these tests.
    private static String unchunk(String chunked) {
        var body = new StringBuilder();
        int at = 0;
        while (true) {
            int line = chunked.indexOf("\r\n", at);
            int size = line < 0 ? 0 : Integer.parseInt(chunked.substring(at, line), 16);
            if (size == 0) {
                return body.toString();
            }
            body.append(chunked, line + 2, line + 2 + size);
            at = line + 2 + size + 2;
        }
    }
}
