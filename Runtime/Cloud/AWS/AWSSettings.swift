package import Pipeline

/// Region and endpoints, from `AWS_REGION`, `AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_SQS`, `_S3` and `_STS`; and how
/// the object store is spoken to, see ``S3Endpoint``.
package struct AWSSettings: Sendable {
    package let region: String
    package let sqs: AWSEndpoint
    package let s3: S3Endpoint
    package let sts: AWSEndpoint

    /// Reads the settings.
    ///
    /// - Parameter environment: the process's variables; an empty one counts as not set.
    /// - Throws: reject, with one line that names the variable.
    package init(environment: [String: String]) throws(Fault) {
        guard let region = Self.value("AWS_REGION", environment) ?? Self.value("AWS_DEFAULT_REGION", environment) else {
            throw .reject("aws.settings", "AWS_REGION is not set; set it to the region, such as eu-central-1")
        }
        guard region.utf8.allSatisfy({ 97...122 ~= $0 || 48...57 ~= $0 || $0 == 45 }) else {
            throw .reject("aws.settings", "AWS_REGION is '\(region)', which is no region; eu-central-1 is one")
        }
        self.region = region
        sqs = try Self.endpoint("sqs", "AWS_ENDPOINT_URL_SQS", region, environment)
        let objects = try Self.endpoint("s3", "AWS_ENDPOINT_URL_S3", region, environment)
        s3 = try S3Endpoint(objects, environment: environment)
        sts = try Self.endpoint("sts", "AWS_ENDPOINT_URL_STS", region, environment)
    }

    private static func endpoint(
        _ service: String,
        _ name: String,
        _ region: String,
        _ environment: [String: String]
    ) throws(Fault) -> AWSEndpoint {
        for name in [name, "AWS_ENDPOINT_URL"] {
            guard let url = value(name, environment) else { continue }
            guard let endpoint = AWSEndpoint(url: url) else {
                throw .reject("aws.settings", "\(name) is '\(url)'; it must be http(s)://host or http(s)://host:port")
            }
            return endpoint
        }
        let suffix = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        return AWSEndpoint(scheme: "https", authority: "\(service).\(region).\(suffix)", isCustom: false)
    }

    private static func value(_ name: String, _ environment: [String: String]) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
