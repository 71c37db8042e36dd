/** CREATE { ROLE | USER }, behind CREATE. */
Statement CreateRole() :
{
    boolean login = false;
    final boolean ifNotExists;
    final SqlIdentifier name;
    final List<Option> options;
}
{
    ( <ROLE> | <USER> { login = true; } ) ifNotExists = IfNotExists() name = SimpleIdentifier()
    options = RoleOptions()
    { return new Statement.CreateRole(name, login, ifNotExists, options); }
}

/** ALTER { ROLE | USER }, behind ALTER. */
Statement AlterRole() :
{
    final boolean ifExists;
    final SqlIdentifier name;
    final List<Option> options;
}
{
    ( <ROLE> | <USER> ) ifExists = IfExists() name = SimpleIdentifier() options = RoleOptions()
    { return new Statement.AlterRole(name, ifExists, options); }
}

List<Option> RoleOptions() :
{
    final List<Option> options = new ArrayList<Option>();
}
{
    [ <WITH> ]
    ( RoleOption(options) )*
    { return options; }
}

/** LOGIN, PASSWORD 'text', PASSWORD NULL, CONNECTION LIMIT 5. */
void RoleOption(List<Option> options) :
{
    final SqlIdentifier name;
    final SqlParserPos pos;
    String value = "";
}
{
    name = SimpleIdentifier() { pos = getPos(); }
    [
        value = SimpleStringLiteral()
    |
        <NULL>
    |
        <LIMIT> [ <MINUS> { value = "-"; } ] <UNSIGNED_INTEGER_LITERAL> { value = value + getToken(0).image; }
    ]
    { options.add(new Option(name.getSimple().toLowerCase(Locale.ROOT), value, pos)); }
}

void Names(List<SqlIdentifier> names) :
{
    SqlIdentifier name;
}
{
    name = CompoundIdentifier() { names.add(name); }
    ( <COMMA> name = CompoundIdentifier() { names.add(name); } )*
}

/** GRANT privileges ON what TO roles WITH GRANT OPTION, GRANT roles TO roles WITH ADMIN OPTION. */
SqlNode GrantStatement() :
{
    final Span s;
    boolean option = false;
    final List<Statement.Granted> granted = new ArrayList<Statement.Granted>();
    Statement.GrantTarget target = null;
    final List<SqlIdentifier> roles = new ArrayList<SqlIdentifier>();
}
{
    <GRANT> { s = span(); }
    Granted(granted) ( <COMMA> Granted(granted) )*
    [ <ON> target = GrantTarget() ]
    <TO> Grantees(roles)
    [ <WITH> GrantOption(target != null) { option = true; } ]
    {
        return new StatementNode(
            s.end(this), new Statement.Grant(new Statement.Grants(granted, target, roles, option, false)));
    }
}

/** The words that say that what is granted may be granted on. */
void GrantOption(boolean ofPrivileges) :
{
    final boolean grant;
}
{
    ( <GRANT> { grant = true; } | <ADMIN> { grant = false; } ) <OPTION>
    {
        if (grant != ofPrivileges) {
            throw new ParseException("Privileges are granted WITH GRANT OPTION, roles WITH ADMIN OPTION");
        }
    }
}

/** REVOKE [GRANT OPTION FOR] privileges ON what FROM roles, REVOKE [ADMIN OPTION FOR] roles FROM roles. */
SqlNode RevokeStatement() :
{
    final Span s;
    boolean option = false;
    boolean ofPrivileges = false;
    boolean cascade = false;
    final List<Statement.Granted> granted = new ArrayList<Statement.Granted>();
    Statement.GrantTarget target = null;
    final List<SqlIdentifier> roles = new ArrayList<SqlIdentifier>();
}
{
    <REVOKE> { s = span(); }
    [
        LOOKAHEAD(2)
        ( <GRANT> { ofPrivileges = true; } | <ADMIN> ) <OPTION> <FOR> { option = true; }
    ]
    Granted(granted) ( <COMMA> Granted(granted) )*
    [ <ON> target = GrantTarget() ]
    <FROM> Grantees(roles)
    [ <CASCADE> { cascade = true; } | <RESTRICT> ]
    {
        if (option && ofPrivileges != (target != null)) {
            throw new ParseException("GRANT OPTION is one of privileges, ADMIN OPTION one of roles");
        }
        return new StatementNode(
            s.end(this), new Statement.Revoke(new Statement.Grants(granted, target, roles, option, cascade)));
    }
}

void Granted(List<Statement.Granted> granted) :
{
    final SqlIdentifier role;
    final String word;
    final SqlParserPos pos;
    final List<SqlIdentifier> columns = new ArrayList<SqlIdentifier>();
}
{
    (
        ( <SELECT> | <INSERT> | <UPDATE> | <DELETE> | <CREATE> )
        { word = getToken(0).image; pos = getPos(); }
    |
        <ALL> { word = "ALL"; pos = getPos(); } [ <PRIVILEGES> ]
    |
        role = SimpleIdentifier() { word = role.getSimple(); pos = getPos(); }
    )
    [ ColumnNames(columns) ]
    { granted.add(new Statement.Granted(word, columns, pos)); }
}

Statement.GrantTarget GrantTarget() :
{
    Statement.TargetKind kind = Statement.TargetKind.TABLE;
    final List<SqlIdentifier> names = new ArrayList<SqlIdentifier>();
}
{
    (
        <TABLE>
    |
        <SCHEMA> { kind = Statement.TargetKind.SCHEMA; }
    |
        <ALL> <IDENTIFIER> {
            if (!getToken(0).image.equalsIgnoreCase("tables")) {
                throw new ParseException("ON ALL takes TABLES IN SCHEMA");
            }
            kind = Statement.TargetKind.TABLES_OF_SCHEMA;
        }
        <IN> <SCHEMA>
    |
        { }
    )
    Names(names)
    { return new Statement.GrantTarget(kind, names); }
}

void Grantees(List<SqlIdentifier> roles) :
{
}
{
    Grantee(roles) ( <COMMA> Grantee(roles) )*
}

void Grantee(List<SqlIdentifier> roles) :
{
    final SqlIdentifier role;
}
{
    (
        <CURRENT_USER> { role = new SqlIdentifier("$current_user", getPos()); }
    |
        [ LOOKAHEAD(2) <ROLE> ] role = SimpleIdentifier()
    )
    { roles.add(role); }
}

/** CREATE POLICY, behind CREATE. */
Statement CreatePolicy() :
{
    final SqlIdentifier name;
    final SqlIdentifier table;
    boolean restrictive = false;
    String command = "ALL";
    final List<SqlIdentifier> roles = new ArrayList<SqlIdentifier>();
    SqlParserPos using = null;
    SqlParserPos check = null;
}
{
    <POLICY> name = SimpleIdentifier() <ON> table = CompoundIdentifier()
    [
        <AS> <IDENTIFIER> {
            restrictive = getToken(0).image.equalsIgnoreCase("restrictive");
            if (!restrictive && !getToken(0).image.equalsIgnoreCase("permissive")) {
                throw new ParseException("AS takes PERMISSIVE or RESTRICTIVE");
            }
        }
    ]
    [ <FOR> ( <ALL> | <SELECT> | <INSERT> | <UPDATE> | <DELETE> ) { command = getToken(0).image.toUpperCase(Locale.ROOT); } ]
    [ <TO> Grantees(roles) ]
    [ <USING> using = PolicyCondition() ]
    [ <WITH> <CHECK> check = PolicyCondition() ]
    { return new Statement.CreatePolicy(name, table, restrictive, command, roles, using, check); }
}

/** Where a condition stands, with its parentheses. */
SqlParserPos PolicyCondition() :
{
    final Span s;
}
{
    <LPAREN> { s = span(); } Expression(ExprContext.ACCEPT_SUB_QUERY) <RPAREN>
    { return s.end(this); }
}

/** Who owns a table and who sees its rows, behind ALTER TABLE t. */
Statement.TableChange SecurityChange() :
{
    final String word;
    final SqlIdentifier role;
}
{
    <IDENTIFIER> { word = getToken(0).image.toLowerCase(Locale.ROOT); }
    (
        <TO> role = SimpleIdentifier() {
            if (!word.equals("owner")) {
                throw new ParseException("ALTER TABLE [" + word + "] is not known");
            }
            return new Statement.OwnerTo(role);
        }
    |
        <ROW> <LEVEL> <SECURITY> {
            if (!word.equals("enable") && !word.equals("disable")) {
                throw new ParseException("ROW LEVEL SECURITY takes ENABLE or DISABLE");
            }
            return new Statement.RowSecurity(word.equals("enable"));
        }
    )
}
