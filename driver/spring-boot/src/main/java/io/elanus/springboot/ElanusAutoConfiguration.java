package io.elanus.springboot;

import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/// A data source for the database that `elanus.` names; see the package.
@AutoConfiguration(before = DataSourceAutoConfiguration.class)
@ConditionalOnClass({DataSource.class, DataSourceBuilder.class})
@EnableConfigurationProperties(ElanusProperties.class)
public final class ElanusAutoConfiguration {
    /// Name of the bean, and the qualifier when there is another data source.
    public static final String DATA_SOURCE = "elanusDataSource";

    @Bean
    @Lazy // without a data source over it, nothing is opened
    @ConditionalOnMissingBean
    ElanusDatabase elanusDatabase(ElanusProperties properties, ResourceLoader loader) throws SQLException {
        return ElanusDatabase.open(properties, classLoader(loader));
    }

    /// The application's only database.
    @Bean(DATA_SOURCE)
    @ConfigurationProperties("elanus.pool")
    @ConditionalOnMissingBean({DataSource.class, JdbcConnectionDetails.class})
    @Conditional(OnlyDatabase.class)
    DataSource elanusDataSource(ElanusDatabase database, ElanusProperties properties, ResourceLoader loader) {
        return pool(database, properties, loader);
    }

    /// A database beside another.
    @Bean(name = DATA_SOURCE, defaultCandidate = false)
    @ConfigurationProperties("elanus.pool")
    @ConditionalOnMissingBean(name = DATA_SOURCE)
    @Conditional(GivenUrl.class)
    DataSource elanusDataSourceBesideAnother(
            ElanusDatabase database, ElanusProperties properties, ResourceLoader loader) {
        return pool(database, properties, loader);
    }

    private static DataSource pool(ElanusDatabase database, ElanusProperties properties, ResourceLoader loader) {
        DataSourceBuilder<?> builder = DataSourceBuilder.create(classLoader(loader))
                .url(database.url())
                .driverClassName(database.driver());
        if (properties.user() != null) {
            builder.username(properties.user());
        }
        if (properties.password() != null) {
            builder.password(properties.password());
        }
        return builder.build();
    }

    private static ClassLoader classLoader(ResourceLoader loader) {
        ClassLoader ofContext = loader.getClassLoader();
        return ofContext == null ? ElanusAutoConfiguration.class.getClassLoader() : ofContext;
    }

    /// Is there a URL?
    static final class GivenUrl extends SpringBootCondition {
        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            var message = ConditionMessage.forCondition("Elanus URL");
            return given(context, "elanus.url")
                    ? ConditionOutcome.match(message.because("elanus.url is set"))
                    : ConditionOutcome.noMatch(message.because("elanus.url is not set"));
        }
    }

    /// Is there a URL, or a database in the class path, and no URL of another database?
    static final class OnlyDatabase extends SpringBootCondition {
        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            var message = ConditionMessage.forCondition("Elanus alone");
            if (given(context, "spring.datasource.url")) {
                return ConditionOutcome.noMatch(message.because("spring.datasource.url is set"));
            }
            if (given(context, "elanus.url")) {
                return ConditionOutcome.match(message.because("elanus.url is set"));
            }
            boolean enabled = context.getEnvironment().getProperty("elanus.embedded.enabled", Boolean.class, true);
            return enabled && ClassUtils.isPresent(ElanusDatabase.EMBEDDED_DRIVER, context.getClassLoader())
                    ? ConditionOutcome.match(message.because("the embedded database is on the class path"))
                    : ConditionOutcome.noMatch(message.because("there is neither elanus.url nor elanus-embedded"));
        }
    }

    private static boolean given(ConditionContext context, String property) {
        return StringUtils.hasText(context.getEnvironment().getProperty(property));
    }
}
