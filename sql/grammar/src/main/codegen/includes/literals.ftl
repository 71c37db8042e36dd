/** $$text$$ and $tag$text$tag$, which are handed on as 'text'. */
<DEFAULT, DQID> TOKEN :
{
    < DOLLAR_QUOTED_STRING: "$" ( <NAME_START> (<NAME_START> | <DIGIT>)* )? "$" >
    {
        final StringBuilder quoted = new StringBuilder(matchedToken.image);
        try {
            do {
                quoted.append(input_stream.readChar());
            } while (!DollarQuotes.closed(quoted, matchedToken.image.length()));
        } catch (java.io.IOException e) {
            throw new TokenMgrError(true, curLexState, matchedToken.beginLine, matchedToken.beginColumn,
                matchedToken.image, '$', TokenMgrError.LEXICAL_ERROR);
        }
        matchedToken.image = DollarQuotes.singleQuoted(quoted, matchedToken.image.length());
        matchedToken.kind = QUOTED_STRING;
        matchedToken.endLine = input_stream.getEndLine();
        matchedToken.endColumn = input_stream.getEndColumn();
    }
|
    /* A group of digits that another should follow. */
    < UNFINISHED_NUMBER: ["0"-"9"] (["0"-"9", "_"])* "_" >
|
    < #DIGIT_GROUPS: ["0"-"9"] (("_")? ["0"-"9"])* >
|
    < #NAME_START:
    [
        "\u0041"-"\u005a",
        "\u005f",
        "\u0061"-"\u007a",
        "\u00c0"-"\u00d6",
        "\u00d8"-"\u00f6",
        "\u00f8"-"\u00ff",
        "\u0100"-"\u1fff",
        "\u3040"-"\u318f",
        "\u3300"-"\u337f",
        "\u3400"-"\u3d2d",
        "\u4e00"-"\u9fff",
        "\uf900"-"\ufaff"
    ]
    >
}
