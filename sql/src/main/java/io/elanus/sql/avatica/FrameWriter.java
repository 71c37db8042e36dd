package io.elanus.sql.avatica;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.calcite.avatica.proto.Common.Rep;

/// Encodes the rows of one frame, value by value in column order. For one thread.
interface FrameWriter {
    void beginRow();

    void endRow();

    void nothing();

    void bool(boolean value);

    void number(Rep rep, long value);

    void real(float value);

    void float8(double value);

    /// Exact number as text.
    void decimal(String digits);

    void text(String value);

    /// UTF-8.
    void text(ArrowBuf buffer, long start, int length);

    void bytes(ArrowBuf buffer, long start, int length);

    /// The values up to [#endArray] are its items.
    void beginArray(Rep item);

    void endArray();

    /// Bytes so far, about.
    int size();

    int rows();

    /// The frame; the writer is used up.
    byte[] finish(long offset, boolean done);
}
