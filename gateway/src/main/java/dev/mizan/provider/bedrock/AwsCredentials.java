package dev.mizan.provider.bedrock;

/**
 * Who calls AWS. Prints no secret.
 *
 * @param accessKeyId empty if requests are not signed
 * @param sessionToken of temporary credentials; empty for others
 */
public record AwsCredentials(String accessKeyId, String secretAccessKey, String sessionToken) {
    /** None: an API key is sent instead. */
    public static final AwsCredentials NONE = new AwsCredentials("", "", "");

    public boolean isEmpty() {
        return accessKeyId.isEmpty();
    }

    @Override
    public String toString() {
        return "AwsCredentials[" + (isEmpty() ? "" : "***") + "]";
    }
}
