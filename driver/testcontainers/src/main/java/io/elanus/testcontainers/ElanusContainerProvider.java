package io.elanus.testcontainers;

import org.testcontainers.containers.JdbcDatabaseContainer;
import org.testcontainers.containers.JdbcDatabaseContainerProvider;

/// Starts a container for connections to `jdbc:tc:elanus:…`.
public final class ElanusContainerProvider extends JdbcDatabaseContainerProvider {
    @Override
    public boolean supports(String databaseType) {
        return databaseType.equals(ElanusContainer.IMAGE.getUnversionedPart());
    }

    @Override
    public JdbcDatabaseContainer<?> newInstance() {
        return new ElanusContainer();
    }

    @Override
    public JdbcDatabaseContainer<?> newInstance(String tag) {
        return new ElanusContainer(ElanusContainer.IMAGE.withTag(tag));
    }
}
