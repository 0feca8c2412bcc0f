package dev.mizan.admin;

import dev.mizan.identity.Directory;
import dev.mizan.licence.Licences;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Standing;
import dev.mizan.report.CurrencySettings;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What licences and their own report need.
 *
 * @param licences finds what callers' credentials are, licences and virtual keys
 * @param directory what limits them
 * @param standings how a limit stands now, blocking; empty where no counter is kept
 * @param currency asked for with each request
 */
public record LicenceParts(
        Licences licences,
        Directory directory,
        Function<Limit, Optional<Standing>> standings,
        Supplier<CurrencySettings> currency) {}
