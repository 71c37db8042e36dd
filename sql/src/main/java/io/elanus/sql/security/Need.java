package io.elanus.sql.security;

import io.elanus.cluster.access.Privilege;
import io.elanus.proto.grpc.GrantedPrivilege;
import io.elanus.storage.type.TableName;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What a role must hold to run a statement.
public sealed interface Need {
    /// A table or a view.
    record Relation(long id, TableName name) {}

    /// A privilege on a table or view, or on all of these columns.
    ///
    /// @param columnIds empty: the whole; for SELECT then any column will do, as `count(*)` reads none
    record OnRelation(Relation relation, Privilege privilege, Set<Integer> columnIds) implements Need {
        public OnRelation {
            columnIds = Set.copyOf(new TreeSet<>(columnIds));
        }
    }

    record OnSchema(String schema, Privilege privilege) implements Need {}

    /// The grant option for all of these on a table or view.
    record GrantOption(Relation relation, List<GrantedPrivilege> privileges) implements Need {
        public GrantOption {
            privileges = List.copyOf(privileges);
        }
    }

    record GrantOptionOfSchema(String schema, List<GrantedPrivilege> privileges) implements Need {
        public GrantOptionOfSchema {
            privileges = List.copyOf(privileges);
        }
    }

    /// To say who the members of the role are.
    record AdminOf(String role) implements Need {}

    record OwnerOf(Relation relation) implements Need {}

    record OwnerOfSchema(String schema) implements Need {}

    /// @param toDo what the statement does, to go on after `To`
    record MemberOf(String role, String toDo) implements Need {}

    record Superuser(String toDo) implements Need {}
}
