package dev.mizan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.config.ConfigurationException;
import dev.mizan.price.PriceCatalog;
import dev.mizan.provider.KindSettings;
import dev.mizan.provider.ProviderSettings;
import dev.mizan.provider.bedrock.AwsCredentials;
import dev.mizan.routing.ModelSettings.DeploymentSettings;
import dev.mizan.upstream.GoogleTokens;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Providers that are reached through a cloud's account. */
class CloudSettingsTest {
    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();

    @Test
    void aBedrockIsReadFromItsSettings() {
        ProviderSettings provider = provider(
                "kind: bedrock, region: eu-central-1, access_key_id: AKIA, secret_access_key: s, session_token: t");

        assertThat(provider.baseUrl()).isEqualTo(URI.create("https://bedrock-runtime.eu-central-1.amazonaws.com"));
        assertThat(provider.catalogue()).isEqualTo("aws");
        assertThat(provider.own())
                .isEqualTo(new KindSettings.Aws("eu-central-1", new AwsCredentials("AKIA", "s", "t")));
        assertThat(provider.toString() + provider.own()).doesNotContain("AKIA").contains("***");
    }

    @Test
    void whatABedrockIsNotToldIsInTheEnvironment() {
        environment.put("AWS_DEFAULT_REGION", "cn-north-1");
        environment.put("AWS_ACCESS_KEY_ID", "AKIA");
        environment.put("AWS_SECRET_ACCESS_KEY", "s");

        ProviderSettings provider = provider("kind: bedrock");

        assertThat(provider.baseUrl()).isEqualTo(URI.create("https://bedrock-runtime.cn-north-1.amazonaws.com.cn"));
        assertThat(provider.own()).isEqualTo(new KindSettings.Aws("cn-north-1", new AwsCredentials("AKIA", "s", "")));
    }

    @Test
    void anApiKeyOfBedrocksIsSentInsteadOfASignature() {
        environment.put("AWS_ACCESS_KEY_ID", "AKIA");
        environment.put("AWS_SECRET_ACCESS_KEY", "s");

        ProviderSettings provider = provider("kind: bedrock, region: us-gov-west-1, api_key: bedrock-key");

        assertThat(provider.apiKey()).isEqualTo("bedrock-key");
        assertThat(provider.own()).isEqualTo(new KindSettings.Aws("us-gov-west-1", AwsCredentials.NONE));
    }

    @Test
    void aBedrockThatCanNotBeCalledIsRefused() {
        assertRefused("kind: bedrock, access_key_id: a, secret_access_key: s", "has no 'region'");
        assertRefused(
                "kind: bedrock, region: somewhere, api_key: k", "region: 'somewhere' (expected: a region such as");
        assertRefused("kind: bedrock, region: us-east-1", "has no credential");
        assertRefused("kind: bedrock, region: us-east-1, access_key_id: a", "has no credential");
        assertRefused(
                "kind: bedrock, region: us-east-1, api_key: k, access_key_id: a, secret_access_key: s",
                "api_key: set beside keys that sign");
        assertRefused("kind: openai, api_key: k, region: us-east-1", "region: set for kind openai");
        assertRefused("kind: openai, api_key: k, api: native", "api: set for kind openai");
    }

    @Test
    void aVertexIsReadFromItsSettingsAndItsKeyFile() throws IOException {
        String keyFile = keyFile();

        ProviderSettings plain = provider("kind: vertex, credentials: \"" + keyFile + "\"");
        environment.put("GOOGLE_APPLICATION_CREDENTIALS", keyFile);
        environment.put("GOOGLE_CLOUD_LOCATION", "europe-west4");
        ProviderSettings other = provider("kind: vertex, project: other");

        assertThat(plain.baseUrl()).isEqualTo(URI.create("https://aiplatform.googleapis.com"));
        assertThat(plain.catalogue()).isEqualTo("google");
        assertThat(plain.own()).isInstanceOfSatisfying(KindSettings.Google.class, own -> assertThat(own.project())
                .isEqualTo("acme-prod"));
        assertThat(other.baseUrl()).isEqualTo(URI.create("https://europe-west4-aiplatform.googleapis.com"));
        assertThat(other.own()).isInstanceOfSatisfying(KindSettings.Google.class, own -> assertThat(own.project())
                .isEqualTo("other"));
        assertThat(provider("kind: vertex, location: eu").baseUrl())
                .isEqualTo(URI.create("https://aiplatform.eu.rep.googleapis.com"));
        assertThat(plain.toString() + plain.own()).doesNotContain("PrivateKey", "RSA");
    }

    @Test
    void aVertexThatCanNotBeCalledIsRefused() throws IOException {
        String keyFile = keyFile();

        assertRefused("kind: vertex", "has no 'credentials'");
        assertRefused("kind: vertex, credentials: /none/such.json", "'/none/such.json': can't be read");
        assertRefused("kind: vertex, api_key: k, credentials: \"" + keyFile + "\"", "api_key: set for kind vertex");
        assertRefused("kind: vertex, location: Mars, credentials: \"" + keyFile + "\"", "location: 'Mars'");
        assertRefused("kind: gemini, api_key: k, project: p", "project: set for kind gemini");
        assertRefused(
                "kind: vertex, credentials: \"" + Files.writeString(folder.resolve("x.json"), "{}") + "\"",
                "type '' (expected: service_account)");
    }

    @Test
    void modelsOnVertexHaveThePricesThatGoogleHas() {
        for (String model : List.of(
                "gemini-2.5-pro", "gemini-2.0-flash", "claude-haiku-4-5@20251001", "claude-opus-4-1@20250805")) {
            assertThat(PriceCatalog.shipped().model("gcp", "google", model))
                    .as(model)
                    .isPresent();
        }
    }

    private String keyFile() throws IOException {
        String json = new GoogleTokens(1).keyFile(URI.create("https://oauth2.googleapis.com"));
        return Files.writeString(folder.resolve("key.json"), json).toString();
    }

    @Test
    void aDeploymentMayHaveThePriceOfAnotherModel() {
        DeploymentSettings deployment = read("kind: simulated", "[{provider: p, model: \"arn:aws:x/y\", price_as: m}]")
                .models()
                .values()
                .iterator()
                .next()
                .deployments()
                .getFirst();

        assertThat(deployment.priceAs()).isEqualTo("m");
    }

    private void assertRefused(String provider, String why) {
        assertThatThrownBy(() -> provider(provider))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(why);
    }

    private ProviderSettings provider(String settings) {
        return read(settings, "[p/x]").providers().values().iterator().next();
    }

    private Configuration read(String provider, String deployments) {
        String yaml = "providers: {p: {" + provider + "}}\nmodels: {m: {deployments: " + deployments + "}}\n";
        return new ConfigurationReader(name -> Optional.ofNullable(environment.get(name))).parse("f.yaml", yaml);
    }
}
