package io.elanus.sql.console;

import static io.elanus.sql.console.Browser.CTRL;
import static io.elanus.sql.console.Browser.ENTER;
import static io.elanus.sql.console.Browser.ESCAPE;
import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.doors.RealServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Logging in to the console and out of it, in Chromium.
@Timeout(300)
class ConsoleLoginTest {
    private static final String ASKS = "document.querySelector('#login')?.open";
    private static final String READY = "document.documentElement.dataset.ready === 'yes'";

    private static void logIn(Browser page, String user, String password) {
        page.await("document.activeElement?.name === 'user' || document.activeElement?.name === 'password'");
        page.value("document.querySelector('#login input[name=user]').value = arguments[0]", user);
        page.click("#login input[name=password]");
        page.type(password);
        page.press(ENTER);
    }

    @Test
    void asksWhoItIsUntilThePasswordIsRight(@TempDir Path data, @TempDir Path profile, @TempDir Path secrets)
            throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Browser.DRIVER), "The console's page is tested where Chromium is");
        Path file = Files.writeString(secrets.resolve("password"), "first one\n");
        var settings = Map.of("security.authentication", "on", "security.login.password-file", file.toString());
        try (RealServer server = RealServer.start(data, settings);
                var page = new Browser(profile)) {
            page.open("http://" + server.address() + "/");
            page.await(ASKS);
            page.press(ESCAPE);
            // There is nothing behind it.
            page.await(ASKS);
            page.press(ESCAPE);
            page.await(ASKS);
            assertThat(page.text(".schema")).doesNotContain("public");
            page.picture("login");

            logIn(page, "elanus", "a wrong one");
            page.await("document.querySelector('#login .problem').innerText !== ''");
            assertThat(page.text("#login .problem")).containsIgnoringCase("password");
            assertThat(page.value("document.querySelector('#login input[name=password]').value")
                            .asText())
                    .isEmpty();
            page.picture("login-refused");

            logIn(page, "elanus", "first one");
            page.await(READY + " && !(" + ASKS + ") && document.querySelector('#logout')");
            assertThat(page.text("#account")).contains("elanus");
            page.click(".editor-text");
            page.press(CTRL, "a");
            page.type("SELECT current_user AS who");
            page.press(ESCAPE);
            page.press(CTRL, ENTER);
            page.await("document.querySelector('.grid-cell')");
            assertThat(page.text(".grid-body")).contains("elanus");
            assertThat(page.value("document.cookie").asText())
                    .as("no script sees the login")
                    .isEmpty();
            page.picture("logged-in");

            page.click("#logout");
            page.await(ASKS + " && !document.querySelector('#logout')");
            assertThat(page.text("#account")).doesNotContain("elanus");
        }
    }
}
