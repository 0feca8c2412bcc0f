package dev.mizan.provider.bedrock;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the ids of Bedrock's models say
 * (<a href="https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html">inference
 * profiles</a>): models, profiles of a region ({@code eu.…}, {@code global.…}), and ARNs of either, of profiles of
 * one's own and of prompt routers, which do not say which model answers.
 */
public final class ModelIds {
    private static final Pattern NAMING_ARN = Pattern.compile("arn:[^/]*:(?:foundation-model|inference-profile)/(.+)");
    private static final Pattern REGION =
            Pattern.compile("(?:us|us-gov|eu|apac|jp|au|ca|sa|me|af|il|mx|in|global)\\.(.+)");

    private ModelIds() {}

    /** Whether {@code id} names a model of Anthropic's, which can be called with bodies of Anthropic's messages. */
    public static boolean isAnthropic(String id) {
        String name = name(id);
        return !name.startsWith("arn:") && name.contains("anthropic.claude");
    }

    /** Adds the names by which a catalogue may know the price of {@code id}, beside {@code id} itself. */
    public static void addPriced(String id, List<String> names) {
        String name = name(id);
        if (!name.equals(id)) {
            names.add(name);
        }
        Matcher region = REGION.matcher(name);
        if (region.matches()) {
            names.add(region.group(1));
        }
    }

    /** The id of the model or profile that an ARN names; {@code id} itself if it is no such ARN. */
    private static String name(String id) {
        Matcher arn = NAMING_ARN.matcher(id);
        return arn.matches() ? arn.group(1) : id;
    }
}
