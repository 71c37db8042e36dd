boolean IfNotExists() :
{
}
{
    LOOKAHEAD(2)
    <IF> <NOT> <EXISTS> { return true; }
|
    { return false; }
}

boolean IfExists() :
{
}
{
    LOOKAHEAD(2)
    <IF> <EXISTS> { return true; }
|
    { return false; }
}

boolean Cascade() :
{
}
{
    <CASCADE> { return true; }
|
    [ <RESTRICT> ] { return false; }
}

SqlNode CreateStatement() :
{
    final Span s;
    final Statement statement;
}
{
    <CREATE> { s = span(); }
    (
        statement = CreateSchema()
    |
        statement = CreateTable()
    |
        statement = CreateView()
    |
        LOOKAHEAD(2)
        statement = CreateIndex()
    |
        statement = CreateExtension()
    |
        statement = CreateRole()
    |
        statement = CreatePolicy()
    )
    { return new StatementNode(s.end(this), statement); }
}

Statement CreateSchema() :
{
    final boolean ifNotExists;
    final SqlIdentifier name;
}
{
    ( <SCHEMA> | <DATABASE> ) ifNotExists = IfNotExists() name = CompoundIdentifier()
    { return new Statement.CreateSchema(name, ifNotExists); }
}

Statement CreateExtension() :
{
    final SqlIdentifier name;
}
{
    <EXTENSION> IfNotExists() name = SimpleIdentifier()
    [ <WITH> ] [ <SCHEMA> SimpleIdentifier() ] [ <CASCADE> ]
    { return new Statement.CreateExtension(name.getSimple()); }
}

Statement CreateTable() :
{
    final boolean ifNotExists;
    final SqlIdentifier name;
    final List<ColumnDefinition> columns = new ArrayList<ColumnDefinition>();
    final List<SqlIdentifier> key = new ArrayList<SqlIdentifier>();
    final List<Statement.Check> checks = new ArrayList<Statement.Check>();
    Statement.Partitioning partitioning = null;
    List<Option> options = Collections.<Option>emptyList();
    SqlParserPos as = null;
}
{
    <TABLE> ifNotExists = IfNotExists() name = CompoundIdentifier()
    [
        <LPAREN>
        TableElement(columns, key, checks)
        ( <COMMA> TableElement(columns, key, checks) )*
        <RPAREN>
    ]
    [ partitioning = Partitioning() ]
    [ <WITH> options = OptionList() ]
    [ <AS> { as = getPos(); } OrderedQueryOrExpr(ExprContext.ACCEPT_QUERY) ]
    {
        if (columns.isEmpty() == (as == null)) {
            throw new ParseException(
                as == null ? "CREATE TABLE takes columns, or AS and a query" : "CREATE TABLE takes columns or AS, not both");
        }
        return new Statement.CreateTable(
            name, ifNotExists, columns, new Statement.Constraints(key, checks), partitioning, options, as);
    }
}

/** PARTITION BY {LIST | RANGE | HASH} (column) {(PARTITION …, …) | PARTITIONS n}. */
Statement.Partitioning Partitioning() :
{
    final String method;
    final SqlIdentifier column;
    SqlNode count = null;
    Statement.Partition partition;
    final List<Statement.Partition> partitions = new ArrayList<Statement.Partition>();
}
{
    <PARTITION> <BY> ( <RANGE> | <IDENTIFIER> ) { method = getToken(0).image.toUpperCase(Locale.ROOT); }
    <LPAREN> column = SimpleIdentifier() <RPAREN>
    (
        <LPAREN>
        partition = Partition() { partitions.add(partition); }
        ( <COMMA> partition = Partition() { partitions.add(partition); } )*
        <RPAREN>
    |
        <IDENTIFIER> {
            if (!getToken(0).image.equalsIgnoreCase("partitions")) {
                throw new ParseException("Behind PARTITION BY stand the partitions in parentheses, or PARTITIONS and their number");
            }
        }
        count = UnsignedNumericLiteral()
    )
    {
        if (!method.equals("LIST") && !method.equals("RANGE") && !method.equals("HASH")) {
            throw new ParseException("PARTITION BY [" + method + "] is not known; there are LIST, RANGE and HASH");
        }
        return new Statement.Partitioning(method, column, count, partitions);
    }
}

Statement.Partition Partition() :
{
    final SqlIdentifier name;
    Statement.PartitionForm form = Statement.PartitionForm.SHARE;
    final List<SqlNode> values = new ArrayList<SqlNode>();
}
{
    <PARTITION> name = SimpleIdentifier()
    [
        <DEFAULT_> { form = Statement.PartitionForm.REST; }
    |
        <VALUES>
        (
            <IN> { form = Statement.PartitionForm.VALUES; }
            <LPAREN> PartitionValue(values) ( <COMMA> PartitionValue(values) )* <RPAREN>
        |
            <IDENTIFIER> <IDENTIFIER> {
                form = Statement.PartitionForm.BELOW;
                if (!getToken(0).image.equalsIgnoreCase("than")) {
                    throw new ParseException("A partition takes VALUES IN (…), VALUES LESS THAN (…) or DEFAULT");
                }
            }
            (
                <MAXVALUE> { form = Statement.PartitionForm.REST; }
            |
                LOOKAHEAD(2)
                <LPAREN> <MAXVALUE> <RPAREN> { form = Statement.PartitionForm.REST; }
            |
                <LPAREN> PartitionValue(values) <RPAREN>
            )
        )
    ]
    { return new Statement.Partition(name, form, values); }
}

void PartitionValue(List<SqlNode> values) :
{
    final SqlNode value;
}
{
    value = Expression(ExprContext.ACCEPT_NON_QUERY) { values.add(value); }
}

SqlNode AlterStatement() :
{
    final Span s;
    final boolean ifExists;
    final boolean guarded;
    final boolean cascade;
    final SqlIdentifier table;
    final SqlIdentifier from;
    final SqlIdentifier to;
    final ColumnDefinition column;
    final List<Statement.Check> checks = new ArrayList<Statement.Check>();
    final Statement.Check check;
    final Statement.Partition partition;
    final List<Option> options;
    final Statement.TableChange change;
    final Statement role;
}
{
    LOOKAHEAD(2)
    <ALTER> { s = span(); } role = AlterRole()
    { return new StatementNode(s.end(this), role); }
|
    <ALTER> { s = span(); } <TABLE> ifExists = IfExists() table = CompoundIdentifier()
    (
        LOOKAHEAD(2)
        <ADD> partition = Partition()
        { change = new Statement.AddPartition(partition); }
    |
        LOOKAHEAD(2)
        <DROP> <PARTITION> guarded = IfExists() from = SimpleIdentifier()
        { change = new Statement.DropPartition(from, guarded); }
    |
        LOOKAHEAD(2)
        <ADD> check = TableCheck()
        { change = new Statement.AddCheck(check); }
    |
        LOOKAHEAD(2)
        <DROP> <CONSTRAINT> guarded = IfExists() from = SimpleIdentifier() Cascade()
        { change = new Statement.DropConstraint(from, guarded); }
    |
        <ADD> [ <COLUMN> ] guarded = IfNotExists() column = ColumnDefinition(checks)
        { change = new Statement.AddColumn(column, checks, guarded); }
    |
        <DROP> [ <COLUMN> ] guarded = IfExists() from = SimpleIdentifier() cascade = Cascade()
        { change = new Statement.DropColumn(from, guarded, cascade); }
    |
        <RENAME>
        (
            <TO> to = SimpleIdentifier() { change = new Statement.RenameTable(to); }
        |
            [ <COLUMN> ] from = SimpleIdentifier() <TO> to = SimpleIdentifier()
            { change = new Statement.RenameColumn(from, to); }
        )
    |
        <SET> options = OptionList()
        { change = new Statement.SetOptions(options); }
    |
        change = SecurityChange()
    )
    { return new StatementNode(s.end(this), new Statement.AlterTable(table, ifExists, change)); }
}

void TableElement(List<ColumnDefinition> columns, List<SqlIdentifier> key, List<Statement.Check> checks) :
{
    final ColumnDefinition column;
    final Statement.Check check;
}
{
    LOOKAHEAD([ <CONSTRAINT> SimpleIdentifier() ] <PRIMARY>)
    [ <CONSTRAINT> SimpleIdentifier() ] <PRIMARY> <KEY> ColumnNames(key)
|
    check = TableCheck() { checks.add(check); }
|
    column = ColumnDefinition(checks) { columns.add(column); }
}

/** [CONSTRAINT name] CHECK (condition). */
Statement.Check TableCheck() :
{
    SqlIdentifier name = null;
    final SqlParserPos condition;
}
{
    [ <CONSTRAINT> name = SimpleIdentifier() ] <CHECK> condition = PolicyCondition()
    { return new Statement.Check(name, condition); }
}

void ColumnNames(List<SqlIdentifier> names) :
{
    SqlIdentifier name;
}
{
    <LPAREN>
    name = SimpleIdentifier() { names.add(name); }
    ( <COMMA> name = SimpleIdentifier() { names.add(name); } )*
    <RPAREN>
}

/** A column; what it has of CHECK goes to the others of its table. */
ColumnDefinition ColumnDefinition(List<Statement.Check> checks) :
{
    SqlIdentifier constraint = null;
    SqlParserPos condition;
    final SqlIdentifier name;
    final SqlDataTypeSpec type;
    boolean notNull = false;
    boolean primaryKey = false;
    boolean generated = false;
    SqlNode defaultValue = null;
}
{
    name = SimpleIdentifier()
    type = ColumnType()
    (
        <NOT> <NULL> { notNull = true; }
    |
        <NULL>
    |
        <CONSTRAINT> constraint = SimpleIdentifier()
    |
        <CHECK> condition = PolicyCondition() {
            checks.add(new Statement.Check(constraint, condition));
            constraint = null;
        }
    |
        <PRIMARY> <KEY> { primaryKey = true; }
    |
        <DEFAULT_> defaultValue = Expression(ExprContext.ACCEPT_NON_QUERY)
    |
        <GENERATED> ( <ALWAYS> | <BY> <DEFAULT_> ) <AS> <IDENTITY> { generated = true; }
    )*
    { return new ColumnDefinition(name, type, notNull, primaryKey, generated, defaultValue); }
}

/** A data type, also with PostgreSQL's brackets for an array and DuckDB's FLOAT[n] for a vector. */
SqlDataTypeSpec ColumnType() :
{
    SqlDataTypeSpec type;
    int dimension;
}
{
    type = DataType()
    [
        LOOKAHEAD(2)
        <LBRACKET> dimension = UnsignedIntLiteral() <RBRACKET> {
            type = new SqlDataTypeSpec(
                new VectorTypeName(dimension, "FLOAT32", type.getParserPosition()), type.getParserPosition());
        }
    |
        <LBRACKET> <RBRACKET> {
            type = new SqlDataTypeSpec(
                new SqlCollectionTypeNameSpec(type.getTypeNameSpec(), SqlTypeName.ARRAY, type.getParserPosition()),
                type.getParserPosition());
        }
    ]
    { return type; }
}

Statement CreateIndex() :
{
    final boolean ifNotExists;
    boolean unique = false;
    SqlIdentifier name = null;
    final SqlIdentifier table;
    SqlIdentifier method = null;
    final List<Statement.IndexColumn> columns = new ArrayList<Statement.IndexColumn>();
    SqlIdentifier distance = null;
    final List<Option> paths = new ArrayList<Option>();
    List<Option> options = Collections.<Option>emptyList();
}
{
    [
        <UNIQUE> { unique = true; }
    |
        <IDENTIFIER> {
        if (!getToken(0).image.equalsIgnoreCase("vector")) {
            throw new ParseException("CREATE [" + getToken(0).image + "] INDEX is not known; write CREATE INDEX");
        }
    } ]
    <INDEX> ifNotExists = IfNotExists()
    [ name = CompoundIdentifier() ]
    <ON> table = CompoundIdentifier()
    [ <USING> method = SimpleIdentifier() ]
    <LPAREN>
    IndexColumn(columns, paths) ( <COMMA> IndexColumn(columns, paths) )*
    <RPAREN>
    [ <USING> method = SimpleIdentifier() ]
    [
        LOOKAHEAD({ getToken(1).image.equalsIgnoreCase("distance") })
        <IDENTIFIER> distance = SimpleIdentifier()
    ]
    [ <WITH> options = OptionList() ]
    {
        if (distance != null) {
            options = new ArrayList<Option>(options);
            options.add(new Option("metric", distance.getSimple(), distance.getParserPosition()));
        }
        paths.addAll(options);
    }
    { return new Statement.CreateIndex(name, ifNotExists, unique, table, method, columns, paths); }
}

/** A column of an index. The order that is asked for changes nothing: an index answers in both. */
void IndexColumn(List<Statement.IndexColumn> columns, List<Option> paths) :
{
    final SqlIdentifier name;
    SqlIdentifier operatorClass = null;
}
{
    (
        name = IndexPath(paths)
    |
        name = SimpleIdentifier()
        [
            LOOKAHEAD({
                getToken(1).kind != ASC && getToken(1).kind != DESC && getToken(1).kind != NULLS
                    && getToken(1).kind != COMMA && getToken(1).kind != RPAREN
            })
            operatorClass = SimpleIdentifier()
        ]
    )
    [ <ASC> | <DESC> ]
    [ <NULLS> ( <FIRST> | <LAST> ) ]
    { columns.add(new Statement.IndexColumn(name, operatorClass)); }
}

/** The path of a column's documents that an index is over, as options say it too. */
SqlIdentifier IndexPath(List<Option> paths) :
{
    final SqlIdentifier name;
    final SqlParserPos pos;
    final SqlNode path;
    Token word;
}
{
    <LPAREN> name = IndexPath(paths) <RPAREN>
    { return name; }
|
    <JSON_VALUE> { pos = getPos(); }
    <LPAREN> name = SimpleIdentifier() <COMMA> path = StringLiteral() {
        if (!paths.isEmpty()) {
            throw new ParseException("An index is over one path; create one for each");
        }
        paths.add(new Option("path", SqlLiteral.unchain(path).getValueAs(String.class), pos));
    }
    [
        <RETURNING> { word = getToken(1); } DataType() {
            StringBuilder type = new StringBuilder(word.image);
            while (word != getToken(0)) {
                word = word.next;
                type.append(' ').append(word.image);
            }
            paths.add(new Option("value_type", type.toString(), pos));
        }
    ]
    <RPAREN>
    { return name; }
}

SqlNode DropStatement() :
{
    final Span s;
    final Statement statement;
    final boolean ifExists;
    final boolean cascade;
    SqlIdentifier name;
    final List<SqlIdentifier> names = new ArrayList<SqlIdentifier>();
}
{
    <DROP> { s = span(); }
    (
        ( <SCHEMA> | <DATABASE> ) ifExists = IfExists() name = CompoundIdentifier() cascade = Cascade()
        { statement = new Statement.DropSchema(name, ifExists, cascade); }
    |
        <TABLE> ifExists = IfExists() name = CompoundIdentifier() { names.add(name); }
        ( <COMMA> name = CompoundIdentifier() { names.add(name); } )* cascade = Cascade()
        { statement = new Statement.DropTable(names, ifExists, cascade); }
    |
        <VIEW> ifExists = IfExists() name = CompoundIdentifier() { names.add(name); }
        ( <COMMA> name = CompoundIdentifier() { names.add(name); } )* cascade = Cascade()
        { statement = new Statement.DropView(names, ifExists, cascade); }
    |
        <INDEX> ifExists = IfExists() name = CompoundIdentifier()
        { statement = new Statement.DropIndex(name, ifExists); }
    |
        ( <ROLE> | <USER> ) ifExists = IfExists() Names(names)
        { statement = new Statement.DropRole(names, ifExists); }
    |
        <POLICY> ifExists = IfExists() name = SimpleIdentifier() <ON> { names.add(name); } name = CompoundIdentifier()
        { statement = new Statement.DropPolicy(names.get(0), name, ifExists); }
    )
    { return new StatementNode(s.end(this), statement); }
}

/** INSERT or UPSERT, with what happens to rows whose key exists. */
SqlNode InsertStatement() :
{
    final SqlNode insert;
    Statement.Conflict conflict = null;
    List<SqlNode> returning = Collections.<SqlNode>emptyList();
}
{
    insert = SqlInsert()
    [ conflict = OnConflict() ]
    [ returning = Returning() ]
    {
        return new StatementNode(
            insert.getParserPosition(), new Statement.Insert((SqlInsert) insert, conflict, returning));
    }
}

/** WITH …, before a statement that changes rows. */
SqlNode ChangeWithStatement() :
{
    final SqlNodeList with;
    final SqlNode change;
}
{
    LOOKAHEAD({ SyntaxOperators.changeFollowsWith(new java.util.Iterator<String>() {
        private Token next = getToken(1);

        public boolean hasNext() {
            return next.kind != EOF;
        }

        public String next() {
            final String image = next.image;
            if (next.next == null) {
                next.next = token_source.getNextToken();
            }
            next = next.next;
            return image;
        }
    }) })
    with = WithList()
    (
        change = InsertStatement()
    |
        change = UpdateStatement()
    |
        change = DeleteStatement()
    |
        change = MergeStatement()
    )
    { return new StatementNode(with.getParserPosition(), new Statement.With(with, ((StatementNode) change).statement())); }
}

/** COMMENT ON TABLE: the table's description. */
SqlNode CommentStatement() :
{
    final Span s;
    final SqlIdentifier name;
    final boolean column;
    String text = "";
}
{
    LOOKAHEAD({ getToken(1).image.equalsIgnoreCase("comment") && getToken(2).kind == ON })
    <IDENTIFIER> { s = span(); } <ON>
    ( <TABLE> { column = false; } | <COLUMN> { column = true; } )
    name = CompoundIdentifier()
    <IS> ( text = SimpleStringLiteral() | <NULL> )
    {
        if (!column) {
            return new StatementNode(s.end(this), new Statement.AlterTable(name, false, new Statement.SetOptions(
                Collections.singletonList(new Option("description", text, getPos())))));
        }
        final int last = name.names.size() - 1;
        if (last == 0) {
            throw new ParseException("COMMENT ON COLUMN takes the name of the table too; write table.column");
        }
        return new StatementNode(s.end(this), new Statement.AlterTable(
            name.skipLast(1), false, new Statement.CommentColumn(name.getComponent(last), text)));
    }
}

/** UPDATE, also with other tables in FROM, and with RETURNING. */
SqlNode UpdateStatement() :
{
    final Span s;
    final SqlIdentifier table;
    SqlIdentifier alias = null;
    final List<SqlIdentifier> columns = new ArrayList<SqlIdentifier>();
    final List<SqlNode> values = new ArrayList<SqlNode>();
    SqlNode from = null;
    SqlNode where = null;
    List<SqlNode> returning = Collections.<SqlNode>emptyList();
}
{
    <UPDATE> { s = span(); } table = CompoundIdentifier()
    [ [ <AS> ] alias = SimpleIdentifier() ]
    <SET> Assignment(columns, values) ( <COMMA> Assignment(columns, values) )*
    [ <FROM> from = FromClause() ]
    [ where = Where() ]
    [ returning = Returning() ]
    {
        return new StatementNode(
            s.end(this), new Statement.Update(new Statement.Target(table, alias), columns, values, from, where, returning));
    }
}

/** DELETE, also with other tables in USING, and with RETURNING. */
SqlNode DeleteStatement() :
{
    final Span s;
    final SqlIdentifier table;
    SqlIdentifier alias = null;
    SqlNode using = null;
    SqlNode where = null;
    List<SqlNode> returning = Collections.<SqlNode>emptyList();
}
{
    <DELETE> { s = span(); } <FROM> table = CompoundIdentifier()
    [ [ <AS> ] alias = SimpleIdentifier() ]
    [ <USING> using = FromClause() ]
    [ where = Where() ]
    [ returning = Returning() ]
    {
        return new StatementNode(
            s.end(this), new Statement.Delete(new Statement.Target(table, alias), using, where, returning));
    }
}

/** MERGE: the first WHEN whose condition holds decides what becomes of a row. */
SqlNode MergeStatement() :
{
    final Span s;
    final SqlIdentifier table;
    SqlIdentifier alias = null;
    final SqlNode source;
    final SqlNode condition;
    Statement.MergeAction action;
    final List<Statement.MergeAction> actions = new ArrayList<Statement.MergeAction>();
    List<SqlNode> returning = Collections.<SqlNode>emptyList();
}
{
    <MERGE> { s = span(); } <INTO> table = CompoundIdentifier()
    [ [ <AS> ] alias = SimpleIdentifier() ]
    <USING> source = TableRef()
    <ON> condition = Expression(ExprContext.ACCEPT_SUB_QUERY)
    ( action = MergeAction() { actions.add(action); } )+
    [ returning = Returning() ]
    {
        return new StatementNode(s.end(this), new Statement.Merge(
            new Statement.Target(table, alias), source, condition, actions, returning));
    }
}

Statement.MergeAction MergeAction() :
{
    final SqlParserPos pos;
    boolean matched = true;
    SqlNode condition = null;
    final List<SqlIdentifier> columns = new ArrayList<SqlIdentifier>();
    final List<SqlNode> values = new ArrayList<SqlNode>();
    final Statement.MergeKind kind;
}
{
    <WHEN> { pos = getPos(); } [ <NOT> { matched = false; } ] <MATCHED>
    [ <AND> condition = Expression(ExprContext.ACCEPT_SUB_QUERY) ]
    <THEN>
    (
        <UPDATE> <SET> MergeAssignment(columns, values) ( <COMMA> MergeAssignment(columns, values) )*
        { kind = Statement.MergeKind.UPDATE; }
    |
        <DELETE> { kind = Statement.MergeKind.DELETE; }
    |
        <INSERT> [ ColumnNames(columns) ] <VALUES> <LPAREN> MergeValue(values) ( <COMMA> MergeValue(values) )* <RPAREN>
        { kind = Statement.MergeKind.INSERT; }
    |
        <DO> <NOTHING> { kind = Statement.MergeKind.NOTHING; }
    )
    { return new Statement.MergeAction(kind, matched, condition, columns, values, pos); }
}

void MergeAssignment(List<SqlIdentifier> columns, List<SqlNode> values) :
{
    final SqlIdentifier column;
}
{
    column = CompoundIdentifier() { columns.add(column); } <EQ> MergeValue(values)
}

void MergeValue(List<SqlNode> values) :
{
    final SqlNode value;
}
{
    ( value = Default() | value = Expression(ExprContext.ACCEPT_SUB_QUERY) )
    { values.add(value); }
}

List<SqlNode> Returning() :
{
    final List<SqlNode> items = new ArrayList<SqlNode>();
}
{
    <RETURNING> AddSelectItem(items) ( <COMMA> AddSelectItem(items) )*
    { return items; }
}

/** CREATE [OR REPLACE] VIEW, behind CREATE. */
Statement CreateView() :
{
    boolean replace = false;
    final boolean ifNotExists;
    final SqlIdentifier name;
    final List<SqlIdentifier> columns = new ArrayList<SqlIdentifier>();
    final SqlParserPos as;
}
{
    [ <OR> <REPLACE> { replace = true; } ]
    <VIEW> ifNotExists = IfNotExists() name = CompoundIdentifier()
    [ ColumnNames(columns) ]
    <AS> { as = getPos(); } OrderedQueryOrExpr(ExprContext.ACCEPT_QUERY)
    { return new Statement.CreateView(name, replace, ifNotExists, columns, as); }
}

Statement.Conflict OnConflict() :
{
    final List<SqlIdentifier> target = new ArrayList<SqlIdentifier>();
    final List<SqlIdentifier> columns = new ArrayList<SqlIdentifier>();
    final List<SqlNode> values = new ArrayList<SqlNode>();
    SqlNode where = null;
}
{
    <ON> <CONFLICT>
    [ ColumnNames(target) | <ON> <CONSTRAINT> SimpleIdentifier() ]
    <DO>
    (
        <NOTHING>
    |
        <UPDATE> <SET> Assignment(columns, values)
        ( <COMMA> Assignment(columns, values) )*
        [ where = Where() ]
    )
    { return new Statement.Conflict(target, columns, values, where); }
}

void Assignment(List<SqlIdentifier> columns, List<SqlNode> values) :
{
    final SqlIdentifier column;
    final int before = columns.size();
    final int given = values.size();
}
{
    column = SimpleIdentifier() <EQ> { columns.add(column); } AssignedValue(values)
|
    ColumnNames(columns) <EQ> [ <ROW> ] <LPAREN>
    AssignedValue(values) ( <COMMA> AssignedValue(values) )*
    <RPAREN>
    {
        if (columns.size() - before != values.size() - given) {
            throw new ParseException("An assignment takes as many values as columns");
        }
    }
}

void AssignedValue(List<SqlNode> values) :
{
    final SqlNode value;
}
{
    ( value = Default() | value = Expression(ExprContext.ACCEPT_SUB_QUERY) )
    { values.add(value); }
}

SqlNode CopyStatement() :
{
    final Span s;
    SqlIdentifier table = null;
    SqlNodeList columns = null;
    SqlNode query = null;
    String file = null;
    boolean to = false;
    List<Option> options = Collections.<Option>emptyList();
}
{
    <COPY> { s = span(); }
    (
        <LPAREN> query = OrderedQueryOrExpr(ExprContext.ACCEPT_QUERY) <RPAREN>
        <TO> { to = true; } file = SimpleStringLiteral()
    |
        [ <INTO> ] table = CompoundIdentifier()
        [ columns = ParenthesizedSimpleIdentifierList() ]
        (
            <FROM> ( file = SimpleStringLiteral() | <STDIN> )
        |
            <TO> { to = true; } file = SimpleStringLiteral()
        )
    )
    [ [ <WITH> ] options = OptionList() ]
    {
        if (to) {
            return new StatementNode(s.end(this), new Statement.CopyTo(query, table, columns, file, options));
        }
        return new StatementNode(s.end(this), new Statement.Copy(table, columns, file, options));
    }
}

SqlNode ExplainStatement() :
{
    final Span s;
    boolean analyze = false;
    List<Option> options = Collections.<Option>emptyList();
    final SqlNode statement;
}
{
    <EXPLAIN> { s = span(); }
    [
        LOOKAHEAD(2)
        <PLAN> <FOR>
    |
        <ANALYZE> { analyze = true; }
    |
        LOOKAHEAD(<LPAREN> OptionName())
        options = OptionList()
    ]
    statement = SqlStmt()
    { return new StatementNode(s.end(this), new Statement.Explain(statement, analyze, options)); }
}

/** SET [SESSION | LOCAL] name { = | TO } value, SET TIME ZONE value, SET SCHEMA value. */
SqlNode SetStatement() :
{
    final Span s;
    String name;
    final List<String> values = new ArrayList<String>();
    String value;
    boolean local = false;
}
{
    <SET> { s = span(); }
    (
        LOOKAHEAD(2)
        <TIME> <ZONE> value = OptionValue() { name = "timezone"; values.add(value); }
    |
        LOOKAHEAD(<SCHEMA> OptionValue())
        <SCHEMA> value = OptionValue() { name = "schema"; values.add(value); }
    |
        LOOKAHEAD(<ROLE> OptionValue())
        <ROLE> value = OptionValue()
        { return new StatementNode(s.end(this), new Statement.SetRole(value)); }
    |
        LOOKAHEAD(2)
        <SESSION> <CHARACTERISTICS> <AS> <TRANSACTION>
        ( value = OptionWord() { values.add(value); } )+ { name = "transaction"; }
    |
        LOOKAHEAD(2)
        <TRANSACTION> ( value = OptionWord() { values.add(value); } )+ { name = "transaction"; }
    |
        [ LOOKAHEAD(2) ( <SESSION> | <LOCAL> { local = true; } ) ]
        name = OptionName()
        ( <EQ> | <TO> )
        (
            <DEFAULT_>
        |
            value = OptionValue() { values.add(value); }
            ( <COMMA> value = OptionValue() { values.add(value); } )*
        )
    )
    { return new StatementNode(s.end(this), new Statement.Set(name, values, local)); }
}

SqlNode ResetStatement() :
{
    final Span s;
    final String name;
}
{
    <RESET> { s = span(); }
    ( <ALL> { name = "all"; } | name = OptionName() )
    {
        if (name.equals("role")) {
            return new StatementNode(s.end(this), new Statement.SetRole("none"));
        }
        return new StatementNode(s.end(this), new Statement.Reset(name));
    }
}

SqlNode ShowStatement() :
{
    final Span s;
    String word;
    final List<String> words = new ArrayList<String>();
    SqlIdentifier from = null;
}
{
    <SHOW> { s = span(); }
    (
        <ALL> { words.add("all"); }
    |
        ( word = OptionName() { words.add(word); } )+
    )
    [
        ( <FROM> | <IN> | <FOR> )
        (
            from = CompoundIdentifier()
        |
            word = SimpleStringLiteral()
            {
                if (words.equals(Collections.singletonList("backups"))) {
                    return new StatementNode(s.end(this), new Statement.ShowBackups(word));
                }
                from = new SqlIdentifier(word, getPos());
            }
        )
    ]
    { return new StatementNode(s.end(this), new Statement.Show(words, from)); }
}

SqlNode TransactionStatement() :
{
    final Span s;
    final String action;
}
{
    (
        ( <BEGIN> | <START> <TRANSACTION> ) { s = span(); action = "BEGIN"; }
        ( OptionWord() [ <COMMA> ] )*
    |
        ( <COMMIT> | <END> ) { s = span(); action = "COMMIT"; } [ <WORK> | <TRANSACTION> ]
    |
        <ROLLBACK> { s = span(); action = "ROLLBACK"; } [ <WORK> | <TRANSACTION> ]
    )
    { return new StatementNode(s.end(this), new Statement.Transaction(action)); }
}

SqlNode MaintenanceStatement() :
{
    final Span s;
    final String action;
    SqlIdentifier table = null;
    String queryId;
}
{
    (
        <FLUSH> { s = span(); action = "FLUSH"; } [ <TABLE> table = CompoundIdentifier() | table = CompoundIdentifier() ]
    |
        <COMPACT> { s = span(); action = "COMPACT"; } [ <TABLE> ] table = CompoundIdentifier()
    |
        <LOAD> { s = span(); action = "LOAD"; } <TABLE> table = CompoundIdentifier()
    |
        <RELEASE> { s = span(); action = "RELEASE"; } <TABLE> table = CompoundIdentifier()
    |
        <TRUNCATE> { s = span(); action = "TRUNCATE"; } [ <TABLE> ] table = CompoundIdentifier()
    |
        <ANALYZE> { s = span(); action = "ANALYZE"; } [ [ <TABLE> ] table = CompoundIdentifier() ]
    |
        ( <KILL> | <CANCEL> ) { s = span(); } [ LOOKAHEAD({ getToken(1).image.equalsIgnoreCase("query") }) <IDENTIFIER> ]
        queryId = SimpleStringLiteral()
        { return new StatementNode(s.end(this), new Statement.KillQuery(queryId)); }
    )
    { return new StatementNode(s.end(this), new Statement.Maintenance(action, table)); }
}

/** BACKUP DATABASE | SCHEMA name, … | TABLE name, … TO 'place'. */
SqlNode BackupStatement() :
{
    final Span s;
    final Statement.Scope scope;
    SqlIdentifier name;
    final List<SqlIdentifier> names = new ArrayList<SqlIdentifier>();
    final String place;
    List<Option> options = Collections.<Option>emptyList();
}
{
    <BACKUP> { s = span(); }
    (
        <DATABASE> { scope = Statement.Scope.DATABASE; }
    |
        ( <SCHEMA> { scope = Statement.Scope.SCHEMA; } | <TABLE> { scope = Statement.Scope.TABLE; } )
        name = CompoundIdentifier() { names.add(name); }
        ( <COMMA> name = CompoundIdentifier() { names.add(name); } )*
    )
    ( <TO> | <INTO> ) place = SimpleStringLiteral()
    [ <WITH> options = OptionList() ]
    { return new StatementNode(s.end(this), new Statement.Backup(scope, names, place, options)); }
}

/** RESTORE DATABASE | SCHEMA name, … | TABLE name [ AS name ], … FROM 'place'. */
SqlNode RestoreStatement() :
{
    final Span s;
    final Statement.Scope scope;
    final List<Statement.Restored> objects = new ArrayList<Statement.Restored>();
    final String place;
    List<Option> options = Collections.<Option>emptyList();
}
{
    <RESTORE> { s = span(); }
    (
        <DATABASE> { scope = Statement.Scope.DATABASE; }
    |
        ( <SCHEMA> { scope = Statement.Scope.SCHEMA; } | <TABLE> { scope = Statement.Scope.TABLE; } )
        AddRestored(objects) ( <COMMA> AddRestored(objects) )*
    )
    <FROM> place = SimpleStringLiteral()
    [ <WITH> options = OptionList() ]
    { return new StatementNode(s.end(this), new Statement.Restore(scope, objects, place, options)); }
}

void AddRestored(List<Statement.Restored> objects) :
{
    final SqlIdentifier name;
    SqlIdentifier as = null;
}
{
    name = CompoundIdentifier() [ <AS> as = CompoundIdentifier() ]
    { objects.add(new Statement.Restored(name, as)); }
}

/** ( name [=] value, … ); a name alone is true. */
List<Option> OptionList() :
{
    final List<Option> options = new ArrayList<Option>();
}
{
    <LPAREN> AddOption(options) ( <COMMA> AddOption(options) )* <RPAREN>
    { return options; }
}

void AddOption(List<Option> options) :
{
    final String name;
    final SqlParserPos pos;
    String value = "true";
}
{
    name = OptionName() { pos = getPos(); }
    [ [ <EQ> ] value = OptionValue() ]
    { options.add(new Option(name, value, pos)); }
}

/** A name with dots, lower case; words of the language are names here. */
String OptionName() :
{
    String word;
    final StringBuilder name = new StringBuilder();
}
{
    word = OptionWord() { name.append(word.toLowerCase(Locale.ROOT)); }
    ( <DOT> word = OptionWord() { name.append('.').append(word.toLowerCase(Locale.ROOT)); } )*
    { return name.toString(); }
}

String OptionWord() :
{
    final SqlIdentifier identifier;
}
{
    identifier = SimpleIdentifier() { return identifier.getSimple(); }
|
    ( <NULL> | <TABLE> | <SCHEMA> ) { return getToken(0).image; }
}

String OptionValue() :
{
    final String text;
    final SqlIdentifier identifier;
    String sign = "";
}
{
    text = SimpleStringLiteral() { return text; }
|
    [ <MINUS> { sign = "-"; } ]
    ( <UNSIGNED_INTEGER_LITERAL> | <DECIMAL_NUMERIC_LITERAL> | <APPROX_NUMERIC_LITERAL> )
    { return sign + getToken(0).image; }
|
    ( <TRUE> | <ON> ) { return "true"; }
|
    <FALSE> { return "false"; }
|
    <NULL> { return ""; }
|
    identifier = CompoundIdentifier() { return identifier.toString(); }
}
