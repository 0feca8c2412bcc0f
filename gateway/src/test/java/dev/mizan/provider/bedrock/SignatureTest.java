package dev.mizan.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.wire.Slice;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** AWS's published test vectors (https://docs.aws.amazon.com/general/latest/gr/signature-v4-test-suite.html). */
class SignatureTest {
    private static final Instant AT = Instant.parse("2015-08-30T12:36:00Z");
    private static final String HOST = "example.amazonaws.com";

    @Test
    void plainRequestsAreSigned() {
        assertThat(authorization("GET", "/", Map.of("host", HOST), "", ""))
                .isEqualTo("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                        + " SignedHeaders=host;x-amz-date,"
                        + " Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
        assertThat(authorization("POST", "/", Map.of("host", HOST), "", ""))
                .endsWith("=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
    }

    @Test
    void bodiesAndOtherHeadersAreSigned() {
        Map<String, String> headers = Map.of("host", HOST, "content-type", "application/x-www-form-urlencoded");

        assertThat(authorization("POST", "/", headers, "Param1=value1", ""))
                .contains("SignedHeaders=content-type;host;x-amz-date")
                .endsWith("=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
    }

    @Test
    void pathsAreEncoded() {
        assertThat(authorization("GET", "/ሴ", Map.of("host", HOST), "", ""))
                .endsWith("=8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85");
        assertThat(authorization(
                        "GET",
                        "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
                        Map.of("host", HOST),
                        "",
                        ""))
                .endsWith("=07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f");
    }

    @Test
    void sessionTokensAreSigned() {
        String token =
                "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeo"
                        + "IYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSX"
                        + "Dvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fP"
                        + "OLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

        assertThat(authorization("POST", "/", Map.of("host", HOST), "", token))
                .endsWith("=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead");
    }

    @Test
    void theKeyOfAnotherDayIsAnother() {
        Signature signature = signature("");
        Map<String, String> headers = Map.of("host", HOST);

        String before = sign(signature, "GET", headers, "", AT);
        sign(signature, "GET", headers, "", AT.plusSeconds(86_400));

        assertThat(sign(signature, "GET", headers, "", AT)).isEqualTo(before);
    }

    private static String authorization(
            String method, String path, Map<String, String> headers, String body, String token) {
        return signature(token)
                .headers(method, path, headers, Slice.of(body.getBytes(StandardCharsets.UTF_8)), AT)
                .getOrDefault("authorization", "");
    }

    private static String sign(
            Signature signature, String method, Map<String, String> headers, String body, Instant at) {
        return signature
                .headers(method, "/", headers, Slice.of(body.getBytes(StandardCharsets.UTF_8)), at)
                .getOrDefault("authorization", "");
    }

    private static Signature signature(String token) {
        AwsCredentials credentials =
                new AwsCredentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token);
        return new Signature(credentials, "us-east-1", "service");
    }
}
