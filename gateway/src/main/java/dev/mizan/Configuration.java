package dev.mizan;

import dev.mizan.admission.UnpricedPolicy;
import dev.mizan.alert.AlertSettings;
import dev.mizan.edge.ServerSettings;
import dev.mizan.messages.Language;
import dev.mizan.operation.OperationSettings;
import dev.mizan.price.PriceOverride;
import dev.mizan.provider.ProviderSettings;
import dev.mizan.relay.OnDisconnect;
import dev.mizan.report.CostSettings;
import dev.mizan.routing.ModelSettings;
import dev.mizan.store.StorageSettings;
import dev.mizan.telemetry.MetricsSettings;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that an operator can set, read from one YAML file or from the environment. Immutable: a reload makes another.
 * Secrets print as {@code ***}.
 *
 * <p>What {@code server}, {@code masterKey} and {@code storage} say holds from start to stop; changes to the rest apply
 * without a restart ({@link LiveConfiguration}).
 *
 * @param origin where it was read from, for messages: a file's path, or {@code environment}
 * @param language of Mizan's own messages where the caller asks for none; default English
 * @param masterKey the key that may do everything; empty for one that is made at first start
 * @param timeZone whose midnights end the days and months; default UTC
 * @param providers by name, in the file's order
 * @param models by name, in the file's order
 * @param prices set by the operator, the first that fits counts
 * @param priceBooks named price books of the catalogue that come before its list prices; later ones win over earlier
 *     ones
 * @param rules limits, plans and guards; the budgets of {@code cost} are among the limits
 * @param operations prompt templates that are served as endpoints, by path
 * @param region written on every ledger line; empty for none
 */
public record Configuration(
        String origin,
        ServerSettings server,
        Language language,
        String masterKey,
        StorageSettings storage,
        ZoneId timeZone,
        Map<String, ProviderSettings> providers,
        Map<String, ModelSettings> models,
        List<PriceOverride> prices,
        List<String> priceBooks,
        UnpricedPolicy unpriced,
        CostSettings cost,
        OnDisconnect onDisconnect,
        MetricsSettings metrics,
        AlertSettings alerts,
        LicensingSettings licensing,
        Rules rules,
        Map<String, OperationSettings> operations,
        String region) {
    /** What holds where nothing is configured: no provider and no model. */
    public static final Configuration DEFAULT = new Configuration(
            "defaults",
            ServerSettings.DEFAULT,
            Language.ENGLISH,
            "",
            StorageSettings.DEFAULT,
            ZoneId.of("UTC"),
            Map.of(),
            Map.of(),
            List.of(),
            List.of(),
            UnpricedPolicy.DEFAULT,
            CostSettings.DEFAULT,
            OnDisconnect.CANCEL,
            MetricsSettings.DEFAULT,
            AlertSettings.DEFAULT,
            LicensingSettings.DEFAULT,
            Rules.NONE,
            Map.of(),
            "");

    public Configuration {
        providers = Collections.unmodifiableMap(new LinkedHashMap<>(providers));
        models = Collections.unmodifiableMap(new LinkedHashMap<>(models));
        operations = Collections.unmodifiableMap(new LinkedHashMap<>(operations));
        prices = List.copyOf(prices);
        priceBooks = List.copyOf(priceBooks);
    }

    /** This with another data folder. */
    public Configuration withFolder(Path folder) {
        return with(server, masterKey, storage.withFolder(folder));
    }

    /** This listening elsewhere. */
    public Configuration withServer(ServerSettings server) {
        return with(server, masterKey, storage);
    }

    /** This with other budgets. */
    Configuration withCost(CostSettings other) {
        return new Configuration(
                origin,
                server,
                language,
                masterKey,
                storage,
                timeZone,
                providers,
                models,
                prices,
                priceBooks,
                unpriced,
                other,
                onDisconnect,
                metrics,
                alerts,
                licensing,
                rules.withCost(other, timeZone),
                operations,
                region);
    }

    /** This with another master key. */
    public Configuration withMasterKey(String masterKey) {
        return with(server, masterKey, storage);
    }

    /** Whether {@code changed} says the same of what holds from start to stop. */
    boolean holdsWith(Configuration changed) {
        return changed.server.equals(server) && changed.storage.equals(storage) && changed.masterKey.equals(masterKey);
    }

    /** {@code changed} with what holds from start to stop taken from this. */
    Configuration withChanges(Configuration changed) {
        return changed.with(server, masterKey, storage);
    }

    private Configuration with(ServerSettings server, String masterKey, StorageSettings storage) {
        return new Configuration(
                origin,
                server,
                language,
                masterKey,
                storage,
                timeZone,
                providers,
                models,
                prices,
                priceBooks,
                unpriced,
                cost,
                onDisconnect,
                metrics,
                alerts,
                licensing,
                rules,
                operations,
                region);
    }

    @Override
    public String toString() {
        return "Configuration[origin=" + origin + ", server=" + server + ", masterKey="
                + (masterKey.isEmpty() ? "" : "***") + ", storage=" + storage + ", providers=" + providers.values()
                + ", models=" + models.values() + "]";
    }
}
