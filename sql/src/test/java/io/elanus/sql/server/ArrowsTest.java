package io.elanus.sql.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The arrows between the layers, `sql → cluster → storage → proto` and the driver apart, and no mutable statics.
class ArrowsTest {
    private static final String PROTO = "io.elanus.proto..";
    private static final String STORAGE = "io.elanus.storage..";
    private static final String CLUSTER = "io.elanus.cluster..";
    private static final String SQL = "io.elanus.sql..";
    private static final String DRIVER = "io.elanus.jdbc..";

    @SuppressWarnings("NullAway.Init")
    private static JavaClasses classes;

    @BeforeAll
    static void load() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.elanus");
    }

    @Test
    void storageKnowsNothingAboveIt() {
        noClasses()
                .that()
                .resideInAPackage(STORAGE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(CLUSTER, SQL, DRIVER)
                .check(classes);
    }

    @Test
    void theClusterKnowsNothingOfSql() {
        noClasses()
                .that()
                .resideInAPackage(CLUSTER)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SQL, DRIVER, "org.apache.calcite..")
                .check(classes);
    }

    @Test
    void theDriverKnowsNothingOfTheServer() {
        noClasses()
                .that()
                .resideInAPackage(DRIVER)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(PROTO, STORAGE, CLUSTER, SQL)
                .check(classes);
    }

    @Test
    void noStaticFieldChanges() {
        fields().that()
                .areStatic()
                .and()
                .areDeclaredInClassesThat()
                .resideInAnyPackage(STORAGE, CLUSTER, DRIVER)
                .and()
                .areDeclaredInClassesThat()
                .haveSimpleNameNotEndingWith("Test") // a server that the tests of one class share
                .should()
                .beFinal()
                .check(classes);
    }
}
