package io.elanus.testcontainers;

import com.github.dockerjava.api.command.InspectContainerResponse;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.JdbcDatabaseContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/// One server with all roles in a container, empty at each start.
///
/// ```java
/// @Container
/// static final ElanusContainer ELANUS = new ElanusContainer();
/// ```
///
/// It has started when `/health` answers. The superuser `elanus` logs in with [#getPassword]; [#withUser] makes
/// others. The image is `elanus`, as `docker/Dockerfile` builds it; give the name that yours has.
public class ElanusContainer extends JdbcDatabaseContainer<ElanusContainer> {
    /// Of JDBC, the console, `/health` and `/metrics`.
    public static final int HTTP_PORT = 7070;

    public static final int FLIGHT_PORT = 7071;
    static final DockerImageName IMAGE = DockerImageName.parse("elanus");
    /// The superuser that every server has.
    private static final String SUPERUSER = "elanus";
    private static final String PASSWORD_FILE = "/etc/elanus/password";
    private static final Duration START = Duration.ofMinutes(2);

    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Map<String, String> users = new LinkedHashMap<>();
    private String password = "elanus-in-tests";

    public ElanusContainer() {
        this(IMAGE);
    }

    /// @param image its name, with registry and tag where it has them
    public ElanusContainer(String image) {
        this(DockerImageName.parse(image));
    }

    @SuppressWarnings("this-escape") // containers are told what they are by methods of their own
    public ElanusContainer(DockerImageName image) {
        super(image);
        addExposedPorts(HTTP_PORT, FLIGHT_PORT);
        setWaitStrategy(
                Wait.forHttp("/health").forPort(HTTP_PORT).forStatusCode(200).withStartupTimeout(START));
        withSetting("listen.host", "0.0.0.0");
        withSetting("security.login.password-file", PASSWORD_FILE);
        // The host is another machine to the container, and Flight clients send their password as it is.
        withSetting("security.login.plain-passwords", "true");
    }

    /// A setting of the server, by its key in the configuration.
    public final ElanusContainer withSetting(String key, String value) {
        settings.put(key, value);
        return this;
    }

    /// Of the superuser.
    @Override
    public ElanusContainer withPassword(String secret) {
        this.password = secret;
        return this;
    }

    /// Another user, who is made before the init scripts run.
    public ElanusContainer withUser(String name, String secret) {
        users.put(name, secret);
        return this;
    }

    @Override
    protected void configure() {
        withCopyToContainer(Transferable.of(password, 0444), PASSWORD_FILE);
        setCommandParts(command().toArray(String[]::new));
    }

    /// What the image's program is told.
    List<String> command() {
        List<String> words = new ArrayList<>();
        words.add("server");
        settings.forEach((key, value) -> {
            words.add("--set");
            words.add(key + "=" + value);
        });
        return words;
    }

    @Override
    protected void waitUntilContainerStarted() {
        getWaitStrategy().waitUntilReady(this);
    }

    @Override
    protected void containerIsStarted(InspectContainerResponse info) {
        if (!users.isEmpty()) {
            createUsers();
        }
        super.containerIsStarted(info);
    }

    private void createUsers() {
        try (Connection connection = createConnection("");
                Statement statement = connection.createStatement()) {
            for (Map.Entry<String, String> user : users.entrySet()) {
                statement.execute("CREATE USER \"" + user.getKey().replace("\"", "\"\"") + "\" PASSWORD '"
                        + user.getValue().replace("'", "''") + "'");
            }
        } catch (SQLException e) {
            throw new ContainerLaunchException("The users could not be made: " + e.getMessage(), e);
        }
    }

    @Override
    public String getDriverClassName() {
        return "io.elanus.jdbc.Driver";
    }

    @Override
    public String getJdbcUrl() {
        return "jdbc:elanus://" + getHost() + ":" + getMappedPort(HTTP_PORT) + "/" + getDatabaseName()
                + constructUrlParameters("?", "&");
    }

    /// Where Flight SQL clients connect to.
    public URI flightUri() {
        return URI.create("grpc+tcp://" + getHost() + ":" + getMappedPort(FLIGHT_PORT));
    }

    /// The schema that connections start in.
    @Override
    public String getDatabaseName() {
        return "public";
    }

    @Override
    public String getUsername() {
        return SUPERUSER;
    }

    @Override
    public String getPassword() {
        return password;
    }

    @Override
    protected String getTestQueryString() {
        return "SELECT 1";
    }
}
