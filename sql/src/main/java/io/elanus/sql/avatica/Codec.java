package io.elanus.sql.avatica;

/// One of the two encodings of the Avatica protocol. Stateless.
interface Codec {
    String contentType();

    /// Throws [io.elanus.sql.error.QueryException] with PROTOCOL_VIOLATION when the bytes are no request.
    Call read(byte[] body);

    byte[] write(Answer answer);

    FrameWriter newFrame();
}
