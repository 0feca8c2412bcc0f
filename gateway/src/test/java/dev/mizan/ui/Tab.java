package dev.mizan.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;

/**
 * One browser tab on the pages, in its own profile, that notes what was asked of whom and what went wrong. Closing it
 * checks both: nothing left the host, nothing was refused by the security policy, no script failed.
 */
final class Tab implements AutoCloseable {
    private final String origin;
    private final BrowserContext context;
    private final Page page;
    private final List<String> requests = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();

    /** A tab in a browser set up as {@code options} say, not yet on any page. */
    Tab(Browser browser, String origin, Browser.NewContextOptions options) {
        this.origin = origin;
        this.context = browser.newContext(options);
        this.page = context.newPage();
        page.setDefaultTimeout(20_000);
        page.onRequest(request -> requests.add(request.url()));
        page.onPageError(complaints::add);
        page.onConsoleMessage(this::onConsole);
    }

    /** A tab of an English reader at a desk. */
    static Tab atADesk(Browser browser, String origin) {
        return new Tab(browser, origin, options("en-GB"));
    }

    /** A light desk-sized window of a reader with this language. */
    static Browser.NewContextOptions options(String locale) {
        return new Browser.NewContextOptions().setLocale(locale).setViewportSize(1280, 900);
    }

    Page page() {
        return page;
    }

    Locator find(String selector) {
        return page.locator(selector);
    }

    /** Opens the page, not signed in, and waits for it. */
    Tab open() {
        page.navigate(origin + "/ui/");
        assertThat(find("#key")).isFocused();
        return this;
    }

    /** Opens the page, signs in and waits for the figures. */
    Tab signIn(String key) {
        open();
        find("#key").fill(key);
        page.keyboard().press("Enter");
        assertThat(find("#today-requests")).isVisible();
        return this;
    }

    /** Everything asked for so far. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        context.close();
        assertThat(complaints).isEmpty();
        assertThat(requests).allSatisfy(url -> assertThat(url).startsWith(origin + "/"));
    }

    private void onConsole(ConsoleMessage message) {
        // The browser itself reports answers that are no success; those are for each test to look at.
        boolean answer = message.text().startsWith("Failed to load resource");
        if ((message.type().equals("error") && !answer) || message.text().contains("Content Security Policy")) {
            complaints.add(message.text());
        }
    }
}
