package dev.mizan.price;

import dev.mizan.usage.Usage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The prices of all known models: those that ship with the product, those imported since, and those of the
 * configuration. An immutable snapshot, safe for use by many threads; a change makes another.
 */
public final class PriceCatalog {
    private static final String FOLDER = "/dev/mizan/price/";

    private final Map<String, ProviderPrices> providers;
    private final List<PriceOverride> overrides;
    private final List<ProviderPrices> books;

    private PriceCatalog(
            Map<String, ProviderPrices> providers, List<PriceOverride> overrides, List<ProviderPrices> books) {
        this.providers = providers;
        this.overrides = List.copyOf(overrides);
        this.books = List.copyOf(books);
    }

    /** The prices that ship with the product. */
    public static PriceCatalog shipped() {
        return of(read("catalog/"));
    }

    /** No prices at all. */
    public static PriceCatalog empty() {
        return of(List.of());
    }

    /**
     * The prices that ship with the product, with those imported into {@code prices/} of the data folder laid over
     * them.
     *
     * @throws IllegalArgumentException if a file there is no price file; it is named
     * @throws UncheckedIOException if a file can't be read
     */
    public static PriceCatalog load(Path dataFolder) {
        return shipped().withHistory(dataFolder.resolve("prices"));
    }

    static PriceCatalog of(Collection<ProviderPrices> providers) {
        Map<String, ProviderPrices> byId = new LinkedHashMap<>();
        for (ProviderPrices provider : providers) {
            byId.merge(provider.id(), provider, (below, above) -> CatalogOverlay.lay(above, below));
        }
        return new PriceCatalog(byId, List.of(), List.of());
    }

    PriceCatalog withHistory(Path folder) {
        if (!Files.isDirectory(folder)) {
            return this;
        }
        List<ProviderPrices> layers = new ArrayList<>(providers.values());
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                layers.add(CatalogReader.read(file.toString(), Files.readAllBytes(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new PriceCatalog(of(layers).providers, overrides, books);
    }

    /** This catalogue with {@code overrides} laid over it; the first that matches a model counts. */
    public PriceCatalog with(List<PriceOverride> overrides) {
        return new PriceCatalog(providers, overrides, books);
    }

    /** The names of the price books that ship with the product. */
    public static List<String> books() {
        return lines("books/index.txt");
    }

    /**
     * This catalogue with a price book laid over it: its prices hold for the models that it matches, at any provider
     * and at any time. Later books win over earlier ones, and configured overrides over both.
     *
     * @throws IllegalArgumentException if there is no such book
     */
    public PriceCatalog withBook(String name) {
        if (!books().contains(name)) {
            throw new IllegalArgumentException("price book: '" + name + "' (expected: one of " + books() + ")");
        }
        List<ProviderPrices> more = new ArrayList<>();
        more.add(CatalogReader.read(name, resource("books/" + name + ".json")));
        more.addAll(books);
        return new PriceCatalog(providers, overrides, more);
    }

    /** All providers, in the order of the catalogue. */
    public Collection<ProviderPrices> providers() {
        return providers.values();
    }

    /**
     * The prices of a model.
     *
     * @param provider a provider's id in the catalogue, or a name that it goes by
     * @param model the model's name, as sent to or stated by the provider
     * @return empty if there are none: the model is unpriced, not free
     */
    public Optional<ModelPrices> model(String provider, String model) {
        String id = provider(provider).map(ProviderPrices::id).orElse(provider);
        return model(provider, id, model);
    }

    /**
     * The prices of a model of a provider that the configuration names {@code configured}.
     *
     * @param provider the provider's id in the catalogue, exactly: other names are not guessed at, so that a server of
     *     one's own that happens to be called like a vendor has not that vendor's prices
     */
    public Optional<ModelPrices> model(String configured, String provider, String model) {
        Optional<ModelPrices> listed = listed(provider, model);
        for (PriceOverride override : overrides) {
            boolean meant = NameMatch.matches(override.provider(), configured)
                    || NameMatch.matches(override.provider(), provider);
            if (meant && NameMatch.matches(override.model(), model)) {
                return CatalogOverlay.override(override, provider, model, listed);
            }
        }
        return listed;
    }

    private Optional<ModelPrices> listed(String provider, String model) {
        for (ProviderPrices book : books) {
            Optional<ModelPrices> found = book.find(model);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.ofNullable(providers.get(provider)).flatMap(found -> find(found, model));
    }

    private Optional<ModelPrices> find(ProviderPrices provider, String model) {
        Optional<ModelPrices> found = provider.find(model);
        for (String fallback : provider.profile().fallbacks()) {
            if (found.isEmpty() && providers.containsKey(fallback)) {
                found = find(providers.get(fallback), model);
            }
        }
        return found;
    }

    private Optional<ProviderPrices> provider(String name) {
        ProviderPrices exact = providers.get(name);
        if (exact != null) {
            return Optional.of(exact);
        }
        return providers.values().stream()
                .filter(provider ->
                        provider.profile().names().stream().anyMatch(pattern -> NameMatch.matches(pattern, name)))
                .findFirst();
    }

    /** The card in force at {@code at}. */
    public Optional<PriceCard> card(String provider, String model, Instant at) {
        return model(provider, model).flatMap(prices -> prices.card(at));
    }

    /** The cost of {@code usage}; where a model is called often, keep its {@link #model} and price by that. */
    public Priced price(String provider, String model, Usage usage, Instant at) {
        Optional<ModelPrices> prices = model(provider, model);
        return prices.isPresent()
                ? prices.get().price(usage, at.toEpochMilli())
                : new Priced.Unknown(provider + "/" + model + ": the catalogue has no such model at this provider");
    }

    /** The provider that serves {@code baseUrl}, if the catalogue knows it. */
    public Optional<String> providerOf(URI baseUrl) {
        String url = baseUrl.toString();
        return providers.values().stream()
                .filter(provider -> provider.profile().urls().stream()
                        .anyMatch(
                                pattern -> Pattern.compile(pattern).matcher(url).lookingAt()))
                .map(ProviderPrices::id)
                .findFirst();
    }

    /** The provider that makes {@code model}, guessed from its name. */
    public Optional<String> providerOfModel(String model) {
        return providers.values().stream()
                .filter(provider ->
                        provider.profile().models().stream().anyMatch(pattern -> NameMatch.matches(pattern, model)))
                .map(ProviderPrices::id)
                .findFirst();
    }

    /** The terms that price files leave out. */
    static PriceTerms terms() {
        return PriceTerms.read(resource("terms.json"));
    }

    private static List<ProviderPrices> read(String folder) {
        List<ProviderPrices> read = new ArrayList<>();
        for (String name : lines(folder + "index.txt")) {
            read.add(CatalogReader.readLater(name, resource(folder + name + ".json")));
        }
        return read;
    }

    private static List<String> lines(String name) {
        return new String(resource(name), StandardCharsets.UTF_8).lines().toList();
    }

    private static byte[] resource(String name) {
        try (InputStream stream = PriceCatalog.class.getResourceAsStream(FOLDER + name)) {
            if (stream == null) {
                throw new IllegalStateException("no resource " + FOLDER + name);
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
