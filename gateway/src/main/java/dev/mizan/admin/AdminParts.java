package dev.mizan.admin;

import dev.mizan.alert.Desk;
import dev.mizan.identity.Keys;
import dev.mizan.report.LedgerReader;
import dev.mizan.routing.DeploymentHealth;
import dev.mizan.telemetry.Telemetry;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the management and report API works on.
 *
 * @param pricing asked for with each request that needs prices, so that changed prices count at once
 * @param deployments how deployments are doing
 * @param settings asked for with each request, so that a changed configuration counts at once
 */
public record AdminParts(
        Keys keys,
        LedgerReader ledger,
        Telemetry telemetry,
        Desk alerts,
        Health health,
        Supplier<Pricing> pricing,
        Supplier<AdminSettings> settings,
        LicenceParts licences,
        ManagementParts management,
        CostLimiting costLimits,
        Supplier<List<DeploymentHealth>> deployments,
        Clock clock) {}
