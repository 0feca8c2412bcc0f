package dev.mizan.admin;

import dev.mizan.identity.Keys;
import dev.mizan.report.LedgerReader;
import dev.mizan.telemetry.Telemetry;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * What the management and report API works on.
 *
 * @param settings asked for with each request, so that a changed configuration counts at once
 */
public record AdminParts(
        Keys keys,
        LedgerReader ledger,
        Telemetry telemetry,
        Health health,
        Supplier<AdminSettings> settings,
        Clock clock) {}
