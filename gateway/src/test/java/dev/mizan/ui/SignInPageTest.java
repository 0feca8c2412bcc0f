package dev.mizan.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import java.time.Clock;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Signing in and out. */
@ExtendWith(Chromium.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SignInPageTest {
    private FakeGateway gateway;

    @BeforeAll
    void start() {
        gateway = new FakeGateway(FakeBooks.ofAMonth(Clock.systemUTC()));
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @Test
    void beginsAtTheKey(Browser browser) {
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.open();

            assertThat(tab.find("#key")).isFocused();
            assertThat(tab.find("#key")).hasAttribute("type", "password");
            assertThat(tab.find("h1")).hasText("Sign in");
        }
    }

    @Test
    void refusesAWrongKeyAndSaysWhy(Browser browser) {
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.open();
            tab.find("#key").fill("sk-wrong");
            tab.page().keyboard().press("Enter");

            assertThat(tab.find("[role=alert]")).containsText("This key is not known here.");
            assertThat(tab.find("#key")).isFocused();
            assertThat(tab.find("#key")).hasAttribute("aria-invalid", "true");
            assertThat(tab.find("#today-cost")).hasCount(0);
        }
    }

    @Test
    void asksForAKeyIfThereIsNone(Browser browser) {
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.open();
            tab.page().keyboard().press("Enter");

            assertThat(tab.find("[role=alert]")).hasText("Please enter a key.");
            assertThat(tab.requests()).noneMatch(url -> url.endsWith("/ui/login"));
        }
    }

    @Test
    void saysHowLongToWaitAfterTooManyAttempts(Browser browser) {
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.open();
            tab.find("#key").fill("slow down");
            tab.page().keyboard().press("Enter");

            assertThat(tab.find("[role=alert]")).hasText("Too many attempts. Please try again in 7 seconds.");
        }
    }

    @Test
    void showsTheKeyOnlyWhenAsked(Browser browser) {
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.open();
            tab.page()
                    .getByText("Show", new Page.GetByTextOptions().setExact(true))
                    .click();

            assertThat(tab.find("#key")).hasAttribute("type", "text");
        }
    }

    @Test
    void staysSignedInAfterReloadingAndForgetsOnSigningOut(Browser browser) {
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.signIn(FakeGateway.MASTER_KEY);
            assertThat(tab.find("h1")).isFocused();
            assertThat(tab.page()).hasTitle(Pattern.compile("Overview"));

            tab.page().reload();
            assertThat(tab.find("#today-cost")).isVisible();

            tab.page().getByText("Sign out").click();
            assertThat(tab.find("#key")).isVisible();

            tab.page().reload();
            assertThat(tab.find("#key")).isVisible();
        }
    }

    @Test
    void keepsNoKeyInThePage(Browser browser) {
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.signIn(FakeGateway.MASTER_KEY);

            assertThat(tab.page().content()).doesNotContain(FakeGateway.MASTER_KEY);
            assertThat(tab.page().evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"))
                    .isEqualTo("[{},{},\"\"]");
        }
    }
}
