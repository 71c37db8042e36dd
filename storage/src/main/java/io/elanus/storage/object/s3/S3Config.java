package io.elanus.storage.object.s3;

import io.elanus.storage.setting.Setting;
import io.elanus.storage.setting.Settings;
import java.time.Duration;

/// Where the objects are.
public record S3Config(
        @Setting(doc = "URL of the service; empty: AWS, by region", byDefault = "")
        String endpoint,

        @Setting(doc = "Region", byDefault = "us-east-1") String region,

        @Setting(doc = "Bucket; it must exist", byDefault = "elanus")
        String bucket,

        @Setting(
                doc = "Begin of every key; clusters that share a bucket have prefixes of their own",
                byDefault = "elanus")
        String prefix,

        @Setting(doc = "Access key; empty: what the AWS SDK finds (environment, profile, role)", byDefault = "")
        String accessKey,

        @Setting(doc = "Secret key", byDefault = "") String secretKey,

        @Setting(doc = "Time limit of one attempt of a request", byDefault = "30 s", min = "1 s")
        Duration attemptTimeout) {
    public static S3Config defaults() {
        return Settings.defaults(S3Config.class);
    }

    /// Never shows the secret.
    @Override
    public String toString() {
        return "S3Config[endpoint=%s, region=%s, bucket=%s, prefix=%s]".formatted(endpoint, region, bucket, prefix);
    }
}
