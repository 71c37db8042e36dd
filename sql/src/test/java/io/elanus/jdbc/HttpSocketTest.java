package io.elanus.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What servers may do that refuse a request before they have read it.
class HttpSocketTest {
    private static final String HEAD = "POST / HTTP/1.1\r\nHost: x\r\n";
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final byte[] LARGE = new byte[20_000_000];

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        threads.close();
    }

    @Test
    void readsTheAnswerOfAServerThatClosesBeforeItHasReadARequest() throws IOException {
        answerAtOnce("HTTP/1.1 413 Too large\r\nContent-Length: 3\r\n\r\nbig");
        try (HttpSocket socket = open()) {
            HttpResponse reply = socket.exchange(HEAD, LARGE, TIMEOUT);
            assertThat(reply.status).isEqualTo(413);
            assertThat(reply.body).asString().isEqualTo("big");
            assertThat(socket.isOpen())
                    .as("the rest of the request was not sent")
                    .isFalse();
        }
    }

    @Test
    void readsItWhileABodyIsStreamedToo() throws IOException {
        answerAtOnce("HTTP/1.1 413 Too large\r\nContent-Length: 3\r\n\r\nbig");
        try (HttpSocket socket = open()) {
            assertThat(socket.exchange(HEAD, new ByteArrayInputStream(LARGE), TIMEOUT).status)
                    .isEqualTo(413);
        }
    }

    @Test
    void saysThatTheConnectionBrokeWhenThereIsNoAnswer() throws IOException {
        answerAtOnce("");
        try (HttpSocket socket = open()) {
            assertThatThrownBy(() -> socket.exchange(HEAD, LARGE, TIMEOUT)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aFailureOfTheBodyIsNotTakenForOneOfTheServer() throws IOException {
        answerAtOnce("HTTP/1.1 413 Too large\r\nContent-Length: 3\r\n\r\nbig");
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the file is gone");
            }

            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                return read();
            }
        };
        try (HttpSocket socket = open()) {
            assertThatThrownBy(() -> socket.exchange(HEAD, failing, TIMEOUT)).hasMessage("the file is gone");
        }
    }

    private HttpSocket open() throws IOException {
        return HttpSocket.open("127.0.0.1:" + server.getLocalPort(), TIMEOUT, null);
    }

    /// Reads one byte of the request, answers, and closes with the rest unread, which resets the connection.
    private void answerAtOnce(String answer) {
        var _ = threads.submit(() -> {
            try (Socket client = server.accept()) {
                int first = client.getInputStream().read();
                client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                return first;
            }
        });
    }
}
