package dev.mizan.report;

import com.github.f4b6a3.ulid.UlidFactory;
import dev.mizan.ledger.Call;
import dev.mizan.ledger.Cost;
import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome;
import dev.mizan.ledger.Principal;
import dev.mizan.ledger.Target;
import dev.mizan.money.NanoUsd;
import dev.mizan.price.Component;
import dev.mizan.price.Receipt;
import dev.mizan.usage.Usage;
import dev.mizan.usage.UsageSource;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;

/** Makes ledger lines for tests: a plausible call, of which a test says what matters to it. */
public final class LineBuilder {
    private static final UlidFactory IDS = UlidFactory.newMonotonicInstance();

    private String id;
    private String requestId = "";
    private Line.Kind kind = Line.Kind.CALL;
    private long timeMillis;
    private Principal principal = new Principal("acme", "", "ayse", "key_a", "", "", "");
    private String endpoint = "/v1/chat/completions";
    private String operation = "chat";
    private String documentType = "";
    private String alias = "fast";
    private Target target = new Target("openai", "fast/openai/gpt-4o-mini", "gpt-4o-mini");
    private List<String> tags = List.of();
    private Usage usage = Usage.of(1_000, 500);
    private Receipt receipt = Receipt.NONE;
    private NanoUsd providerCost = NanoUsd.ZERO;
    private NanoUsd charged = NanoUsd.ZERO;
    private NanoUsd saved = NanoUsd.ZERO;
    private String unpriced = "";
    private Outcome outcome = new Outcome(Outcome.Status.OK, "", 200, 1_250_000, 250_000, 1);
    private String cache = "miss";

    private LineBuilder(String time) {
        timeMillis = Instant.parse(time).toEpochMilli();
        id = IDS.create(timeMillis).toString();
    }

    /** A call that ended at {@code time}. */
    public static LineBuilder at(String time) {
        return new LineBuilder(time);
    }

    public static LineBuilder at(long millis) {
        return new LineBuilder(Instant.ofEpochMilli(millis).toString());
    }

    /** An attempt of the call {@code requestId}. */
    public LineBuilder attemptOf(String requestId) {
        this.kind = Line.Kind.ATTEMPT;
        this.requestId = requestId;
        return this;
    }

    public LineBuilder tenant(String tenant) {
        principal = new Principal(
                tenant, principal.team(), principal.user(), principal.keyId(), "", principal.licence(), "");
        return this;
    }

    public LineBuilder team(String team) {
        principal = new Principal(principal.tenant(), team, principal.user(), principal.keyId(), "", "", "");
        return this;
    }

    public LineBuilder user(String user) {
        principal = new Principal(principal.tenant(), principal.team(), user, principal.keyId(), "", "", "");
        return this;
    }

    public LineBuilder key(String keyId) {
        principal = new Principal(principal.tenant(), principal.team(), principal.user(), keyId, "", "", "");
        return this;
    }

    /** By a licence: its id is the key's. */
    public LineBuilder licence(String id, String plan) {
        principal = new Principal("default", "", "", id, "", id, plan);
        return this;
    }

    /** A document that was analysed. */
    public LineBuilder document(String type) {
        operation = "document_analysis";
        documentType = type;
        return this;
    }

    public LineBuilder endpoint(String endpoint) {
        this.endpoint = endpoint;
        return this;
    }

    public LineBuilder target(String provider, String model) {
        target = new Target(provider, alias + "/" + provider + "/" + model, model);
        return this;
    }

    public LineBuilder noTarget() {
        target = Target.NONE;
        return this;
    }

    public LineBuilder alias(String alias) {
        this.alias = alias;
        return this;
    }

    public LineBuilder tags(String... tags) {
        this.tags = List.of(tags);
        return this;
    }

    public LineBuilder usage(long input, long output) {
        this.usage = Usage.of(input, output);
        return this;
    }

    public LineBuilder usage(Usage usage) {
        this.usage = usage;
        return this;
    }

    /** What it cost the operator; a call is charged the same. */
    public LineBuilder cost(String usd) {
        providerCost = NanoUsd.of(new BigDecimal(usd), RoundingMode.UNNECESSARY);
        charged = kind == Line.Kind.CALL ? providerCost : NanoUsd.ZERO;
        receipt = new Receipt(
                target.provider() + "/" + target.upstreamModel() + "@2024-07-18",
                "",
                List.of(new Component("input", usage.inputTokens(), 150_000_000, 1_000_000, true, providerCost)));
        return this;
    }

    public LineBuilder charged(String usd) {
        charged = NanoUsd.of(new BigDecimal(usd), RoundingMode.UNNECESSARY);
        return this;
    }

    public LineBuilder receipt(Receipt receipt) {
        this.receipt = receipt;
        this.providerCost = receipt.totalCost();
        this.charged = kind == Line.Kind.CALL ? providerCost : NanoUsd.ZERO;
        return this;
    }

    public LineBuilder saved(String usd) {
        saved = NanoUsd.of(new BigDecimal(usd), RoundingMode.UNNECESSARY);
        cache = "exact";
        return this;
    }

    public LineBuilder unpriced(String reason) {
        unpriced = reason;
        return this;
    }

    public LineBuilder outcome(Outcome outcome) {
        this.outcome = outcome;
        return this;
    }

    public LineBuilder failed(String code, int httpStatus) {
        outcome = new Outcome(Outcome.Status.ERROR, code, httpStatus, 90_000, -1, 2);
        return this;
    }

    public Line build() {
        return new Line(
                id,
                kind,
                requestId.isEmpty() ? id : requestId,
                "",
                timeMillis,
                timeMillis - outcome.durationMicros() / 1_000,
                principal,
                new Call(endpoint, operation, documentType, "", "", tags, alias, alias, "openai-chat", false),
                target,
                usage,
                usage.equals(Usage.NONE) ? UsageSource.NONE : UsageSource.PROVIDER,
                new Cost(providerCost, charged, receipt, NanoUsd.ZERO, NanoUsd.ZERO, saved, unpriced),
                outcome,
                cache,
                "",
                "",
                "");
    }

    /** The same line, of a streamed call. */
    public static Line streamed(Line line) {
        Call call = line.call();
        return new Line(
                line.id(),
                line.kind(),
                line.requestId(),
                line.attemptId(),
                line.timeMillis(),
                line.admittedAtMillis(),
                line.principal(),
                new Call(
                        call.endpoint(),
                        call.operation(),
                        "",
                        "",
                        "",
                        call.tags(),
                        call.requestedModel(),
                        call.alias(),
                        call.dialect(),
                        true),
                line.target(),
                line.usage(),
                line.usageSource(),
                line.cost(),
                line.outcome(),
                line.cache(),
                "",
                "",
                "");
    }
}
