package dev.mizan.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.price.PriceCatalog;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelIdsTest {
    private static final String ACCOUNT = "arn:aws:bedrock:us-east-1:123456789012:";
    private static final String CLAUDE = "anthropic.claude-haiku-4-5-20251001-v1:0";

    @Test
    void modelsOfAnthropicsAreKnownByTheirNameAlone() {
        assertThat(List.of(
                        CLAUDE,
                        "us." + CLAUDE,
                        "arn:aws:bedrock:us-east-1::foundation-model/" + CLAUDE,
                        ACCOUNT + "inference-profile/eu." + CLAUDE))
                .allMatch(ModelIds::isAnthropic);
        assertThat(List.of(
                        "amazon.nova-lite-v1:0",
                        ACCOUNT + "application-inference-profile/a1b2c3d4",
                        ACCOUNT + "default-prompt-router/anthropic.claude:1",
                        ACCOUNT + "prompt-router/0a1b2c"))
                .noneMatch(ModelIds::isAnthropic);
    }

    @Test
    void profilesOfRegionsHaveThePriceOfTheirRegionOrElseOfTheirModel() {
        assertThat(names("eu." + CLAUDE)).containsExactly(CLAUDE);
        assertThat(names(ACCOUNT + "inference-profile/eu." + CLAUDE)).containsExactly("eu." + CLAUDE, CLAUDE);
        assertThat(names("us.openai.gpt-5.4")).containsExactly("openai.gpt-5.4");
        assertThat(names("amazon.nova-lite-v1:0")).isEmpty();
        assertThat(names(ACCOUNT + "prompt-router/0a1b2c")).isEmpty();
        PriceCatalog catalog = PriceCatalog.shipped();
        for (String prefix : List.of("us.", "eu.", "apac.", "global.", "jp.")) {
            String id = prefix + CLAUDE;
            List<String> all = names(id);
            all.addFirst(id);
            assertThat(all).anyMatch(name -> catalog.model("aws", name).isPresent());
        }
        assertThat(catalog.model("aws", "aws", ACCOUNT + "default-prompt-router/anthropic.claude:1"))
                .isEmpty();
    }

    private static List<String> names(String id) {
        List<String> names = new ArrayList<>();
        ModelIds.addPriced(id, names);
        return names;
    }
}
