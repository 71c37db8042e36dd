package io.elanus.sql.server;

import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.datacoord.DataCoord;
import io.elanus.cluster.datanode.DataNode;
import io.elanus.cluster.exchange.FragmentClient;
import io.elanus.cluster.exchange.FragmentService;
import io.elanus.cluster.indexcoord.IndexCoord;
import io.elanus.cluster.indexnode.IndexNode;
import io.elanus.cluster.proxy.ProxyRole;
import io.elanus.cluster.querycoord.QueryCoord;
import io.elanus.cluster.querynode.QueryNode;
import io.elanus.cluster.rootcoord.RootCoord;
import io.elanus.cluster.runtime.GrpcServices;
import io.elanus.cluster.runtime.Role;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.index.IndexFormats;
import io.grpc.ServerServiceDefinition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Makes roles by their names, and what they serve.
///
/// @param temporary folder of files that need not outlive the process
record RoleKinds(ServerConfig config, IndexFormats formats, Path temporary) {
    static final List<String> COORDINATORS =
            List.of(RoleNames.ROOT_COORD, RoleNames.DATA_COORD, RoleNames.INDEX_COORD, RoleNames.QUERY_COORD);
    static final List<String> WORKERS = List.of(RoleNames.DATA_NODE, RoleNames.INDEX_NODE, RoleNames.QUERY_NODE);
    static final List<String> NAMES = List.of(
            RoleNames.ROOT_COORD,
            RoleNames.DATA_COORD,
            RoleNames.INDEX_COORD,
            RoleNames.QUERY_COORD,
            RoleNames.DATA_NODE,
            RoleNames.INDEX_NODE,
            RoleNames.QUERY_NODE,
            RoleNames.PROXY);

    static void require(String role) {
        if (!NAMES.contains(role)) {
            throw unknown(role);
        }
    }

    /// Does another process of this role stand by for the first?
    static boolean standsBy(String role) {
        return COORDINATORS.contains(role);
    }

    /// @param fragments for a proxy
    Role make(String role, RoleContext context, FragmentClient fragments) {
        var coordinators = config.coordinators();
        var nodes = config.nodes();
        return switch (role) {
            case RoleNames.ROOT_COORD -> new RootCoord(context, coordinators.root());
            case RoleNames.DATA_COORD -> new DataCoord(context, coordinators.data());
            case RoleNames.INDEX_COORD -> new IndexCoord(context, coordinators.index());
            case RoleNames.QUERY_COORD -> new QueryCoord(context, coordinators.query());
            case RoleNames.DATA_NODE -> new DataNode(context, nodes.data());
            case RoleNames.INDEX_NODE -> new IndexNode(context, nodes.index(), formats, Optional.of(temporary));
            case RoleNames.QUERY_NODE -> new QueryNode(context, nodes.query());
            case RoleNames.PROXY -> new ProxyRole(context, nodes.proxy(), fragments);
            default -> throw unknown(role);
        };
    }

    private static QueryException unknown(String role) {
        return new QueryException(
                ErrorCode.INVALID_CONFIGURATION,
                "There is no role [%s].".formatted(role),
                "The roles are " + String.join(", ", NAMES) + ".");
    }

    static List<ServerServiceDefinition> services(Role role, RoleContext context) {
        var services = new ArrayList<ServerServiceDefinition>(GrpcServices.of(role.services(), context.loop()));
        if (role instanceof QueryNode queryNode) {
            services.add(new FragmentService(
                            queryNode, context.workers(), context.stores().memory())
                    .definition());
        }
        return services;
    }
}
