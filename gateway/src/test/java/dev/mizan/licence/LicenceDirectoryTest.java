package dev.mizan.licence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.identity.Directory;
import dev.mizan.identity.Key;
import dev.mizan.identity.Membership;
import dev.mizan.limit.AtCap;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Reserve;
import dev.mizan.money.ExchangeRates;
import dev.mizan.report.ManualClock;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LicenceDirectoryTest {
    private static final ZoneId ISTANBUL = ZoneId.of("Europe/Istanbul");

    private final ManualClock clock = new ManualClock("2026-02-05T10:00:00Z");
    private ExchangeRates rates = ExchangeRates.fixed(Map.of("TRY", new BigDecimal("38")));
    private final LicencePlans plans = new LicencePlans(() -> ISTANBUL, () -> rates, clock);
    private final LicenceDirectory directory = new LicenceDirectory(Directory.EMPTY, plans::find);

    private static Key key(String id, String plan) {
        return new Licence(id, "Acero", plan, "default", 0, 1_000_000_000_000L).key();
    }

    @Test
    void basicHasAMonthThatBlocksAndAlertsAtEighty() {
        Membership membership = directory.of(key("DMZ-1", "BASIC"));

        assertThat(membership.plan()).isEqualTo("BASIC");
        assertThat(membership.limits()).singleElement().satisfies(limit -> {
            assertThat(limit.account()).isEqualTo("key:DMZ-1|tokens|month|worst-case");
            assertThat(limit.cap()).isEqualTo(50_000);
            assertThat(limit.atCap()).isEqualTo(new AtCap.Block());
            assertThat(limit.alertAt()).containsExactly(80);
        });
    }

    @Test
    void premiumHasAMonthWithOverageAndADayThatBlocks() {
        List<Limit> limits = directory.of(key("DMZ-1", "PREMIUM")).limits();

        assertThat(limits).extracting(Limit::cap).containsExactly(500_000L, 50_000L);
        assertThat(limits.get(0).atCap())
                .isEqualTo(new AtCap.Overage(new BigDecimal("0.0001"), "TRY", new BigDecimal("38")));
        assertThat(limits.get(1).account()).isEqualTo("key:DMZ-1|tokens|day|worst-case");
        assertThat(limits.get(1).atCap()).isEqualTo(new AtCap.Block());
        assertThat(limits).extracting(Limit::reserve).containsOnly(Reserve.WORST_CASE);
    }

    @Test
    void enterpriseHasNoLimitsAndWithoutARatePremiumBlocks() {
        assertThat(directory.of(key("DMZ-1", "ENTERPRISE")).limits()).isEmpty();
        assertThat(directory.of(key("DMZ-1", "ENTERPRISE")).blocked()).isEmpty();

        rates = ExchangeRates.NONE;
        assertThat(directory.of(key("DMZ-1", "PREMIUM")).limits())
                .extracting(Limit::atCap)
                .containsOnly(new AtCap.Block());
    }

    @Test
    void aPackageThatNobodyKnowsBlocks() {
        assertThat(directory.of(key("DMZ-1", "GOLD")).blocked()).isEqualTo("package GOLD does not exist");
    }

    @Test
    void oneObjectServesALicenceUntilItsPlanChanges() {
        Membership first = directory.of(key("DMZ-1", "PREMIUM"));
        assertThat(directory.of(key("DMZ-1", "PREMIUM"))).isSameAs(first);

        rates = ExchangeRates.fixed(Map.of("TRY", new BigDecimal("40")));

        assertThat(directory.of(key("DMZ-1", "PREMIUM"))).isNotSameAs(first);
        assertThat(directory.of(key("DMZ-1", "PREMIUM"))).isSameAs(directory.of(key("DMZ-1", "PREMIUM")));
    }

    @Test
    void whatIsKeptIsBounded() {
        for (int i = 0; i <= LicenceDirectory.KEPT_MAX; i++) {
            directory.of(key("DMZ-" + i, "BASIC"));
        }

        assertThat(directory.kept()).isEqualTo(1);
    }

    @Test
    void otherKeysAreOfTheOtherDirectory() {
        assertThat(directory.of(Key.MASTER)).isSameAs(Membership.FREE);
        assertThat(directory.ofEndUser("t", "u")).isSameAs(Membership.FREE);
    }
}
