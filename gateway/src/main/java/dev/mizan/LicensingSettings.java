package dev.mizan;

import dev.mizan.licence.LicenceSettings;
import dev.mizan.report.CurrencySettings;
import dev.mizan.usagelog.UsageLogSettings;
import java.util.Optional;

/**
 * What selling by licence needs.
 *
 * @param currency what reports speak beside USD ({@code currency})
 * @param licences how licence keys are signed and verified ({@code licences})
 * @param usageLog the usage log, from start to stop ({@code usage_log}); empty for none
 */
public record LicensingSettings(
        CurrencySettings currency, LicenceSettings licences, Optional<UsageLogSettings> usageLog) {
    /** What holds where nothing is configured. */
    public static final LicensingSettings DEFAULT =
            new LicensingSettings(CurrencySettings.DEFAULT, LicenceSettings.DEFAULT, Optional.empty());
}
