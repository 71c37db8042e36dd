package io.elanus.sql.copy;

/// Text whose records can be told apart without parsing them. Belongs to one thread; its readers each to their own.
interface TextFormat {
    /// Where the last whole record among the bytes ends; 0: none does.
    ///
    /// @param bytes from the start of a record
    int end(byte[] bytes, int length);

    /// A reader of whole records, for blocks in the order of the file. It may change the bytes.
    CopyReader reader(byte[] bytes, int length);
}
