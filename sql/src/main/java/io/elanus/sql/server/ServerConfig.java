package io.elanus.sql.server;

import io.elanus.cluster.datacoord.DataCoordConfig;
import io.elanus.cluster.datanode.DataNodeConfig;
import io.elanus.cluster.indexcoord.IndexCoordConfig;
import io.elanus.cluster.indexnode.IndexNodeConfig;
import io.elanus.cluster.proxy.ProxyConfig;
import io.elanus.cluster.querycoord.QueryCoordConfig;
import io.elanus.cluster.querynode.QueryNodeConfig;
import io.elanus.cluster.rootcoord.RootConfig;
import io.elanus.sql.audit.AuditConfig;
import io.elanus.sql.avatica.JdbcConfig;
import io.elanus.sql.console.ConsoleConfig;
import io.elanus.sql.flight.FlightConfig;
import io.elanus.sql.login.LoginConfig;
import io.elanus.sql.session.GovernorConfig;
import io.elanus.storage.log.kafka.KafkaConfig;
import io.elanus.storage.meta.etcd.EtcdConfig;
import io.elanus.storage.object.cache.CacheConfig;
import io.elanus.storage.object.s3.S3Config;
import io.elanus.storage.setting.DataSize;
import io.elanus.storage.setting.Setting;
import io.elanus.storage.setting.Settings;
import io.elanus.storage.tls.TlsConfig;

/// The whole configuration: one record a part, each declared by the module it belongs to.
public record ServerConfig(
        Listen listen,
        JdbcConfig jdbc,
        Memory memory,
        Security security,
        Stores stores,
        Coordinators coordinators,
        Nodes nodes) {

    /// Where clients reach the server.
    public record Listen(
            @Setting(doc = "Address that the ports are bound to", byDefault = "127.0.0.1")
            String host,

            @Setting(
                    doc = "HTTP port: JDBC, the web console, health and metrics; 0 takes a free one",
                    byDefault = "7070",
                    min = "0",
                    max = "65535")
            int httpPort,

            @Setting(
                    doc = "Flight SQL port: bulk rows as Arrow batches; 0 takes a free one",
                    byDefault = "7071",
                    min = "0",
                    max = "65535")
            int flightPort,

            @Setting(
                    doc = "HTTP port of a role in a process of its own that is no proxy: health and metrics; 0 takes a"
                            + " free one",
                    byDefault = "0",
                    min = "0",
                    max = "65535")
            int rolePort,

            FlightConfig flight,
            ConsoleConfig console) {}

    /// Off-heap memory of the process.
    public record Memory(
            @Setting(
                    doc = "Most off-heap memory for rows, results and indexes under construction",
                    byDefault = "4 GB",
                    min = "64 MB")
            DataSize offHeap,

            @Setting(doc = "Most off-heap memory of one query", byDefault = "512 MB", min = "1 MB")
            DataSize query) {}

    /// Who may use the server.
    public record Security(
            @Setting(
                    doc = "Clients have to log in: on, off, or auto: on unless listen.host is this machine only",
                    byDefault = "auto")
            Authentication authentication,

            LoginConfig login,
            AuditConfig audit,
            TlsConfig tls,
            GovernorConfig limits) {}

    public enum Authentication {
        AUTO,
        ON,
        OFF
    }

    /// What the database stands on: embedded in this process, or services that others run.
    public record Stores(
            @Setting(doc = "Where the log is", byDefault = "embedded")
            LogKind log,

            @Setting(doc = "Where metadata is", byDefault = "embedded")
            MetaKind meta,

            @Setting(doc = "Where segments and index files are", byDefault = "local")
            ObjectKind objects,

            @Setting(
                    doc = "Memory of the embedded log for records that are in its write-ahead log only",
                    byDefault = "64 MB",
                    min = "1 MB")
            DataSize logWriteBuffer,

            KafkaConfig kafka,
            EtcdConfig etcd,
            S3Config s3) {}

    public enum LogKind {
        EMBEDDED,
        KAFKA
    }

    public enum MetaKind {
        EMBEDDED,
        ETCD
    }

    public enum ObjectKind {
        LOCAL,
        S3
    }

    public record Coordinators(RootConfig root, DataCoordConfig data, QueryCoordConfig query, IndexCoordConfig index) {}

    public record Nodes(
            ProxyConfig proxy, DataNodeConfig data, QueryNodeConfig query, IndexNodeConfig index, CacheConfig cache) {}

    public static ServerConfig defaults() {
        return Settings.defaults(ServerConfig.class);
    }
}
