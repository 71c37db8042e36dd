package io.elanus.sql.server;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

@Command(name = "version", mixinStandardHelpOptions = true, description = "Prints the version.")
public final class VersionCommand implements Runnable, IVersionProvider {
    /// As the build wrote it.
    public static String version() {
        try (InputStream in = VersionCommand.class.getResourceAsStream("/elanus-version.properties")) {
            var properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new IllegalStateException("The version in the program's own jar cannot be read", e);
        }
    }

    @Override
    public String[] getVersion() {
        return new String[] {"Elanus " + version() + " on Java " + Runtime.version()};
    }

    @Override
    public void run() {
        System.out.println(getVersion()[0]);
    }
}
