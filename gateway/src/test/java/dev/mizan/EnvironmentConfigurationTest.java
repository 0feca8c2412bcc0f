package dev.mizan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.config.ConfigurationException;
import dev.mizan.money.NanoUsd;
import dev.mizan.provider.ProviderSettings;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class EnvironmentConfigurationTest {
    private final Map<String, String> environment = new HashMap<>();
    private final Map<URI, List<String>> ollamas = new HashMap<>();

    @Test
    void anEmptyEnvironmentHasTheSimulatedProvider() {
        Configuration read = read();

        assertThat(read.providers().keySet()).containsExactly("simulated");
        assertThat(read.models().keySet()).containsExactly("simulated");
        assertThat(read.prices()).hasSize(1);
        assertThat(read.origin()).isEqualTo("the environment: the simulated provider");
        assertThat(read.storage().databaseUrl()).isEmpty();
    }

    @Test
    void credentialsBringTheirProviderAndItsModels() {
        environment.put("OPENAI_API_KEY", "sk-1");
        environment.put("ANTHROPIC_API_KEY", "sk-2");
        environment.put("GEMINI_API_KEY", "sk-3");
        environment.put("AWS_ACCESS_KEY_ID", "sk-4");
        Configuration read = read();

        assertThat(read.providers().keySet()).containsExactly("openai", "anthropic", "gemini", "simulated");
        assertThat(read.models())
                .containsKeys(
                        "gpt-4o-mini", "claude-haiku-4-5", "gemini-2.5-flash", "text-embedding-3-small", "simulated");
        assertThat(read.origin())
                .contains(
                        "openai (OPENAI_API_KEY)",
                        "anthropic (ANTHROPIC_API_KEY)",
                        "gemini (GEMINI_API_KEY)",
                        "AWS_ACCESS_KEY_ID is set, but")
                .doesNotContain("sk-1");
    }

    @Test
    void anOllamaThatAnswersIsTaken() {
        ollamas.put(URI.create("http://127.0.0.1:11434"), List.of("llama3:8b"));
        Configuration read = read();

        assertThat(read.providers().keySet()).containsExactly("ollama", "simulated");
        assertThat(read.models()).containsKey("llama3:8b");
    }

    @Test
    void anOllamaThatIsNamedIsTakenEvenIfItIsSilent() {
        environment.put("OLLAMA_HOST", "10.0.0.5:11434");

        assertThat(read().providers().get("ollama"))
                .extracting(ProviderSettings::baseUrl)
                .isEqualTo(URI.create("http://10.0.0.5:11434/v1"));
    }

    @Test
    void theSourceDocumentsVariablesAreUnderstood() {
        environment.put("LITELLM_MASTER_KEY", "sk-m");
        environment.put("DATABASE_URL", "postgresql://h/d");
        environment.put("REDIS_HOST", "r");
        environment.put("REDIS_PASSWORD", "a b@c");
        environment.put("MAX_DAILY_LLM_COST", "100.0");
        environment.put("MAX_MONTHLY_LLM_COST", "2000.0");
        environment.put("LLM_PROVIDER", "openai");
        environment.put("LLM_MODEL", "gpt-3.5-turbo-16k");
        environment.put("OPENAI_API_KEY", "sk-1");
        Configuration read = read();

        assertThat(read.masterKey()).isEqualTo("sk-m");
        assertThat(read.storage().databaseUrl()).isEqualTo("postgresql://h/d");
        assertThat(read.storage().redis().url()).isEqualTo("redis://:a%20b%40c@r:6379");
        assertThat(read.cost().dailyLimit()).isEqualTo(NanoUsd.ofNanos(100 * NanoUsd.PER_USD));
        assertThat(read.cost().monthlyLimit()).isEqualTo(NanoUsd.ofNanos(2_000 * NanoUsd.PER_USD));
        assertThat(read.models()).containsKey("gpt-3.5-turbo-16k");
    }

    @Test
    void aModelOfAProviderThatIsNotThereIsSaid() {
        environment.put("LLM_PROVIDER", "anthropic");
        environment.put("LLM_MODEL", "claude-3-sonnet-20240229");

        assertThat(read().origin()).contains("there is no provider 'anthropic'");
    }

    @Test
    void anAmountThatIsNoneIsRefused() {
        environment.put("MAX_DAILY_LLM_COST", "lots");

        assertThatThrownBy(this::read)
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("environment: MAX_DAILY_LLM_COST: 'lots' (expected: an amount in USD)");
    }

    private Configuration read() {
        return new EnvironmentConfiguration(
                        name -> Optional.ofNullable(environment.get(name)),
                        address -> ollamas.getOrDefault(address, List.of()))
                .read();
    }
}
