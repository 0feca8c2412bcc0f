package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.litellm.LiteLlmImport;
import dev.mizan.money.NanoUsd;
import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.FakeUpstream;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that runs by what was made of LiteLLM's configuration. */
class ImportedGatewayTest {
    @TempDir
    Path folder;

    @Test
    void itsModelsAnswerAtItsPricesWithinItsBudgets() throws IOException {
        try (FakeUpstream upstream = FakeUpstream.start()) {
            upstream.otherwise(ChatAnswer.of("Hello.").usage(ChatAnswer.usage(100, 10)));
            String imported = LiteLlmImport.of("""
                    model_list:
                      - model_name: house
                        litellm_params:
                          model: hosted_vllm/llama-3.1-8b
                          api_base: %s
                          input_cost_per_token: 0.000001
                          output_cost_per_token: 0.000002
                    litellm_settings: {max_internal_user_budget: 0.0005, internal_user_budget_duration: 30d}
                    router_settings: {model_group_alias: {gpt-4: house}}
                    """.formatted(upstream.v1())).configuration();
            try (Gateway gateway = Gateway.start(folder, imported)) {
                Reply first = call(gateway, "gpt-4");
                assertThat(first.status()).isEqualTo(200);
                assertThat(upstream.received().getFirst().json().path("model").asString())
                        .isEqualTo("llama-3.1-8b");
                assertThat(gateway.books().call(first.requestId()).cost().charged())
                        .isEqualTo(NanoUsd.ofNanos(120_000));

                Reply last = first;
                for (int i = 0; i < 5 && last.status() == 200; i++) {
                    last = call(gateway, "house");
                }
                assertThat(last.status()).isEqualTo(429);
                assertThat(last.json().at("/error/type").asString()).isEqualTo("budget_exceeded");
            }
        }
    }

    private static Reply call(Gateway gateway, String model) throws IOException {
        try (Caller caller = new Caller(gateway.port(), gateway.key())) {
            return caller.post(
                            "/v1/chat/completions",
                            "{\"model\":\"" + model
                                    + "\",\"max_tokens\":10,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}")
                    .reply();
        }
    }
}
