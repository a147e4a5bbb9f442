import Cloud
import Pipeline
import Testing

@Suite struct AWSSettingsTests {
    @Test func regionAloneMeansAmazon() throws {
        let settings = try AWSSettings(environment: ["AWS_REGION": "eu-central-1", "AWS_ENDPOINT_URL": ""])
        #expect(settings.sqs.authority == "sqs.eu-central-1.amazonaws.com")
        #expect(settings.s3.authority == "s3.eu-central-1.amazonaws.com")
        #expect(settings.s3.scheme == "https" && !settings.s3.isCustom)
    }

    @Test func theServicesOwnEndpointComesFirst() throws {
        let settings = try AWSSettings(environment: [
            "AWS_REGION": "eu-central-1", "AWS_ENDPOINT_URL": "http://localhost:4566/",
            "AWS_ENDPOINT_URL_S3": "https://s3.example.com:443",
        ])
        #expect(settings.sqs == AWSEndpoint(scheme: "http", authority: "localhost:4566", isCustom: true))
        #expect(settings.s3.endpoint == AWSEndpoint(scheme: "https", authority: "s3.example.com", isCustom: true))
    }

    @Test(arguments: [
        (["AWS_REGION": ""], "AWS_REGION"), (["AWS_REGION": "eu central"], "AWS_REGION"),
        (["AWS_REGION": "eu-central-1", "AWS_ENDPOINT_URL": "localhost:4566"], "AWS_ENDPOINT_URL"),
        (["AWS_REGION": "eu-central-1", "AWS_ENDPOINT_URL_SQS": "http://host/path"], "AWS_ENDPOINT_URL_SQS"),
    ])
    func aWrongSettingIsNamedInOneLine(_ environment: [String: String], _ name: String) {
        let fault = #expect(throws: Fault.self) { try AWSSettings(environment: environment) }
        #expect(fault?.description.contains(name) == true)
        #expect(fault?.description.contains("\n") == false)
    }
}
