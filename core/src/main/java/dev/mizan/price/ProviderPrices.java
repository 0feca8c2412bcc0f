package dev.mizan.price;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One provider of the catalogue and the prices of its models. Immutable and safe for use by many threads. */
public final class ProviderPrices {
    private final Profile profile;
    private final List<Entry> entries;
    private final Map<String, ModelPrices> exact = new HashMap<>();
    private final Map<String, ModelPrices> exactLowerCase = new HashMap<>();
    private final List<Rule> rules = new ArrayList<>();

    /**
     * What is known of a provider beside its prices.
     *
     * @param id its id in the catalogue, e.g. {@code openai}
     * @param source where its prices were read
     * @param asOf when they were read
     * @param urls regular expressions that match the start of its base addresses
     * @param names patterns of other names that it goes by
     * @param models patterns of model names by which it can be guessed
     * @param fallbacks ids of the providers whose prices hold for models that it does not list
     */
    record Profile(
            String id,
            String source,
            LocalDate asOf,
            List<String> urls,
            List<String> names,
            List<String> models,
            List<String> fallbacks) {
        Profile {
            urls = List.copyOf(urls);
            names = List.copyOf(names);
            models = List.copyOf(models);
            fallbacks = List.copyOf(fallbacks);
        }
    }

    /** A model with the names it goes by. */
    record Entry(NameMatch match, ModelPrices prices) {}

    private record Rule(String pattern, String lowerCase, ModelPrices prices) {}

    /** Earlier entries win over later ones; names win over rules. */
    ProviderPrices(Profile profile, List<Entry> entries) {
        this.profile = profile;
        this.entries = List.copyOf(entries);
        for (Entry entry : entries) {
            for (String name : entry.match().names()) {
                exact.putIfAbsent(name, entry.prices());
                exactLowerCase.putIfAbsent(name.toLowerCase(Locale.ROOT), entry.prices());
            }
            for (String rule : entry.match().rules()) {
                rules.add(new Rule(rule, NameMatch.lowerCase(rule), entry.prices()));
            }
        }
    }

    public String id() {
        return profile.id();
    }

    /** The prices of all models, in the order of the catalogue. */
    public List<ModelPrices> models() {
        return entries.stream().map(Entry::prices).toList();
    }

    Profile profile() {
        return profile;
    }

    List<Entry> entries() {
        return entries;
    }

    /** The prices of the model that goes by {@code name}; upper and lower case matter only where both are listed. */
    Optional<ModelPrices> find(String name) {
        ModelPrices found = exact.get(name);
        for (int i = 0; found == null && i < rules.size(); i++) {
            Rule rule = rules.get(i);
            found = NameMatch.matches(rule.pattern(), name) ? rule.prices() : null;
        }
        if (found != null) {
            return Optional.of(found);
        }
        String lowerCase = name.toLowerCase(Locale.ROOT);
        found = exactLowerCase.get(lowerCase);
        for (int i = 0; found == null && i < rules.size(); i++) {
            Rule rule = rules.get(i);
            found = NameMatch.matches(rule.lowerCase(), lowerCase) ? rule.prices() : null;
        }
        return Optional.ofNullable(found);
    }

    @Override
    public String toString() {
        return "ProviderPrices[" + id() + ", " + entries.size() + " models]";
    }
}
