package io.elanus.storage.segment.file;

/// What a file of a segment holds. Codes are stored and never change.
public enum FileKind {
    ROWS(1),
    DELTAS(2),
    KEYS(3),
    MANIFEST(4);

    private final int code;

    FileKind(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
