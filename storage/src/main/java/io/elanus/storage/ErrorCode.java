package io.elanus.storage;

/// Every error a user or an operator can meet, with its SQLSTATE. Codes of our own take a standard class and a
/// subclass that starts with V. The code of an error is its contract; the message is for people.
public enum ErrorCode {
    // What a client sent.
    SYNTAX_ERROR("42601", Reader.USER),
    UNDEFINED_TABLE("42P01", Reader.USER),
    UNDEFINED_COLUMN("42703", Reader.USER),
    UNDEFINED_FUNCTION("42883", Reader.USER),
    UNDEFINED_OBJECT("42704", Reader.USER),
    UNDEFINED_SCHEMA("3F000", Reader.USER),
    DUPLICATE_TABLE("42P07", Reader.USER),
    DUPLICATE_SCHEMA("42P06", Reader.USER),
    DUPLICATE_COLUMN("42701", Reader.USER),
    DUPLICATE_OBJECT("42710", Reader.USER),
    AMBIGUOUS_COLUMN("42702", Reader.USER),
    DATATYPE_MISMATCH("42804", Reader.USER),
    GROUPING_ERROR("42803", Reader.USER),
    INVALID_TABLE_DEFINITION("42P16", Reader.USER),
    INVALID_NAME("42602", Reader.USER),
    WRONG_OBJECT_TYPE("42809", Reader.USER),
    INVALID_COLUMN_REFERENCE("42P10", Reader.USER),
    INVALID_RECURSION("42P19", Reader.USER),
    DEPENDENT_OBJECTS("2BP01", Reader.USER),
    FEATURE_NOT_SUPPORTED("0A000", Reader.USER),
    TOO_MANY_ROWS("21000", Reader.USER),
    UNIQUE_VIOLATION("23505", Reader.USER),
    NOT_NULL_VIOLATION("23502", Reader.USER),
    CHECK_VIOLATION("23514", Reader.USER),
    INVALID_PARAMETER("22023", Reader.USER),
    INVALID_TEXT("22P02", Reader.USER),
    INVALID_CHARACTER("22021", Reader.USER),
    STRING_TOO_LONG("22001", Reader.USER),
    NUMBER_OUT_OF_RANGE("22003", Reader.USER),
    DIVISION_BY_ZERO("22012", Reader.USER),
    INVALID_DATETIME("22007", Reader.USER),
    DIMENSION_MISMATCH("22V01", Reader.USER),
    VECTOR_NOT_FINITE("22V02", Reader.USER),
    ZERO_VECTOR("22V03", Reader.USER),
    BAD_COPY_FILE("22P04", Reader.USER),
    STATEMENT_TOO_LONG("54000", Reader.USER),
    STATEMENT_TOO_COMPLEX("54001", Reader.USER),
    TOO_MANY_COLUMNS("54011", Reader.USER),
    LIMIT_EXCEEDED("54V01", Reader.USER),
    SNAPSHOT_TOO_OLD("72V01", Reader.USER),
    READ_ONLY_SESSION("25006", Reader.USER),
    INVALID_STATEMENT_ID("26000", Reader.USER),
    INSUFFICIENT_PRIVILEGE("42501", Reader.USER),
    INVALID_GRANT("0LP01", Reader.USER),
    INVALID_CONNECTION("08003", Reader.USER),
    PROTOCOL_VIOLATION("08P01", Reader.USER),
    INVALID_AUTHORIZATION("28000", Reader.USER),
    INVALID_PASSWORD("28P01", Reader.USER),
    CANCELLED("57014", Reader.USER),
    // What the system ran into.
    OUT_OF_MEMORY("53200", Reader.USER),
    TOO_MANY_CONNECTIONS("53300", Reader.USER),
    TOO_MANY_STATEMENTS("53400", Reader.USER),
    DISK_FULL("53100", Reader.OPERATOR),
    CONFLICT("40001", Reader.USER, true),
    OUTCOME_UNKNOWN("40003", Reader.USER),
    TIMESTAMP_LAG("57V01", Reader.USER, true),
    NOT_READY("57P03", Reader.USER, true),
    UNAVAILABLE("08006", Reader.USER, true),
    STALE_EPOCH("55V01", Reader.OPERATOR),
    OBJECT_EXISTS("58V01", Reader.OPERATOR),
    OBJECT_NOT_FOUND("58P01", Reader.OPERATOR),
    IO_ERROR("58030", Reader.OPERATOR, true),
    CORRUPT("XX001", Reader.OPERATOR),
    FORMAT_TOO_NEW("XXV01", Reader.OPERATOR),
    FORMAT_TOO_OLD("XXV02", Reader.OPERATOR),
    LOG_TRUNCATED("XXV03", Reader.OPERATOR),
    INVALID_CONFIGURATION("F0000", Reader.OPERATOR),
    INTERNAL("XX000", Reader.OPERATOR);

    /// Who can do something about it.
    public enum Reader {
        USER,
        OPERATOR
    }

    private final String sqlState;
    private final Reader reader;
    private final boolean retryable;

    ErrorCode(String sqlState, Reader reader) {
        this(sqlState, reader, false);
    }

    ErrorCode(String sqlState, Reader reader, boolean retryable) {
        this.sqlState = sqlState;
        this.reader = reader;
        this.retryable = retryable;
    }

    public String sqlState() {
        return sqlState;
    }

    public Reader reader() {
        return reader;
    }

    /// The same statement may succeed when it is sent again unchanged.
    public boolean retryable() {
        return retryable;
    }
}
