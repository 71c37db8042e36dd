package io.elanus.sql.copy.parquet;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import org.apache.parquet.format.CompressionCodec;
import org.xerial.snappy.Snappy;

/// The compressions of pages.
final class Compression {
    private static final int ZSTD_LEVEL = 3;

    private Compression() {}

    /// @param size of the result
    static byte[] decompress(CompressionCodec codec, byte[] compressed, int from, int size) throws IOException {
        int length = compressed.length - from;
        byte[] plain = new byte[size];
        int written = switch (codec) {
            case UNCOMPRESSED -> {
                if (length == size) {
                    System.arraycopy(compressed, from, plain, 0, size);
                }
                yield length;
            }
            case SNAPPY -> snappy(compressed, from, plain);
            case GZIP -> gunzip(compressed, from, plain);
            case ZSTD -> zstd(compressed, from, plain);
            case LZ4_RAW -> lz4(compressed, from, plain);
            case LZO, BROTLI, LZ4 ->
                throw new CorruptParquetException(
                        "Pages are compressed with [%s], which is not read; write the file with snappy, zstd, gzip or lz4_raw."
                                .formatted(codec));
        };
        if (written != size) {
            throw new CorruptParquetException("A page has [%d] bytes, its header says [%d].".formatted(written, size));
        }
        return plain;
    }

    private static int snappy(byte[] compressed, int from, byte[] plain) throws IOException {
        int length = compressed.length - from;
        if (Snappy.uncompressedLength(compressed, from, length) != plain.length) {
            return -1;
        }
        return Snappy.rawUncompress(compressed, from, length, plain, 0);
    }

    private static int gunzip(byte[] compressed, int from, byte[] plain) throws IOException {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(compressed, from, compressed.length - from))) {
            int read = in.readNBytes(plain, 0, plain.length);
            return in.read() < 0 ? read : -1;
        }
    }

    private static int zstd(byte[] compressed, int from, byte[] plain) {
        try {
            return (int) Zstd.decompressByteArray(plain, 0, plain.length, compressed, from, compressed.length - from);
        } catch (ZstdException e) {
            throw new CorruptParquetException("A page is not valid zstd.", e);
        }
    }

    private static int lz4(byte[] compressed, int from, byte[] plain) {
        try {
            return LZ4Factory.fastestInstance()
                    .safeDecompressor()
                    .decompress(compressed, from, compressed.length - from, plain, 0, plain.length);
        } catch (LZ4Exception e) {
            throw new CorruptParquetException("A page is not valid lz4.", e);
        }
    }

    static byte[] compress(CompressionCodec codec, byte[] plain) throws IOException {
        return switch (codec) {
            case UNCOMPRESSED -> plain;
            case SNAPPY -> Snappy.compress(plain);
            case ZSTD -> Zstd.compress(plain, ZSTD_LEVEL);
            case GZIP -> gzip(plain);
            case LZ4_RAW -> LZ4Factory.fastestInstance().fastCompressor().compress(plain);
            case LZO, BROTLI, LZ4 -> throw new IllegalArgumentException("Not written: " + codec);
        };
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        }
        return out.toByteArray();
    }
}
