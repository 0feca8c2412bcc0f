package dev.mizan.price;

import dev.mizan.usage.ServiceTier;
import dev.mizan.usage.Unit;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a call that is about to be made could meet: narrows its bound.
 *
 * @param units in which the provider may count it; a bound count is taken at the dearest of those that it may turn into
 * @param tiers in which it may be served
 */
public record Reach(Set<Unit> units, Set<ServiceTier> tiers) {
    /** Anything. */
    public static final Reach ANY = new Reach(EnumSet.allOf(Unit.class), EnumSet.allOf(ServiceTier.class));

    /** Text in and out in the standard service tier, without writing to a cache for an hour. */
    public static final Reach TEXT = ANY.without(
                    Unit.CACHE_WRITE_1H,
                    Unit.INPUT_AUDIO,
                    Unit.INPUT_IMAGE,
                    Unit.INPUT_VIDEO,
                    Unit.CACHE_AUDIO_READ,
                    Unit.CACHE_IMAGE_READ,
                    Unit.CACHE_VIDEO_READ,
                    Unit.OUTPUT_AUDIO,
                    Unit.OUTPUT_IMAGE)
            .in(ServiceTier.STANDARD);

    public Reach {
        units = Collections.unmodifiableSet(EnumSet.copyOf(units));
        tiers = Collections.unmodifiableSet(EnumSet.copyOf(tiers));
    }

    /** This, but without {@code excluded}. */
    public Reach without(Unit... excluded) {
        EnumSet<Unit> left = EnumSet.copyOf(units);
        for (Unit unit : excluded) {
            left.remove(unit);
        }
        return new Reach(left, tiers);
    }

    /** This, but only in {@code tier}. */
    public Reach in(ServiceTier tier) {
        return new Reach(units, EnumSet.of(tier));
    }
}
