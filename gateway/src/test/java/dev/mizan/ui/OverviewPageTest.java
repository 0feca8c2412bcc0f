package dev.mizan.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the overview shows, over an API whose answers are known. */
@ExtendWith(Chromium.class)
final class OverviewPageTest {
    private static final String LINE_ID = "01K9NEWCALL000000000000000";
    private static final int TABS_MAX = 20;

    private final Clock clock = Clock.systemUTC();
    private FakeGateway gateway;

    @BeforeEach
    void start() {
        gateway = new FakeGateway(FakeBooks.ofAMonth(clock));
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void showsTheFiguresOfTheApi(Browser browser) {
        JsonObject overview = gateway.books().overview(true);
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.signIn(FakeGateway.MASTER_KEY);

            for (String period : new String[] {"today", "this_month"}) {
                JsonObject sums = overview.getJsonObject(period);
                String shown = period.equals("today") ? "today" : "month";
                hasValue(tab.find("#" + shown + "-cost"), sums.getString("provider_cost_usd"));
                hasValue(
                        tab.find("#" + shown + "-requests"),
                        sums.getLong("calls").toString());
                hasValue(
                        tab.find("#" + shown + "-tokens"),
                        sums.getLong("total_tokens").toString());
                assertThat(tab.find("#" + shown + "-tokens"))
                        .hasText(String.format(Locale.UK, "%,d", sums.getLong("total_tokens")));
            }
            assertThat(tab.find(".models tbody tr")).hasCount(5);
            assertThat(tab.find(".calls tbody tr")).hasCount(FakeBooks.LINES);
            assertThat(tab.find(".plot svg")).isVisible();
        }
    }

    @Test
    void showsMoneyToTheLastNano(Browser browser) {
        FakeBooks books = FakeBooks.empty(clock);
        // More digits than a double keeps: 12345678.123456789 would be shown as ….123456788 or ….12345679.
        books.add(books.line(LINE_ID, clock.instant()).put("provider_cost_usd", "12345678.123456789"));
        gateway.books(books);
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.signIn(FakeGateway.MASTER_KEY);

            assertThat(tab.find("#today-cost")).hasText("$12,345,678.12");
            assertThat(tab.find("#today-cost")).hasAttribute("title", "$12,345,678.123456789");
        }
    }

    @Test
    void showsAMinuteCostAsWhatItIsAndNotAsNothing(Browser browser) {
        FakeBooks books = FakeBooks.empty(clock);
        books.add(books.line(LINE_ID, clock.instant()).put("provider_cost_usd", "0.00000002"));
        gateway.books(books);
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.signIn(FakeGateway.MASTER_KEY);

            assertThat(tab.find("#today-cost")).hasText("$0.000000020");
            assertThat(tab.find(".calls td.cost")).hasText("$0.000000020");
        }
    }

    @Test
    void showsTheDaysAsATableToo(Browser browser) {
        JsonObject overview = gateway.books().overview(true);
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.signIn(FakeGateway.MASTER_KEY);
            tab.page().getByText("Show as a table").click();

            assertThat(tab.find(".as-table tbody tr"))
                    .hasCount(overview.getJsonArray("days").size());
            assertThat(tab.find(".plot"))
                    .hasAttribute("aria-label", Pattern.compile("^Cost per day from .* in all; most on"));

            tab.find(".choice input[value=tokens]").check();
            assertThat(tab.find(".plot")).hasAttribute("aria-label", Pattern.compile("^Tokens per day from "));
        }
    }

    @Test
    void addsALineWithoutReloading(Browser browser) {
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.signIn(FakeGateway.MASTER_KEY);
            tab.page().evaluate("window.before = true");
            long before = Long.parseLong(tab.find("#today-requests").getAttribute("value"));

            gateway.publish(gateway.books().line(LINE_ID, clock.instant()));

            assertThat(tab.find(".calls tbody tr").first()).hasAttribute("data-id", LINE_ID);
            assertThat(tab.find(".calls tbody tr")).hasCount(FakeBooks.LINES + 1);
            hasValue(tab.find("#today-requests"), Long.toString(before + 1));
            assertThat(tab.page().evaluate("window.before")).isEqualTo(true);
        }
    }

    @Test
    void announcesManyLinesInOneSentence(Browser browser) {
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.signIn(FakeGateway.MASTER_KEY);

            for (int i = 0; i < 3; i++) {
                Instant time = clock.instant();
                gateway.publish(
                        gateway.books().line(LINE_ID.substring(1) + i, time).put("provider_cost_usd", "0.000000001"));
            }

            assertThat(tab.find("#announcement")).hasText("3 new calls, $0.000000003");
        }
    }

    @Test
    void holdsLinesBackWhilePaused(Browser browser) {
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.signIn(FakeGateway.MASTER_KEY);
            Locator pause = tab.page().getByText("Pause");
            pause.click();

            gateway.publish(gateway.books().line(LINE_ID, clock.instant()));

            assertThat(tab.find(".waiting")).hasText("1 new call is waiting");
            assertThat(tab.find("[data-id='" + LINE_ID + "']")).hasCount(0);

            pause.click();
            assertThat(tab.find("[data-id='" + LINE_ID + "']")).isVisible();
            assertThat(tab.find(".waiting")).hasCount(0);
        }
    }

    @Test
    void fetchesWhatItMissedWhenTheConnectionComesBack(Browser browser) {
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.signIn(FakeGateway.MASTER_KEY);
            assertThat(tab.find(".live")).hasText("Live");

            gateway.dropFollowers();
            gateway.books().add(gateway.books().line(LINE_ID, clock.instant()));

            assertThat(tab.find("[data-id='" + LINE_ID + "']")).isVisible();
            assertThat(tab.find(".live")).hasText("Live");
        }
    }

    @Test
    void explainsACostByKeyboardAlone(Browser browser) {
        JsonObject line = gateway.books().ledger().getJsonArray("data").getJsonObject(0);
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.signIn(FakeGateway.MASTER_KEY);
            Locator first = tab.find(".calls .link").first();
            tabTo(tab, first);
            tab.page().keyboard().press("Enter");

            hasValue(tab.find("#explained-cost"), line.getString("provider_cost_usd"));
            assertThat(tab.find("dialog[open] :focus")).hasCount(1);
            BigDecimal sum = tab.find(".receipt tbody td:last-child data").all().stream()
                    .map(cost -> new BigDecimal(cost.getAttribute("value")))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            assertThat(sum).isEqualByComparingTo(line.getString("provider_cost_usd"));
            assertThat(tab.find("dialog")).containsText("@2025-09-29");
            assertThat(tab.find("dialog")).containsText("base price");
            assertThat(tab.find("dialog")).containsText(line.getString("id"));

            tab.page().keyboard().press("Escape");
            assertThat(tab.find("dialog")).isHidden();
            assertThat(first).isFocused();

            tab.page().keyboard().press("ArrowDown");
            assertThat(tab.find(".calls .link").nth(1)).isFocused();
        }
    }

    @Test
    void explainsACostByMouseAndClosesBesideIt(Browser browser) {
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.signIn(FakeGateway.MASTER_KEY);
            tab.find(".calls tbody tr").nth(2).locator("td.model").click();
            assertThat(tab.find("#explained-cost")).isVisible();

            tab.page().mouse().click(40, 400);
            assertThat(tab.find("dialog")).isHidden();
        }
    }

    @Test
    void saysThatACallHasNoPrice(Browser browser) {
        gateway.books().unprice("no price for openai/gpt-9");
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.signIn(FakeGateway.MASTER_KEY);
            tab.find(".calls .link").first().click();

            assertThat(tab.find("dialog .notice")).containsText("no price for openai/gpt-9");
            assertThat(tab.find("dialog .receipt")).hasCount(0);
        }
    }

    @Test
    void showsWhatWasTriedBeforeTheAnswer(Browser browser) {
        gateway.books()
                .attempt(gateway.books()
                        .line("01K9ATTEMPT000000000000000", clock.instant())
                        .put("deployment", "openai/first")
                        .put("status", "error")
                        .put("error_code", "upstream_timeout"));
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.signIn(FakeGateway.MASTER_KEY);
            tab.find(".calls .link").first().click();

            assertThat(tab.find(".attempts li")).hasCount(1);
            assertThat(tab.find(".attempts li")).containsText("openai/first");
            assertThat(tab.find(".attempts li")).containsText("upstream_timeout");
        }
    }

    @Test
    void showsHowToMakeTheFirstCall(Browser browser) {
        gateway.books(FakeBooks.empty(clock));
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.signIn(FakeGateway.MASTER_KEY);

            assertThat(tab.find("mizan-copyable")).containsText("curl " + gateway.origin() + "/v1/chat/completions");
            assertThat(tab.find(".columns")).hasCount(0);

            gateway.publish(gateway.books().line(LINE_ID, clock.instant()));
            assertThat(tab.find("[data-id='" + LINE_ID + "']")).isVisible();
            assertThat(tab.find("mizan-copyable")).hasCount(0);
        }
    }

    @Test
    void keepsItsFiguresWhenTheGatewayFailsAndRecovers(Browser browser) {
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.signIn(FakeGateway.MASTER_KEY);

            gateway.refuse(503, "The database is being upgraded.");
            gateway.publish(gateway.books().line(LINE_ID, clock.instant()));
            assertThat(tab.find(".problem")).containsText("The database is being upgraded.");
            assertThat(tab.find("#today-cost")).isVisible();

            gateway.recover();
            assertThat(tab.find(".problem")).hasCount(0);
        }
    }

    @Test
    void asksToSignInAgainWhenTheSessionHasEnded(Browser browser) {
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.signIn(FakeGateway.MASTER_KEY);

            gateway.endSessions();

            assertThat(tab.find(".sign-in .notice")).hasText("Your session has ended. Please sign in again.");
        }
    }

    @Test
    void showsAUserOnlyWhatIsCharged(Browser browser) {
        JsonObject today = gateway.books().overview(false).getJsonObject("today");
        try (Tab tab = Tab.atADesk(browser, gateway.origin())) {
            tab.signIn(FakeGateway.USER_KEY);

            hasValue(tab.find("#today-cost"), today.getString("charged_cost_usd"));
            assertThat(tab.find(".title")).containsText("Your own calls");
            assertThat(tab.find(".who")).hasText("ayşe-laptop");
        }
    }

    private static void hasValue(Locator data, String value) {
        assertThat(data).hasAttribute("value", value);
    }

    /** Presses Tab until the focus is where a keyboard user would go. */
    private static void tabTo(Tab tab, Locator goal) {
        for (int i = 0; i < TABS_MAX; i++) {
            tab.page().keyboard().press("Tab");
            if (Boolean.TRUE.equals(goal.evaluate("element => element === document.activeElement"))) {
                return;
            }
        }
        assertThat(goal).isFocused();
    }
}
