package io.elanus.sql.flight;

import io.elanus.sql.copy.IngestPlan;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.segment.ArrowBatches;
import io.elanus.storage.setting.DataSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// The batches that a client sends, with errors of ours and without dictionaries. One thread; Flight's stream is
/// closed by Flight.
final class SentBatches implements IngestPlan.Source, AutoCloseable {
    private final FlightStream sent;
    private final DataSize largest;
    private @Nullable VectorSchemaRoot decoded;

    /// @param largest a batch may be
    SentBatches(FlightStream sent, DataSize largest) {
        this.sent = sent;
        this.largest = largest;
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        closeDecoded();
        try {
            // Asking for the root first would wait for ever where a client sends no schema.
            if (!sent.next()) {
                return null;
            }
            checkSize(sent.getRoot());
            return plain(sent.getRoot());
        } catch (QueryException e) {
            throw e;
        } catch (FlightRuntimeException e) {
            throw e.status().code() == FlightStatusCode.CANCELLED
                    ? new QueryException(ErrorCode.CANCELLED, "The client ended the call.", 0, null, e)
                    : invalid(e);
        } catch (OutOfMemoryException e) {
            throw e;
        } catch (RuntimeException e) { // Flight throws many kinds for bytes that are not what they claim to be
            throw invalid(e);
        }
    }

    private void checkSize(VectorSchemaRoot batch) {
        if (ArrowBatches.payloadBytes(batch) > largest.bytes()) {
            throw new QueryException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "A batch of [%d] bytes was sent, the limit is [%s]."
                            .formatted(ArrowBatches.payloadBytes(batch), largest),
                    "Send fewer rows at a time, or raise listen.flight.max-message.");
        }
    }

    private static QueryException invalid(RuntimeException cause) {
        return new QueryException(
                ErrorCode.BAD_COPY_FILE,
                "A message that was sent is not a valid Arrow batch of the stream's schema.",
                0,
                null,
                cause);
    }

    /// Of the rows; without columns when none were sent.
    Schema schema() {
        return sent.hasRoot() ? plainSchema(sent.getRoot().getSchema()) : new Schema(List.of());
    }

    /// These batches, where the first was taken already.
    IngestPlan.Source from(Optional<VectorSchemaRoot> first) {
        return new IngestPlan.Source() {
            private @Nullable VectorSchemaRoot taken = first.orElse(null);

            @Override
            public @Nullable VectorSchemaRoot next() {
                VectorSchemaRoot again = taken;
                taken = null;
                return again == null ? SentBatches.this.next() : again;
            }
        };
    }

    private Schema plainSchema(Schema schema) {
        return new Schema(schema.getFields().stream()
                .map(field -> {
                    DictionaryEncoding encoding = field.getDictionary();
                    Dictionary dictionary = encoding == null
                            ? null
                            : sent.getDictionaryProvider().lookup(encoding.getId());
                    return dictionary == null
                            ? field
                            : new Field(
                                    field.getName(),
                                    dictionary.getVector().getField().getFieldType(),
                                    dictionary.getVector().getField().getChildren());
                })
                .toList());
    }

    private VectorSchemaRoot plain(VectorSchemaRoot root) {
        boolean encoded = root.getFieldVectors().stream()
                .anyMatch(vector -> vector.getField().getDictionary() != null);
        if (!encoded) {
            return root;
        }
        var vectors = new ArrayList<FieldVector>();
        for (FieldVector vector : root.getFieldVectors()) {
            DictionaryEncoding encoding = vector.getField().getDictionary();
            if (encoding == null) {
                vectors.add(moved(vector));
            } else {
                Dictionary dictionary = sent.getDictionaryProvider().lookup(encoding.getId());
                vectors.add((FieldVector) DictionaryEncoder.decode(vector, dictionary));
            }
        }
        var batch = new VectorSchemaRoot(plainSchema(root.getSchema()).getFields(), vectors, root.getRowCount());
        decoded = batch;
        return batch;
    }

    private static FieldVector moved(FieldVector vector) {
        var transfer = vector.getTransferPair(vector.getField(), vector.getAllocator());
        transfer.transfer();
        return (FieldVector) transfer.getTo();
    }

    @Override
    public void close() {
        closeDecoded();
    }

    private void closeDecoded() {
        if (decoded != null) {
            decoded.close();
            decoded = null;
        }
    }
}
