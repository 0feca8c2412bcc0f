package dev.mizan.price;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** One provider of the catalogue and the prices of its models. Immutable and safe for use by many threads. */
public final class ProviderPrices {
    private final Profile profile;
    private final Supplier<List<Entry>> read;
    /** Empty until the prices are first asked for. */
    private volatile Optional<Index> index = Optional.empty();

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

    /** The models by name, and the rules that stand for more than one name. */
    private record Index(
            List<Entry> entries,
            Map<String, ModelPrices> names,
            Map<String, ModelPrices> lowerCaseNames,
            List<Rule> rules) {
        static Index of(List<Entry> entries) {
            Map<String, ModelPrices> names = new HashMap<>();
            Map<String, ModelPrices> lowerCaseNames = new HashMap<>();
            List<Rule> rules = new ArrayList<>();
            for (Entry entry : entries) {
                for (String name : entry.match().names()) {
                    names.putIfAbsent(name, entry.prices());
                    lowerCaseNames.putIfAbsent(name.toLowerCase(Locale.ROOT), entry.prices());
                }
                for (String rule : entry.match().rules()) {
                    rules.add(new Rule(rule, NameMatch.lowerCase(rule), entry.prices()));
                }
            }
            return new Index(List.copyOf(entries), names, lowerCaseNames, rules);
        }

        Optional<ModelPrices> find(String name) {
            ModelPrices found = names.get(name);
            for (int i = 0; found == null && i < rules.size(); i++) {
                Rule rule = rules.get(i);
                found = NameMatch.matches(rule.pattern(), name) ? rule.prices() : null;
            }
            return Optional.ofNullable(found);
        }

        Optional<ModelPrices> findLowerCase(String name) {
            ModelPrices found = lowerCaseNames.get(name);
            for (int i = 0; found == null && i < rules.size(); i++) {
                Rule rule = rules.get(i);
                found = NameMatch.matches(rule.lowerCase(), name) ? rule.prices() : null;
            }
            return Optional.ofNullable(found);
        }
    }

    /** Earlier entries win over later ones; names win over rules. */
    ProviderPrices(Profile profile, List<Entry> entries) {
        this(profile, () -> entries);
        index();
    }

    /**
     * A provider whose prices are read when they are first asked for: a catalogue has many providers and a gateway uses
     * few.
     */
    ProviderPrices(Profile profile, Supplier<List<Entry>> read) {
        this.profile = profile;
        this.read = read;
    }

    private Index index() {
        Optional<Index> made = index;
        if (made.isEmpty()) {
            made = Optional.of(Index.of(read.get()));
            index = made;
        }
        return made.get();
    }

    public String id() {
        return profile.id();
    }

    /** The prices of all models, in the order of the catalogue. */
    public List<ModelPrices> models() {
        return entries().stream().map(Entry::prices).toList();
    }

    Profile profile() {
        return profile;
    }

    List<Entry> entries() {
        return index().entries();
    }

    /** The prices of the model that goes by {@code name}; upper and lower case matter only where both are listed. */
    Optional<ModelPrices> find(String name) {
        Optional<ModelPrices> found = index().find(name);
        return found.isPresent() ? found : index().findLowerCase(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return "ProviderPrices[" + id() + "]";
    }
}
