package io.elanus.sql.avatica;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;

/// The JSON encoding: [JsonRequests] reads calls, [JsonResponses] makes answers. Requests are read as a tree, never
/// bound to classes. Any thread.
final class JsonCodec implements Codec {
    private static final int MAX_DEPTH = 50;

    private final JsonMapper mapper;
    private final JsonResponses responses;

    /// @param maxText longest string a request may hold
    JsonCodec(int maxText) {
        mapper = JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(MAX_DEPTH)
                                .maxStringLength(maxText)
                                .build())
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build())
                .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES, JsonReadFeature.ALLOW_SINGLE_QUOTES)
                .build();
        responses = new JsonResponses(mapper);
    }

    @Override
    public String contentType() {
        return "application/json";
    }

    @Override
    public FrameWriter newFrame() {
        return new JsonFrameWriter();
    }

    @Override
    public Call read(byte[] body) {
        JsonNode request;
        try {
            request = mapper.readTree(body);
        } catch (IOException e) {
            throw new QueryException(ErrorCode.PROTOCOL_VIOLATION, "The request is not JSON text", 0, null, e);
        }
        return JsonRequests.read(request);
    }

    @Override
    public byte[] write(Answer answer) {
        try {
            return mapper.writeValueAsBytes(responses.tree(answer));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
