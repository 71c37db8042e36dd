package io.elanus.sql.flight;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.flight.sql.FlightSqlProducer;
import org.apache.arrow.flight.sql.SqlInfoBuilder;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlNullOrdering;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlOuterJoinsSupportLevel;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedCaseSensitivity;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedElementActions;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedGroupBy;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedPositionedCommands;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedResultSetType;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedSubqueries;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedTransaction;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedUnions;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlTransactionIsolationLevel;
import org.apache.arrow.flight.sql.impl.FlightSql.SupportedAnsi92SqlGrammarLevel;
import org.apache.arrow.flight.sql.impl.FlightSql.SupportedSqlGrammar;
import org.apache.arrow.memory.BufferAllocator;

/// What the server is and can, in Flight SQL's codes. A limit of 0 means none that is known.
final class ServerInfo {
    private static final int NAME_BYTES = 128;
    /// Concurrency of result sets, which means something for cursors only.
    private static final Set<Integer> UNSAID = Set.of(568, 569, 570, 571);
    private static final int FIRST_UNKNOWN = 577;

    private final SqlInfoBuilder codes = new SqlInfoBuilder();

    /// @param version of the product
    ServerInfo(String version, String arrowVersion) {
        server(version, arrowVersion);
        names();
        grammar();
        limits();
        transactions();
        functions();
    }

    /// @param wanted empty: all; codes that are not known are left out
    void send(List<Integer> wanted, ServerStreamListener listener, BufferAllocator memory) {
        List<Integer> known =
                wanted.stream().filter(ServerInfo::known).distinct().toList();
        if (!wanted.isEmpty() && known.isEmpty()) {
            // An empty list would mean all.
            new MetadataRows(FlightSqlProducer.Schemas.GET_SQL_INFO_SCHEMA).send(listener, memory);
        } else {
            codes.send(known, listener);
        }
    }

    private static boolean known(int code) {
        boolean group = code >= 0 && code <= 11 || code == 100 || code == 101 || code >= 500 && code < FIRST_UNKNOWN;
        return group && !UNSAID.contains(code);
    }

    private void server(String version, String arrowVersion) {
        codes.withFlightSqlServerName("Elanus")
                .withFlightSqlServerVersion(version)
                .withFlightSqlServerArrowVersion(arrowVersion)
                .withFlightSqlServerReadOnly(false)
                .withFlightSqlServerSql(true)
                .withFlightSqlServerSubstrait(false)
                .withFlightSqlServerSubstraitMinVersion("")
                .withFlightSqlServerSubstraitMaxVersion("")
                .withFlightSqlServerTransaction(SqlSupportedTransaction.SQL_SUPPORTED_TRANSACTION_NONE)
                .withFlightSqlServerCancel(true)
                .withFlightSqlServerBulkIngestion(true)
                .withFlightSqlServerBulkIngestionTransaction(false)
                .withFlightSqlServerStatementTimeout(0)
                .withFlightSqlServerTransactionTimeout(0);
    }

    private void names() {
        codes.withSqlDdlCatalog(false)
                .withSqlDdlSchema(true)
                .withSqlDdlTable(true)
                .withSqlIdentifierCase(SqlSupportedCaseSensitivity.SQL_CASE_SENSITIVITY_LOWERCASE)
                .withSqlIdentifierQuoteChar("\"")
                .withSqlQuotedIdentifierCase(SqlSupportedCaseSensitivity.SQL_CASE_SENSITIVITY_CASE_INSENSITIVE)
                .withSqlAllTablesAreSelectable(true)
                .withSqlSearchStringEscape("\\")
                .withSqlExtraNameCharacters("")
                .withSqlSchemaTerm("schema")
                .withSqlProcedureTerm("procedure")
                .withSqlCatalogTerm("catalog")
                .withSqlCatalogAtStart(true)
                .withSqlSchemasSupportedActions(SqlSupportedElementActions.SQL_ELEMENT_IN_INDEX_DEFINITIONS)
                .withSqlCatalogsSupportedActions(SqlSupportedElementActions.SQL_ELEMENT_IN_INDEX_DEFINITIONS);
    }

    private void grammar() {
        codes.withSqlNullOrdering(SqlNullOrdering.SQL_NULLS_SORTED_HIGH)
                .withSqlSupportsColumnAliasing(true)
                .withSqlNullPlusNullIsNull(true)
                .withSqlSupportsConvert(Map.of())
                .withSqlSupportsTableCorrelationNames(true)
                .withSqlSupportsDifferentTableCorrelationNames(false)
                .withSqlSupportsExpressionsInOrderBy(true)
                .withSqlSupportsOrderByUnrelated(true)
                .withSqlSupportedGroupBy(
                        SqlSupportedGroupBy.SQL_GROUP_BY_UNRELATED, SqlSupportedGroupBy.SQL_GROUP_BY_BEYOND_SELECT)
                .withSqlSupportsLikeEscapeClause(true)
                .withSqlSupportsNonNullableColumns(true)
                .withSqlSupportedGrammar(SupportedSqlGrammar.SQL_MINIMUM_GRAMMAR, SupportedSqlGrammar.SQL_CORE_GRAMMAR)
                .withSqlAnsi92SupportedLevel(SupportedAnsi92SqlGrammarLevel.ANSI92_ENTRY_SQL)
                .withSqlSupportsIntegrityEnhancementFacility(false)
                .withSqlOuterJoinSupportLevel(
                        SqlOuterJoinsSupportLevel.SQL_LIMITED_OUTER_JOINS,
                        SqlOuterJoinsSupportLevel.SQL_FULL_OUTER_JOINS)
                .withSqlSupportedPositionedCommands(new SqlSupportedPositionedCommands[0])
                .withSqlSelectForUpdateSupported(false)
                .withSqlStoredProceduresSupported(false)
                .withSqlSubQueriesSupported(
                        SqlSupportedSubqueries.SQL_SUBQUERIES_IN_COMPARISONS,
                        SqlSupportedSubqueries.SQL_SUBQUERIES_IN_EXISTS,
                        SqlSupportedSubqueries.SQL_SUBQUERIES_IN_INS,
                        SqlSupportedSubqueries.SQL_SUBQUERIES_IN_QUANTIFIEDS)
                .withSqlCorrelatedSubqueriesSupported(true)
                .withSqlSupportedUnions(SqlSupportedUnions.SQL_UNION, SqlSupportedUnions.SQL_UNION_ALL)
                .withSqlStoredFunctionsUsingCallSyntaxSupported(false);
    }

    private void limits() {
        codes.withSqlMaxBinaryLiteralLength(0)
                .withSqlMaxCharLiteralLength(0)
                .withSqlMaxColumnNameLength(NAME_BYTES)
                .withSqlMaxColumnsInGroupBy(0)
                .withSqlMaxColumnsInIndex(1)
                .withSqlMaxColumnsInOrderBy(0)
                .withSqlMaxColumnsInSelect(0)
                .withSqlMaxColumnsInTable(0)
                .withSqlMaxConnections(0)
                .withSqlMaxCursorNameLength(0)
                .withSqlMaxIndexLength(0)
                .withSqlDbSchemaNameLength(NAME_BYTES)
                .withSqlMaxProcedureNameLength(0)
                .withSqlMaxCatalogNameLength(NAME_BYTES)
                .withSqlMaxRowSize(0)
                .withSqlMaxRowSizeIncludesBlobs(true)
                .withSqlMaxStatementLength(0)
                .withSqlMaxStatements(0)
                .withSqlMaxTableNameLength(NAME_BYTES)
                .withSqlMaxTablesInSelect(0)
                .withSqlMaxUsernameLength(0);
    }

    private void transactions() {
        codes.withSqlDefaultTransactionIsolation(SqlTransactionIsolationLevel.SQL_TRANSACTION_NONE_VALUE)
                .withSqlTransactionsSupported(false)
                .withSqlSupportedTransactionsIsolationLevels(SqlTransactionIsolationLevel.SQL_TRANSACTION_NONE)
                .withSqlDataDefinitionCausesTransactionCommit(false)
                .withSqlDataDefinitionsInTransactionsIgnored(false)
                .withSqlSupportedResultSetTypes(SqlSupportedResultSetType.SQL_RESULT_SET_TYPE_FORWARD_ONLY)
                .withSqlBatchUpdatesSupported(true)
                .withSqlSavepointsSupported(false)
                .withSqlNamedParametersSupported(false)
                .withSqlLocatorsUpdateCopy(false);
    }

    private void functions() {
        codes.withSqlKeywords(words("COPY,EXPLAIN,FLUSH,ILIKE,LIMIT,LOAD,OFFSET,RELEASE,UPSERT,USING,VECTOR"))
                .withSqlNumericFunctions(words("ABS,CEILING,EXP,FLOOR,LN,LOG10,MOD,POWER,ROUND,SIGN,SQRT,TRUNCATE"))
                .withSqlStringFunctions(
                        words("CHAR_LENGTH,CONCAT,LOWER,LTRIM,POSITION,REPLACE,RTRIM,SUBSTRING,TRIM,UPPER"))
                .withSqlSystemFunctions(words("COALESCE,NULLIF"))
                .withSqlDatetimeFunctions(words("CURRENT_DATE,CURRENT_TIME,CURRENT_TIMESTAMP,EXTRACT"));
    }

    private static String[] words(String list) {
        return list.split(",");
    }
}
