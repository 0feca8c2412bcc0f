package dev.mizan.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.time.Clock;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Languages, directions, widths, light and dark, and what axe says about them. */
@ExtendWith(Chromium.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LookPageTest {
    private static final int PHONE_WIDTH = 360;

    private FakeGateway gateway;

    @BeforeAll
    void start() {
        gateway = new FakeGateway(FakeBooks.ofAMonth(Clock.systemUTC()));
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource({"en-GB,LIGHT,1280", "tr-TR,DARK,1280", "ar,LIGHT,360", "ar-EG,DARK,820"})
    void isAccessible(String locale, ColorScheme scheme, int width, Browser browser) {
        Browser.NewContextOptions options = Tab.options(locale)
                .setViewportSize(width, 900)
                .setColorScheme(scheme)
                .setReducedMotion(ReducedMotion.REDUCE);
        try (Tab tab = new Tab(browser, gateway.origin(), options)) {
            tab.open();
            hasNoViolations(tab);

            tab.signIn(FakeGateway.MASTER_KEY);
            assertThat(tab.find(".plot svg")).isVisible();
            tab.find("summary").click();
            hasNoViolations(tab);

            tab.find(".calls .link").first().click();
            assertThat(tab.find("#explained-cost")).isVisible();
            hasNoViolations(tab);
        }
    }

    @ParameterizedTest
    @CsvSource({"en-GB", "tr-TR", "ar"})
    void fitsAPhone(String locale, Browser browser) {
        Browser.NewContextOptions options = Tab.options(locale).setViewportSize(PHONE_WIDTH, 740);
        try (Tab tab = new Tab(browser, gateway.origin(), options)) {
            tab.open();
            fits(tab);

            tab.signIn(FakeGateway.MASTER_KEY);
            assertThat(tab.find(".plot svg")).isVisible();
            tab.find("summary").click();
            fits(tab);

            tab.find(".calls .link").first().click();
            assertThat(tab.find("#explained-cost")).isVisible();
            fits(tab);
            assertThat(tab.find("dialog").evaluate("panel => panel.scrollWidth <= panel.clientWidth"))
                    .isEqualTo(true);
        }
    }

    @Test
    void isRightToLeftInArabic(Browser browser) {
        try (Tab tab = new Tab(browser, gateway.origin(), Tab.options("ar"))) {
            tab.signIn(FakeGateway.MASTER_KEY);

            assertThat(tab.find("html")).hasAttribute("dir", "rtl");
            assertThat(tab.find("html")).hasAttribute("lang", "ar");
            assertThat(tab.find("h1")).hasText("نظرة عامة");
            double brand = tab.find(".brand").boundingBox().x;
            double language = tab.find(".language").boundingBox().x;
            assertThat(brand).isGreaterThan(language);
        }
    }

    @Test
    void changesItsLanguageAndRemembersIt(Browser browser) {
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.signIn(FakeGateway.MASTER_KEY);
            tab.find(".language select").selectOption("tr");
            assertThat(tab.find("h1")).hasText("Genel bakış");
            assertThat(tab.find("#month-cost")).hasText(Pattern.compile("\\$\\d+,\\d\\d"));

            tab.page().reload();
            assertThat(tab.find("h1")).hasText("Genel bakış");
            assertThat(tab.find("html")).hasAttribute("lang", "tr");
        }
    }

    @Test
    void isWrittenInItsOwnHand(Browser browser) {
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.open();

            assertThat(tab.page().evaluate("getComputedStyle(document.body).font"))
                    .asString()
                    .startsWith("15px / 22.5px Inter, ui-sans-serif");
        }
    }

    @Test
    void isDarkWhereTheReaderWantsIt(Browser browser) {
        int light = brightness(browser, ColorScheme.LIGHT);
        int dark = brightness(browser, ColorScheme.DARK);

        assertThat(light).isGreaterThan(200);
        assertThat(dark).isLessThan(60);
    }

    private int brightness(Browser browser, ColorScheme scheme) {
        try (Tab tab = new Tab(browser, gateway.origin(), Tab.options("en-GB").setColorScheme(scheme))) {
            tab.open();
            return (int) tab.page().evaluate("Number(/\\d+/.exec(getComputedStyle(document.body).backgroundColor)[0])");
        }
    }

    private static void fits(Tab tab) {
        assertThat(tab.page().evaluate("document.documentElement.scrollWidth")).isEqualTo(PHONE_WIDTH);
    }

    private static void hasNoViolations(Tab tab) {
        List<Rule> violations = new AxeBuilder(tab.page()).analyze().getViolations();

        assertThat(violations)
                .as(() -> violations.stream()
                        .flatMap(rule -> rule.getNodes().stream()
                                .map(node -> rule.getId() + " (" + rule.getImpact() + "): " + node.getHtml()))
                        .toList()
                        .toString())
                .isEmpty();
    }
}
