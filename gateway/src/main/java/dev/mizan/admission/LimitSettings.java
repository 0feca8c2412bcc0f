package dev.mizan.admission;

import dev.mizan.limit.Limit;
import java.util.List;
import java.util.Map;

/**
 * The limits of the configuration ({@code limits}, {@code degrade}, {@code models.NAME.limits}, {@code budget_status}).
 *
 * @param limits on any subject; patterns too
 * @param degradations what is lost as some of them are used up
 * @param deployments limits of one deployment by its id
 * @param budgetStatus the HTTP status of a refusal for money: 429, 422, 402 or 400
 * @param allowsUnbounded whether calls whose use nobody can bound are made all the same under worst-case limits
 */
public record LimitSettings(
        List<Limit> limits,
        List<Degradation> degradations,
        Map<String, List<Limit>> deployments,
        int budgetStatus,
        boolean allowsUnbounded) {
    /** What holds where nothing is configured. */
    public static final LimitSettings NONE = new LimitSettings(List.of(), List.of(), Map.of(), 429, false);

    public LimitSettings {
        limits = List.copyOf(limits);
        degradations = List.copyOf(degradations);
        deployments = Map.copyOf(deployments);
    }
}
