package io.elanus.sql.session;

import io.elanus.proto.grpc.DdlRequest;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.sql.plan.rel.Parameters;
import io.elanus.sql.plan.rel.Rights;
import io.elanus.sql.security.RoleRequests;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.TableSchema;
import java.security.SecureRandom;
import java.util.List;

/// Statements about roles, grants and row policies, made into requests of the root coordinator.
final class RoleCommands {
    private static final int SALT_BYTES = 16;

    private final ElanusSession session;
    private final String text;

    RoleCommands(ElanusSession session, String text) {
        this.session = session;
        this.text = text;
    }

    private RoleRequests requests() {
        return new RoleRequests(session.view(), session.value(Setting.SCHEMA), text, RoleCommands::salt);
    }

    private static byte[] salt() {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return salt;
    }

    List<DdlRequest> of(Statement.CreateRole create) {
        return List.of(requests().of(create).build());
    }

    List<DdlRequest> of(Statement.AlterRole alter) {
        return List.of(requests().of(alter).build());
    }

    List<DdlRequest> of(Statement.DropRole drop) {
        if (drop.names().stream().anyMatch(name -> name.names.getLast().equals(session.user()))) {
            throw new QueryException(
                    ErrorCode.DEPENDENT_OBJECTS,
                    "Role [%s] is the one that is logged in.".formatted(session.user()),
                    "Drop it as another superuser.");
        }
        return drop.names().stream()
                .map(name -> requests().of(drop, name).build())
                .toList();
    }

    List<DdlRequest> of(Statement.Grants grants, boolean revoke) {
        return List.of(requests().of(grants, revoke).build());
    }

    List<DdlRequest> of(Statement.AlterTable alter, Statement.OwnerTo owner) {
        return List.of(requests().of(alter.table(), owner).build());
    }

    List<DdlRequest> of(Statement.AlterTable alter, Statement.RowSecurity security) {
        return List.of(requests().of(alter.table(), security).build());
    }

    /// The conditions are planned, to see that they can be.
    List<DdlRequest> of(Statement.CreatePolicy create) {
        DdlRequest request = requests().of(create).build();
        var policy = request.getCreatePolicy().getPolicy();
        SchemaView view = session.view();
        TableSchema table = view.table(create.table().names, session.value(Setting.SCHEMA), 0);
        boolean insert = create.command().equals("INSERT");
        boolean misplaced = insert
                ? !policy.getUsingCondition().isEmpty()
                : !policy.getCheckCondition().isEmpty()
                        && List.of("SELECT", "DELETE").contains(create.command());
        if (misplaced) {
            throw new QueryException(
                    ErrorCode.SYNTAX_ERROR,
                    "A policy FOR %s takes %s.".formatted(create.command(), insert ? "WITH CHECK only" : "USING only"),
                    "USING is about rows that are there, WITH CHECK about new ones.");
        }
        for (String condition : List.of(policy.getUsingCondition(), policy.getCheckCondition())) {
            if (!condition.isEmpty()) {
                new Rights(view, new Parameters(0)).condition(table, condition, "A row policy");
            }
        }
        return List.of(request);
    }

    List<DdlRequest> of(Statement.DropPolicy drop) {
        return List.of(requests().of(drop).build());
    }
}
