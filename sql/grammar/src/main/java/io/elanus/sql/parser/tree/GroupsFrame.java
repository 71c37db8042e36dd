package io.elanus.sql.parser.tree;

import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;

/// The word GROUPS of a window's frame, in the place where ROWS is TRUE and RANGE is FALSE. Calcite's windows know
/// no third kind; what stands here is TRUE, and the frame's offsets are marked before validation.
public final class GroupsFrame extends SqlLiteral {
    public GroupsFrame(SqlParserPos pos) {
        super(true, SqlTypeName.BOOLEAN, pos);
    }

    @Override
    public SqlLiteral clone(SqlParserPos pos) {
        return new GroupsFrame(pos);
    }
}
