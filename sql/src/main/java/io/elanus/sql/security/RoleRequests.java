package io.elanus.sql.security;

import io.elanus.cluster.access.Privilege;
import io.elanus.proto.grpc.AlterAccess;
import io.elanus.proto.grpc.AlterRole;
import io.elanus.proto.grpc.ChangeGrants;
import io.elanus.proto.grpc.CreatePolicy;
import io.elanus.proto.grpc.CreateRole;
import io.elanus.proto.grpc.DdlRequest;
import io.elanus.proto.grpc.DropPolicy;
import io.elanus.proto.grpc.DropRole;
import io.elanus.proto.grpc.PolicySchema;
import io.elanus.proto.grpc.RoleSchema;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.login.ScramVerifier;
import io.elanus.sql.parser.SqlText;
import io.elanus.sql.parser.tree.Option;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.storage.ErrorCode;
import java.util.List;
import java.util.function.Supplier;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/// From statements about roles, grants and policies to requests of the root coordinator, which checks that the
/// roles exist. A password becomes its verifier here and goes no further.
public final class RoleRequests {
    private static final String CURRENT_USER = "$current_user";

    private final SchemaView view;
    private final Relations relations;
    private final String sql;
    private final Supplier<byte[]> salts;

    /// @param salts makes one for each password
    public RoleRequests(SchemaView view, String defaultSchema, String sql, Supplier<byte[]> salts) {
        this.view = view;
        this.relations = new Relations(view, defaultSchema, sql);
        this.sql = sql;
        this.salts = salts;
    }

    public DdlRequest.Builder of(Statement.CreateRole create) {
        var role = RoleSchema.newBuilder().setName(create.name().getSimple()).setLogin(create.login());
        AlterRole options = options(create.options());
        if (options.hasLogin()) {
            role.setLogin(options.getLogin());
        }
        role.setSuperuser(options.getSuperuser())
                .setVerifier(options.getVerifier())
                .setConnectionLimit(options.getConnectionLimit());
        return DdlRequest.newBuilder()
                .setCreateRole(CreateRole.newBuilder().setRole(role).setIfNotExists(create.ifNotExists()));
    }

    public DdlRequest.Builder of(Statement.AlterRole alter) {
        return DdlRequest.newBuilder()
                .setAlterRole(options(alter.options()).toBuilder()
                        .setName(alter.name().getSimple())
                        .setIfExists(alter.ifExists()));
    }

    public DdlRequest.Builder of(Statement.DropRole drop, SqlIdentifier one) {
        return DdlRequest.newBuilder()
                .setDropRole(DropRole.newBuilder().setName(one.names.getLast()).setIfExists(drop.ifExists()));
    }

    /// What the options say, of a role without a name.
    private AlterRole options(List<Option> options) {
        var role = AlterRole.newBuilder();
        for (Option option : options) {
            switch (option.name()) {
                case "login" -> role.setLogin(true);
                case "nologin" -> role.setLogin(false);
                case "superuser" -> role.setSuperuser(true);
                case "nosuperuser" -> role.setSuperuser(false);
                case "inherit", "encrypted" -> {} // there is no other way
                case "password" -> role.setVerifier(verifier(option.value()));
                case "connection" -> role.setConnectionLimit(connectionLimit(option));
                default ->
                    throw new QueryException(
                            ErrorCode.FEATURE_NOT_SUPPORTED,
                            "A role has no option [%s].".formatted(option.name()),
                            SqlText.offset(sql, option.pos()),
                            "It has: LOGIN, SUPERUSER, PASSWORD 'text', CONNECTION LIMIT n.",
                            null);
            }
        }
        return role.build();
    }

    /// A verifier is taken as it is, so that the password itself need not be sent.
    private String verifier(String password) {
        if (password.isEmpty() || ScramVerifier.parse(password).isPresent()) {
            return password;
        }
        return ScramVerifier.of(password, salts.get(), ScramVerifier.ITERATIONS).text();
    }

    private int connectionLimit(Option option) {
        int limit = Integer.parseInt(option.value().isEmpty() ? "0" : option.value());
        if (limit == 0 || limit < -1) {
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER,
                    "CONNECTION LIMIT is [%d].".formatted(limit),
                    SqlText.offset(sql, option.pos()),
                    "It takes 1 or more, or -1 for none; NOLOGIN keeps a role out.",
                    null);
        }
        return Math.max(limit, 0);
    }

    public DdlRequest.Builder of(Statement.Grants grants, boolean revoke) {
        var change = ChangeGrants.newBuilder()
                .setRevoke(revoke)
                .setOption(grants.option())
                .setCascade(grants.cascade());
        grants.grantees().forEach(role -> change.addGrantees(role(role)));
        Statement.GrantTarget target = grants.target();
        if (target == null) {
            grants.granted().forEach(role -> change.addRoles(membership(role)));
            return DdlRequest.newBuilder().setChangeGrants(change);
        }
        if (target.kind() == Statement.TargetKind.SCHEMA) {
            target.names().forEach(name -> change.addSchemaNames(name.names.getLast()));
        }
        List<Need.Relation> found = relations.of(target);
        found.forEach(relation -> change.addRelationIds(relation.id()));
        change.addAllPrivileges(new GrantedPrivileges(relations, sql).of(grants, found));
        return DdlRequest.newBuilder().setChangeGrants(change);
    }

    private String membership(Statement.Granted role) {
        if (!role.columns().isEmpty() || Privilege.find(role.name()).isPresent()) {
            throw GrantedPrivileges.wrong(
                    sql, role.pos(), "GRANT of a privilege says what it is ON.", "Write GRANT … ON table TO role.");
        }
        return role.name();
    }

    private String role(SqlIdentifier name) {
        return name.names.getLast().equals(CURRENT_USER) ? view.role() : name.names.getLast();
    }

    public DdlRequest.Builder of(SqlIdentifier table, Statement.OwnerTo owner) {
        return DdlRequest.newBuilder()
                .setAlterAccess(AlterAccess.newBuilder()
                        .setRelationId(relations.of(table).id())
                        .setOwner(role(owner.role())));
    }

    public DdlRequest.Builder of(SqlIdentifier table, Statement.RowSecurity security) {
        return DdlRequest.newBuilder()
                .setAlterAccess(AlterAccess.newBuilder()
                        .setRelationId(relations.table(table).id())
                        .setRowSecurity(security.enabled()));
    }

    public DdlRequest.Builder of(Statement.CreatePolicy create) {
        var policy = PolicySchema.newBuilder()
                .setName(create.name().getSimple())
                .setRestrictive(create.restrictive())
                .setCommand(create.command())
                .setUsingCondition(condition(create.using()))
                .setCheckCondition(condition(create.check()));
        create.roles().forEach(role -> policy.addRoles(role(role)));
        return DdlRequest.newBuilder()
                .setCreatePolicy(CreatePolicy.newBuilder()
                        .setRelationId(relations.table(create.table()).id())
                        .setPolicy(policy));
    }

    /// The text of a condition, without its parentheses.
    private String condition(@Nullable SqlParserPos pos) {
        if (pos == null) {
            return "";
        }
        int from = SqlText.offset(sql, pos);
        int to = SqlText.offset(sql, pos.getEndLineNum(), pos.getEndColumnNum());
        return sql.substring(from, to - 1).strip();
    }

    public DdlRequest.Builder of(Statement.DropPolicy drop) {
        return DdlRequest.newBuilder()
                .setDropPolicy(DropPolicy.newBuilder()
                        .setRelationId(relations.table(drop.table()).id())
                        .setName(drop.name().getSimple())
                        .setIfExists(drop.ifExists()));
    }
}
