package dev.mizan.upstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Answers only requests with a right AWS signature of version 4, and refuses others as AWS does. Computes what is right
 * from the request as it came (AWS, IAM user guide, "Create a signed AWS API request").
 *
 * @param sessionToken what must be signed beside; empty for none
 */
public record SignedOnly(String accessKeyId, String secretAccessKey, String sessionToken, String region, Answer answer)
        implements Answer {
    private static final Pattern AUTHORIZATION = Pattern.compile(
            "AWS4-HMAC-SHA256 Credential=([^/]+)/(\\d{8})/([^/]+)/bedrock/aws4_request, SignedHeaders=([^,]+),"
                    + " Signature=([0-9a-f]{64})");

    @Override
    public void to(Exchange exchange) throws IOException, InterruptedException {
        Received request = exchange.received();
        Matcher said = AUTHORIZATION.matcher(request.header("authorization").orElse(""));
        if (!said.matches()
                || !said.group(1).equals(accessKeyId)
                || !said.group(3).equals(region)) {
            exchange.json(403, "{\"message\":\"The security token included in the request is invalid.\"}");
            return;
        }
        List<String> names = List.of(said.group(4).split(";"));
        boolean isTokenRight = request.header("x-amz-security-token").orElse("").equals(sessionToken)
                && names.contains("x-amz-security-token") == !sessionToken.isEmpty();
        if (!isTokenRight || !names.contains("host") || !said.group(5).equals(signature(request, names))) {
            exchange.json(
                    403,
                    "{\"message\":\"The request signature we calculated does not match the signature you"
                            + " provided.\"}");
            return;
        }
        answer.to(exchange);
    }

    private String signature(Received request, List<String> names) {
        List<String> lines = new ArrayList<>();
        lines.add(request.method());
        // What a path is sent as is encoded once more, but for its slashes.
        lines.add(request.path().replace("%", "%25"));
        lines.add("");
        names.forEach(name -> lines.add(name + ":" + value(request, name)));
        lines.add("");
        lines.add(String.join(";", names));
        lines.add(hash(request.body()));
        String time = value(request, "x-amz-date");
        String date = time.substring(0, 8);
        String scope = date + "/" + region + "/bedrock/aws4_request";
        String toSign = String.join(
                "\n",
                "AWS4-HMAC-SHA256",
                time,
                scope,
                hash(String.join("\n", lines).getBytes(StandardCharsets.UTF_8)));
        byte[] key = ("AWS4" + secretAccessKey).getBytes(StandardCharsets.UTF_8);
        for (String part : List.of(date, region, "bedrock", "aws4_request", toSign)) {
            key = hmac(key, part);
        }
        return HexFormat.of().formatHex(key);
    }

    private static String value(Received request, String name) {
        Optional<String> value = request.header(name);
        return value.map(String::strip).orElse("");
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
