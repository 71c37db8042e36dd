/// `./elanus cluster`: a whole cluster on this machine, for trying and for tests. Real Kafka, etcd and S3, and one
/// process a role.
///
/// `up` ([UpCommand]) starts a supervisor in a process of its own and waits until the cluster answers. The
/// supervisor ([Supervisor]) starts the members ([Members] says which, and how), starts again what ends without
/// being asked, and writes down what it does ([ClusterState]). `down` asks it to end; what it left behind, having
/// been killed itself, is ended by the ids that it wrote down, and nothing else is.
///
/// Layout of the folder:
///
/// | file | holds |
/// |---|---|
/// | `cluster.state` | processes of the running cluster; not there when it is down |
/// | `elanus.yaml` | settings of the roles |
/// | `ports` | ports of the services, the same at every start |
/// | `kafka/`, `etcd/`, `s3proxy/` | all that the cluster keeps |
/// | `nodes/NAME/` | a role's own disk: copies only, may be deleted when it is down |
/// | `logs/NAME.log` | what each process says |
///
/// Thread rule: the commands are single threaded; [Supervisor] says its own.
@NullMarked
package io.elanus.sql.cluster;

import org.jspecify.annotations.NullMarked;
