/** Operators between two expressions that are not in the standard. */
void InfixOperator(List<Object> list, ExprContext exprContext, Span s) :
{
    final SqlOperator op;
    final SqlDataTypeSpec type;
}
{
    (
        <DISTANCE_L2> { op = SyntaxOperators.L2; }
    |
        <DISTANCE_COSINE> { op = SyntaxOperators.COSINE; }
    |
        <DISTANCE_IP> { op = SyntaxOperators.INNER_PRODUCT; }
    |
        <DISTANCE_L1> { op = SyntaxOperators.L1; }
    |
        <DISTANCE_HAMMING> { op = SyntaxOperators.HAMMING; }
    |
        <DISTANCE_JACCARD> { op = SyntaxOperators.JACCARD; }
    |
        <LAMBDA> { op = SyntaxOperators.JSON_GET; }
    |
        <ARROW_TEXT> { op = SyntaxOperators.JSON_GET_TEXT; }
    |
        <TEXT_MATCHES> { op = SyntaxOperators.TEXT_MATCHES; }
    |
        <HOLDS> { op = SyntaxOperators.HOLDS; }
    |
        <HELD_BY> { op = SyntaxOperators.HELD_BY; }
    |
        <OVERLAPPING> { op = SyntaxOperators.OVERLAPPING; }
    |
        <BEGINS_WITH> { op = SyntaxOperators.BEGINS_WITH; }
    |
        <AT> <TIME> <ZONE> { op = SyntaxOperators.AT_TIME_ZONE; }
    )
    {
        checkNonQueryExpression(exprContext);
        list.add(new SqlParserUtil.ToTreeListItem(op, getPos()));
    }
    AddExpression2b(list, ExprContext.ACCEPT_SUB_QUERY)
|
    <INFIX_CAST> {
        checkNonQueryExpression(exprContext);
        list.add(new SqlParserUtil.ToTreeListItem(SyntaxOperators.CAST, getPos()));
    }
    (
        <INTERVAL> {
            list.remove(list.size() - 1);
            final Object text = list.remove(list.size() - 1);
            if (!(text instanceof SqlLiteral)) {
                throw new ParseException("Only a text in quotes becomes an INTERVAL; write n * INTERVAL '1 day'");
            }
            list.add(IntervalTexts.interval((SqlLiteral) text, getPos()));
        }
    |
        type = ColumnType() { list.add(type); }
    )
}

/** After DISTINCT: ON (…), as a call before the first item of SELECT. */
void DistinctOn(List<SqlNode> items) :
{
    final SqlParserPos pos;
    final SqlNodeList keys;
}
{
    <ON> { pos = getPos(); } keys = ParenthesizedQueryOrCommaList(ExprContext.ACCEPT_SUB_QUERY)
    { items.add(SyntaxOperators.DISTINCT_ON.createCall(pos, keys.getList())); }
}

/** After FETCH: [APPROX | EXACT] {FIRST | NEXT} [g PARTITIONS BY c,] k ROWS ONLY [WITH TARGET ACCURACY n [PERCENT]]. */
void FetchRows(SqlNode[] offsetFetch) :
{
    String mode = null;
    SqlNode count;
    SqlNode accuracy = SqlLiteral.createExactNumeric("0", SqlParserPos.ZERO);
    SqlNode groups = null;
    SqlNode key = null;
}
{
    [ <APPROX> { mode = "approx"; } | <EXACT> { mode = "exact"; } ]
    ( <FIRST> | <NEXT> )
    (
        count = UnsignedNumericLiteralOrParam()
        [
            LOOKAHEAD({ getToken(1).image.equalsIgnoreCase("partitions") })
            <IDENTIFIER> <BY> key = Expression(ExprContext.ACCEPT_NON_QUERY)
            <COMMA> { groups = count; }
            count = UnsignedNumericLiteralOrParam()
        ]
    |
        { count = SqlLiteral.createExactNumeric("1", getPos()); }
    )
    ( <ROW> | <ROWS> )
    ( <ONLY> | LOOKAHEAD(2) <WITH> <TIES> { count = SyntaxOperators.FETCH_TIES.createCall(getPos(), count); } )
    [
        LOOKAHEAD(2)
        <WITH> <TARGET> <ACCURACY> accuracy = UnsignedNumericLiteral()
        {
            if (mode == null) {
                mode = "approx";
            }
        }
        [ <PERCENT> ]
    ]
    {
        if (groups != null) {
            count = SyntaxOperators.FETCH_PARTITIONS.createCall(count.getParserPosition(), groups, key, count);
        }
        offsetFetch[1] = mode == null
            ? count
            : SyntaxOperators.FETCH_MODE.createCall(count.getParserPosition(), count,
                SqlLiteral.createCharString(mode, getPos()), accuracy);
    }
}

/** VECTOR [ (n [, element]) | (element, n) ] and its other names. */
SqlTypeNameSpec VectorType() :
{
    final Span s;
    final String name;
    int dimension = 0;
    String element;
    String word = null;
}
{
    LOOKAHEAD({ VectorTypeName.isName(getToken(1).image) })
    ( <IDENTIFIER> | <BIT> ) {
        s = span();
        name = getToken(0).image;
        element = VectorTypeName.elementOf(name);
    }
    [
        LOOKAHEAD(2)
        <LPAREN>
        (
            dimension = UnsignedIntLiteral()
            [ <COMMA> word = VectorElementName() ]
        |
            word = VectorElementName() <COMMA> dimension = UnsignedIntLiteral()
        )
        <RPAREN>
    ]
    {
        if (word != null) {
            element = VectorTypeName.element(word);
            if (element == null) {
                throw new ParseException("Vector element type [" + word
                    + "] is not known; there are FLOAT32, FLOAT16, BFLOAT16, INT8, BINARY and SPARSE");
            }
        }
        return new VectorTypeName(dimension, element, s.end(this));
    }
}

String VectorElementName() :
{
}
{
    ( <IDENTIFIER> | <FLOAT> | <REAL> | <BINARY> | <TINYINT> | <BIT> ) { return getToken(0).image; }
}

/** HYBRID_SEARCH(TABLE t, NAME => value, …): a table whose rows a search chose; see SyntaxOperators.HYBRID_SEARCH. */
SqlNode HybridSearch() :
{
    final Span s;
    SqlNode table;
    final List<SqlNode> operands = new ArrayList<SqlNode>();
    SqlIdentifier name;
    SqlNode value;
}
{
    <IDENTIFIER> { s = span(); }
    <LPAREN> <TABLE> table = CompoundTableIdentifier()
    [ table = Snapshot(table) ]
    { operands.add(table); }
    (
        <COMMA> name = HybridSearchArgument() <NAMED_ARGUMENT_ASSIGNMENT>
        value = Expression(ExprContext.ACCEPT_SUB_QUERY)
        {
            operands.add(SqlStdOperatorTable.ARGUMENT_ASSIGNMENT.createCall(
                Span.of(name, value).pos(), value, name));
        }
    )*
    <RPAREN>
    { return SyntaxOperators.HYBRID_SEARCH.createCall(s.end(this), operands); }
}

SqlIdentifier HybridSearchArgument() :
{
    final SqlIdentifier name;
}
{
    ( <LIMIT> | <FILTER> ) { return new SqlIdentifier(getToken(0).image.toLowerCase(Locale.ROOT), getPos()); }
|
    name = SimpleIdentifier() { return name; }
}

/** VECTOR_SEARCH(TABLE t, column, queries [, column], NAME => value, …); see SyntaxOperators.VECTOR_SEARCH. */
SqlNode VectorSearch() :
{
    final Span s;
    SqlNode node;
    final List<SqlNode> operands = new ArrayList<SqlNode>();
    SqlIdentifier name;
}
{
    <IDENTIFIER> { s = span(); }
    <LPAREN> <TABLE> node = CompoundTableIdentifier()
    [ node = Snapshot(node) ]
    { operands.add(node); }
    <COMMA> name = SimpleIdentifier() { operands.add(name); }
    <COMMA>
    (
        <TABLE> node = CompoundTableIdentifier()
        [ node = Snapshot(node) ]
    |
        node = Expression(ExprContext.ACCEPT_SUB_QUERY)
    )
    { operands.add(node); }
    [
        LOOKAHEAD({ getToken(1).kind == COMMA && getToken(3).kind != NAMED_ARGUMENT_ASSIGNMENT })
        <COMMA> name = SimpleIdentifier() { operands.add(name); }
    ]
    (
        <COMMA> name = HybridSearchArgument() <NAMED_ARGUMENT_ASSIGNMENT>
        node = Expression(ExprContext.ACCEPT_SUB_QUERY)
        {
            operands.add(SqlStdOperatorTable.ARGUMENT_ASSIGNMENT.createCall(
                Span.of(name, node).pos(), node, name));
        }
    )*
    <RPAREN>
    { return SyntaxOperators.VECTOR_SEARCH.createCall(s.end(this), operands); }
}

/** A file in the place of a table; see SyntaxOperators.FILE_TABLE. */
SqlNode FileTable() :
{
    final SqlNode path;
}
{
    path = StringLiteral() { return SyntaxOperators.FILE_TABLE.createCall(path.getParserPosition(), path); }
}

/** INTERVAL '1 day 02:00', which names its units in the text. */
SqlNode IntervalText() :
{
    final Span s;
    final String text;
    boolean negative = false;
}
{
    <INTERVAL> { s = span(); }
    [ <MINUS> { negative = true; } | <PLUS> ]
    text = SimpleStringLiteral()
    { return IntervalTexts.interval(text, negative, s.end(this)); }
}

/** Behind the bracket of an array: a position, or the bounds of a slice. */
SqlNode Subscript() :
{
    final SqlParserPos pos;
    SqlNode from = null;
    SqlNode to = null;
}
{
    (
        <COLON> { pos = getPos(); }
        [ to = Expression(ExprContext.ACCEPT_SUB_QUERY) ]
        { return SyntaxOperators.slice(pos, from, to); }
    |
        from = Expression(ExprContext.ACCEPT_SUB_QUERY)
        [
            <COLON> [ to = Expression(ExprContext.ACCEPT_SUB_QUERY) ]
            { from = SyntaxOperators.slice(from.getParserPosition(), from, to); }
        ]
        { return from; }
    )
}

/** INSERT INTO t DEFAULT VALUES, behind the table. */
SqlNode DefaultValues() :
{
    final Span s;
}
{
    <DEFAULT_> { s = span(); } <VALUES>
    { return SyntaxOperators.defaultValues(s.end(this)); }
}
