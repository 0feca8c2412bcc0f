package dev.mizan.admin;

import dev.mizan.messages.Language;
import dev.mizan.report.CostSettings;
import dev.mizan.telemetry.MetricsSettings;
import java.time.ZoneId;

/**
 * What the configuration says to the management and report API.
 *
 * @param timeZone whose midnights end the days and months of reports
 * @param language of messages where the caller asks for none
 */
public record AdminSettings(ZoneId timeZone, Language language, CostSettings cost, MetricsSettings metrics) {}
