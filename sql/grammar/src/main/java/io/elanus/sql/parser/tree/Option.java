package io.elanus.sql.parser.tree;

import org.apache.calcite.sql.parser.SqlParserPos;

/// One entry of `WITH (name = value, …)`. The value is text whatever was written: a number, a word or a literal.
public record Option(String name, String value, SqlParserPos pos) {}
