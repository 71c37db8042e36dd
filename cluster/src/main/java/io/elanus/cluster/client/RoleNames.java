package io.elanus.cluster.client;

/// The names of the roles: in the configuration, in metadata keys, and, for coordinators, as the address under
/// which the active one is called.
public final class RoleNames {
    public static final String ROOT_COORD = "rootcoord";
    public static final String DATA_COORD = "datacoord";
    public static final String QUERY_COORD = "querycoord";
    public static final String INDEX_COORD = "indexcoord";
    public static final String PROXY = "proxy";
    public static final String DATA_NODE = "datanode";
    public static final String QUERY_NODE = "querynode";
    public static final String INDEX_NODE = "indexnode";

    private RoleNames() {}
}
