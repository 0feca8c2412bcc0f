package dev.mizan;

import dev.mizan.DemoMonth.Caller;
import dev.mizan.identity.Key;
import dev.mizan.identity.KeyProfile;
import dev.mizan.identity.KeyStore.Saved;
import dev.mizan.identity.Keys;
import dev.mizan.identity.StoredKey;
import dev.mizan.ledger.JournalAppender;
import dev.mizan.ledger.Principal;
import dev.mizan.price.PriceCatalog;
import dev.mizan.report.LedgerReader;
import dev.mizan.report.LineFilter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Fills a gateway with three tenants, their keys and a month of their calls, once. Blocking. */
final class Demo {
    private static final long SEED = 20_260_201;
    private static final String SAMPLE = "demo";

    private final Keys keys;
    private final JournalAppender journal;
    private final LedgerReader ledger;
    private final PriceCatalog prices;
    private final Clock clock;

    Demo(Keys keys, JournalAppender journal, LedgerReader ledger, PriceCatalog prices, Clock clock) {
        this.keys = keys;
        this.journal = journal;
        this.ledger = ledger;
        this.prices = prices;
        this.clock = clock;
    }

    /** Who there is: tenant, team, user, and what they do. */
    private enum Habit {
        SHOP_SUPPORT("selvi-shop", "support", "ayse", "gpt-4o-mini", "openai", "chat", 44, 900, 260),
        SHOP_SEARCH("selvi-shop", "search", "indexer", "text-embedding-3-small", "openai", "embeddings", 30, 1_400, 0),
        SHOP_COPY("selvi-shop", "marketing", "can", "gpt-4o", "openai", "chat", 9, 1_100, 640),
        LEGAL_REVIEW("dar-legal", "contracts", "huda", "claude-sonnet-4-5", "anthropic", "chat", 14, 7_500, 900),
        LEGAL_CHAT("dar-legal", "assistant", "omar", "claude-haiku-4-5", "anthropic", "chat", 26, 2_600, 380),
        DESK_CODE("northdesk", "engineering", "mia", "claude-sonnet-4-5", "anthropic", "chat", 18, 5_200, 750),
        DESK_NOTES("northdesk", "operations", "jonas", "gpt-4o-mini", "openai", "chat", 22, 1_900, 310);

        private final String tenant;
        private final String team;
        private final String user;
        private final String model;
        private final String provider;
        private final String operation;
        private final int callsPerDay;
        private final int inputTokens;
        private final int outputTokens;

        Habit(
                String tenant,
                String team,
                String user,
                String model,
                String provider,
                String operation,
                int callsPerDay,
                int inputTokens,
                int outputTokens) {
            this.tenant = tenant;
            this.team = team;
            this.user = user;
            this.model = model;
            this.provider = provider;
            this.operation = operation;
            this.callsPerDay = callsPerDay;
            this.inputTokens = inputTokens;
            this.outputTokens = outputTokens;
        }

        private String keyAlias() {
            return tenant + "-" + team;
        }
    }

    /**
     * Makes the tenants' keys and, if the ledger is empty, appends their month to the journal, from where it goes the
     * way of every line.
     *
     * @param folder the data folder, where the sample key is kept
     * @return the text of a sample key, the same at each start on one data folder
     */
    String fill(Path folder, ZoneId zone) {
        if (ledger.lines(LineFilter.ALL, "", 1).lines().isEmpty()) {
            appendMonth(zone);
        }
        String sample = KeptKey.open(folder, "sample-key").text();
        if (keys.findByAlias(SAMPLE).isEmpty()) {
            keys.issue(profile(SAMPLE, "selvi-shop", "support", "ayse"), sample, Key.MASTER.id());
        }
        return sample;
    }

    private void appendMonth(ZoneId zone) {
        List<Caller> callers = new ArrayList<>();
        for (Habit habit : Habit.values()) {
            callers.add(new Caller(
                    new Principal(habit.tenant, habit.team, habit.user, key(habit), "", "", ""),
                    habit.model,
                    habit.provider,
                    habit.operation,
                    habit.callsPerDay,
                    habit.inputTokens,
                    habit.outputTokens));
        }
        new DemoMonth(prices, zone, SEED).write(callers, clock.instant(), journal::append);
    }

    private String key(Habit habit) {
        Optional<StoredKey> known = keys.findByAlias(habit.keyAlias());
        if (known.isPresent()) {
            return known.get().id();
        }
        KeyProfile profile = profile(habit.keyAlias(), habit.tenant, habit.team, habit.user);
        return switch (keys.issue(profile, "", Key.MASTER.id()).saved()) {
            case Saved.Done(StoredKey key) -> key.id();
            case Saved.NotFound ignored -> throw new IllegalStateException("key " + habit.keyAlias() + " is not found");
            case Saved.Taken ignored -> throw new IllegalStateException("key " + habit.keyAlias() + " is taken");
        };
    }

    private static KeyProfile profile(String alias, String tenant, String team, String user) {
        return new KeyProfile(
                alias, tenant, team, user, "", List.of(), List.of(DemoMonth.TAG), "{}", "{}", false, Long.MAX_VALUE);
    }
}
