package dev.mizan.price;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Prices read from a file, to be compared with a catalogue and laid over it from a date on. Immutable. */
public final class PriceUpdate {
    /** The formats of price files. */
    public enum Format {
        /** The genai-prices data file. */
        GENAI_PRICES,
        /** LiteLLM's {@code model_prices_and_context_window.json}. */
        LITELLM,
        /** The product's own. */
        MIZAN;

        /** The name on the command line. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final List<ProviderPrices> providers;
    private final List<String> notes;

    private PriceUpdate(PriceImport read) {
        PriceTerms terms = PriceCatalog.terms();
        providers = read.providers().stream().map(terms::apply).toList();
        notes = read.notes();
    }

    /**
     * Reads a file, and adds the terms of service tiers, long cache writes and tools that the product knows and such
     * files leave out.
     *
     * @param asOf the date of its prices, where the file does not say
     * @throws IllegalArgumentException if it is not such a file
     */
    public static PriceUpdate read(byte[] file, Format format, LocalDate asOf) {
        return new PriceUpdate(
                switch (format) {
                    case GENAI_PRICES -> GenaiPricesFile.read(file, asOf);
                    case LITELLM -> LitellmFile.read(file, asOf);
                    case MIZAN -> new PriceImport(List.of(CatalogReader.read("file", file)), List.of());
                });
    }

    /** The format that a file seems to have, by its beginning. */
    public static Format guess(byte[] file) {
        String head = new String(file, 0, Math.min(file.length, 4096), StandardCharsets.UTF_8).stripLeading();
        if (head.startsWith("[") || head.contains("\"providers\"")) {
            return Format.GENAI_PRICES;
        }
        return head.startsWith("{\"provider\"") || head.contains("\"cards\"") ? Format.MIZAN : Format.LITELLM;
    }

    /** What was left aside and why, one sentence each. */
    public List<String> notes() {
        return notes;
    }

    /** A catalogue of these prices only. */
    public PriceCatalog catalog() {
        return PriceCatalog.of(providers);
    }

    /** How many models were read. */
    public int size() {
        return providers.stream()
                .mapToInt(provider -> provider.entries().size())
                .sum();
    }

    /**
     * What differs from {@code catalog}: of prices in force at {@code at} or later, by provider and model in the order
     * read, then those of models that the catalogue has at the same providers and the file has not.
     */
    public List<PriceChange> changes(PriceCatalog catalog, Instant at) {
        List<PriceChange> changes = new ArrayList<>();
        for (ProviderPrices provider : providers) {
            Set<String> met = new LinkedHashSet<>();
            for (ProviderPrices.Entry entry : provider.entries()) {
                Optional<ModelPrices> known = known(catalog, provider.id(), entry);
                known.ifPresent(prices -> met.add(prices.model()));
                changes.addAll(changes(
                        provider.id(),
                        entry.prices().model(),
                        known.map(prices -> items(prices, at)).orElse(Map.of()),
                        items(entry.prices(), at)));
            }
            catalog.providers().stream()
                    .filter(known -> known.id().equals(provider.id()))
                    .flatMap(known -> known.models().stream())
                    .filter(prices -> !met.contains(prices.model()))
                    .forEach(prices ->
                            changes.addAll(changes(provider.id(), prices.model(), items(prices, at), Map.of())));
        }
        return changes;
    }

    private static Optional<ModelPrices> known(PriceCatalog catalog, String provider, ProviderPrices.Entry entry) {
        Optional<ModelPrices> byId = catalog.providers().stream()
                .filter(known -> known.id().equals(provider))
                .flatMap(known -> known.models().stream())
                .filter(prices -> prices.model().equals(entry.prices().model()))
                .findFirst();
        return byId.or(() -> catalog.model(provider, entry.prices().model()));
    }

    private static List<PriceChange> changes(
            String provider, String model, Map<String, BigDecimal> before, Map<String, BigDecimal> after) {
        Set<String> items = new LinkedHashSet<>(before.keySet());
        items.addAll(after.keySet());
        List<PriceChange> changes = new ArrayList<>();
        for (String item : items) {
            Optional<BigDecimal> old = Optional.ofNullable(before.get(item));
            Optional<BigDecimal> now = Optional.ofNullable(after.get(item));
            boolean same = old.isPresent() && now.isPresent() && old.get().compareTo(now.get()) == 0;
            if (!same) {
                changes.add(new PriceChange(provider, model, item, old, now));
            }
        }
        return changes;
    }

    /** The prices in force at {@code at}, and those that come into force later, each under its own name. */
    static Map<String, BigDecimal> items(ModelPrices prices, Instant at) {
        Map<String, BigDecimal> items = new LinkedHashMap<>();
        for (PriceCard card : current(prices, at)) {
            items(card, card.hours().isAllDay() ? "" : card.hours() + " ", items);
        }
        for (PriceCard card : later(prices, at)) {
            items(card, "from " + card.from() + " " + (card.hours().isAllDay() ? "" : card.hours() + " "), items);
        }
        return items;
    }

    private static void items(PriceCard card, String prefix, Map<String, BigDecimal> items) {
        for (PriceTier tier : card.tiers()) {
            String above = tier.above() == 0 ? "" : ">" + tier.above();
            tier.rates().usdPerMillion().forEach((unit, usd) -> items.put(prefix + unit.label() + above, usd));
            new TreeMap<>(tier.service()).forEach((service, rates) -> rates.usdPerMillion()
                    .forEach((unit, usd) -> items.put(prefix + service.label() + " " + unit.label() + above, usd)));
        }
        new TreeMap<>(card.factors()).forEach((tier, factor) -> items.put(prefix + tier.label() + " factor", factor));
        if (card.perThousandRequests().signum() > 0) {
            items.put(prefix + "requests", card.perThousandRequests());
        }
        new TreeMap<>(card.perThousandToolUses()).forEach((tool, usd) -> items.put(prefix + "tool:" + tool, usd));
    }

    private static List<PriceCard> current(ModelPrices prices, Instant at) {
        Optional<Instant> since = prices.cards().stream()
                .map(PriceCard::from)
                .filter(from -> !from.isAfter(at))
                .max(Instant::compareTo);
        return prices.cards().stream()
                .filter(card -> since.isPresent() && card.from().equals(since.get()))
                .toList();
    }

    private static List<PriceCard> later(ModelPrices prices, Instant at) {
        return prices.cards().stream().filter(card -> card.from().isAfter(at)).toList();
    }

    /**
     * Writes the prices that differ from {@code catalog} into {@code folder}, in force from {@code from} on: earlier
     * calls keep the prices of their time. Models that the file has not are left as they are.
     *
     * @return how many models were written
     */
    public int apply(PriceCatalog catalog, Path folder, Instant from) throws IOException {
        int written = 0;
        for (ProviderPrices provider : providers) {
            List<ProviderPrices.Entry> changed = new ArrayList<>();
            for (ProviderPrices.Entry entry : provider.entries()) {
                Optional<ModelPrices> known = known(catalog, provider.id(), entry);
                Map<String, BigDecimal> before =
                        known.map(prices -> items(prices, from)).orElse(Map.of());
                if (!changes(provider.id(), entry.prices().model(), before, items(entry.prices(), from))
                        .isEmpty()) {
                    changed.add(dated(provider.id(), entry, known, from));
                }
            }
            if (!changed.isEmpty()) {
                written += changed.size();
                Path file = folder.resolve(provider.id().replace('/', '_') + ".json");
                write(file, withHistory(file, new ProviderPrices(provider.profile(), changed)));
            }
        }
        return written;
    }

    /** The entry as from {@code from} on; for a name that another model's card stood for, that card until then. */
    private static ProviderPrices.Entry dated(
            String provider, ProviderPrices.Entry entry, Optional<ModelPrices> known, Instant from) {
        ModelPrices prices = entry.prices();
        List<PriceCard> cards = new ArrayList<>();
        boolean otherModel = known.isPresent()
                && !(known.get().provider().equals(provider)
                        && known.get().model().equals(prices.model()));
        if (otherModel) {
            known.get().cards().stream()
                    .filter(card -> card.from().isBefore(from))
                    .forEach(card -> cards.add(renamed(card, provider, prices.model(), card.from())));
        }
        // What has never had a price gets one for earlier calls, too: better late than unpriced.
        Instant start = known.isPresent() ? from : PriceCard.ALWAYS;
        current(prices, from).forEach(card -> cards.add(renamed(card, provider, prices.model(), start)));
        cards.addAll(later(prices, from));
        return new ProviderPrices.Entry(
                entry.match(),
                new ModelPrices(
                        provider,
                        prices.model(),
                        (int) prices.contextWindow().orElse(0),
                        (int) prices.maxOutputTokens().orElse(0),
                        cards));
    }

    private static PriceCard renamed(PriceCard card, String provider, String model, Instant from) {
        return new PriceCard(
                provider,
                model,
                from,
                card.hours(),
                card.tiers(),
                card.factors(),
                card.perThousandRequests(),
                card.perThousandToolUses(),
                card.source(),
                card.asOf());
    }

    private static ProviderPrices withHistory(Path file, ProviderPrices update) throws IOException {
        return Files.exists(file)
                ? CatalogOverlay.lay(update, CatalogReader.read(file.toString(), Files.readAllBytes(file)))
                : update;
    }

    /**
     * Writes whole price files, as they ship with the product, into {@code folder}: for maintainers. Models that a file
     * there has and this update has not are kept behind the others.
     */
    public void writeCatalogue(Path folder) throws IOException {
        Set<String> names = new LinkedHashSet<>();
        for (ProviderPrices provider : providers) {
            Path file = folder.resolve(provider.id() + ".json");
            List<ProviderPrices.Entry> entries = new ArrayList<>(provider.entries());
            if (Files.exists(file)) {
                Set<String> read = new LinkedHashSet<>();
                entries.forEach(entry -> read.add(entry.prices().model()));
                CatalogReader.read(file.toString(), Files.readAllBytes(file)).entries().stream()
                        .filter(entry -> !read.contains(entry.prices().model()))
                        .forEach(entries::add);
            }
            write(file, new ProviderPrices(provider.profile(), entries));
            names.add(provider.id());
        }
        Path index = folder.resolve("index.txt");
        if (Files.exists(index)) {
            names.addAll(Files.readAllLines(index));
        }
        Files.writeString(index, String.join("\n", names) + "\n");
    }

    private static void write(Path file, ProviderPrices provider) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(temporary, CatalogWriter.write(provider));
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The date in UTC, for {@code asOf}. */
    public static LocalDate date(Instant at) {
        return at.atOffset(ZoneOffset.UTC).toLocalDate();
    }
}
