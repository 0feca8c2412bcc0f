package dev.mizan.translation.model;

import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.WireFormat;
import java.util.function.Function;

/**
 * What becomes of things that a target can't express: the call is refused, or they are left out.
 *
 * @param target the format that lacks them
 * @param names the caller's names for settings
 * @param dropUnsupported whether they are left out
 */
public record Losses(WireFormat target, Function<Setting, String> names, boolean dropUnsupported) {
    /** The setting can't be expressed. Returns if it is to be left out. */
    public void cannot(Setting setting) {
        cannot(names.apply(setting));
    }

    /** What stands at {@code path} can't be expressed. Returns if it is to be left out. */
    public void cannot(String path) {
        if (!dropUnsupported) {
            throw Refusal.field(
                            path,
                            "The field '" + path + "' has no counterpart in " + target.label()
                                    + ", which the provider of this model speaks"
                                    + " (expected: a call without it, or drop_unsupported: true in the configuration).")
                    .thrown();
        }
    }
}
