import Cloud
import FoundationEssentials
import Pipeline
import Testing

@Suite struct ProfileCredentialProviderTests {
    private static let start: Int64 = 1_767_225_600
    private static let keys = "aws_access_key_id = AKID\naws_secret_access_key = secret\n"

    /// What a client with these files gets; every role is granted.
    private func load(
        config: String = "",
        credentials: String = "",
        _ others: [String: String] = [:],
        http: ScriptedHTTPClient = ScriptedHTTPClient { _, number in
            .sts("AssumeRole", "2026-01-01T01:00:00Z", id: "role-\(number)")
        }
    ) async throws -> SigningCredentials? {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let files = [
            "AWS_CONFIG_FILE": try folder.write(config, "config").path,
            "AWS_SHARED_CREDENTIALS_FILE": try folder.write(credentials, "credentials").path,
            "AWS_REGION": "eu-central-1",
        ]
        let environment = files.merging(others) { $1 }
        let made = try ProfileCredentialProvider(environment: environment, http: http) { Self.start }
        return try await made?.credentials()
    }

    @Test func theDefaultProfilesKeysAreReadFromEitherFile() async throws {
        #expect(try await load(config: "[default]\n\(Self.keys)")?.secretAccessKey == "secret")
        #expect(try await load(credentials: "[default]\n\(Self.keys)")?.sessionToken == nil)
        #expect(try await load(config: "[profile x]\n\(Self.keys)", ["AWS_PROFILE": "x"])?.accessKeyID == "AKID")
        #expect(try await load(credentials: "[x]\n\(Self.keys)", ["AWS_PROFILE": "x"])?.accessKeyID == "AKID")
    }

    @Test func theCredentialsFileComesBeforeTheConfigFile() async throws {
        let config = "[default]\naws_access_key_id=old\naws_secret_access_key=old\naws_session_token=t"
        let read = try await load(config: config, credentials: "[default]\n\(Self.keys)")
        #expect(read?.accessKeyID == "AKID" && read?.secretAccessKey == "secret" && read?.sessionToken == "t")
    }

    @Test func commentsSpacesAndContinuationsAreNoPartOfAValue() async throws {
        let text = """
            # a comment
            ; another
            [ default ] # mine\r
            region = eu-west-1
            s3 =
              addressing_style = path
              aws_access_key_id = nested
            AWS_Access_Key_ID=A#K;ID  ; the key\r
            aws_secret_access_key =  a=b+/==  # the secret

            [profile\tother]
            aws_access_key_id = not this one
            """
        let read = try await load(config: text)
        #expect(read?.accessKeyID == "A#K;ID")
        #expect(read?.secretAccessKey == "a=b+/==")
    }

    @Test(arguments: ["key = hidden", "[default]\nhidden", "[default\nhidden = 1", "[default]\n= hidden"])
    func aWrongLineIsNamedByItsNumberAlone(_ text: String) async throws {
        let fault = await #expect(throws: Fault.self) { try await load(config: text) }
        #expect(fault?.faultClass == "reject")
        #expect(fault?.description.contains("line") == true && fault?.description.contains("hidden") == false)
    }

    @Test func aDefaultProfileWithoutKeysIsNoSource() async throws {
        #expect(try await load(config: "[default]\nregion = eu-central-1") == nil)
        let none = ScriptedHTTPClient { _, _ in .init() }
        #expect(try ProfileCredentialProvider(environment: ["HOME": "/nowhere"], http: none) == nil)
        #expect(try ProfileCredentialProvider(environment: [:], http: none) == nil)
    }

    @Test func aNamedProfileMustBeThere() async throws {
        let fault = await #expect(throws: Fault.self) {
            try await load(config: "[default]\n\(Self.keys)", ["AWS_PROFILE": "mine"])
        }
        #expect(fault?.description.contains("'mine'") == true)
    }

    @Test func aRoleIsTakenOnByItsSourcesKeys() async throws {
        let http = ScriptedHTTPClient { _, _ in .sts("AssumeRole", "2026-01-01T01:00:00Z", id: "role") }
        let config = """
            [profile app]
            role_arn = arn:aws:iam::1:role/app
            source_profile = base
            role_session_name = night
            external_id = e/1
            duration_seconds = 900
            """
        let base = "[base]\n\(Self.keys)"
        let read = try await load(config: config, credentials: base, ["AWS_PROFILE": "app"], http: http)
        #expect(read?.accessKeyID == "role")
        let request = try #require(http.requests.first)
        let authorization = request.headers["Authorization"] ?? ""
        #expect(authorization.contains("Credential=AKID/20260101/eu-central-1/sts/aws4_request"))
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fapp"
                + "&RoleSessionName=night&ExternalId=e%2F1&DurationSeconds=900"
        )
    }

    @Test func aWrongClockDoesNotKeepARoleFromBeingTakenOn() async throws {
        let refusal = "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code></Error></ErrorResponse>"
        let http = ScriptedHTTPClient { request, _ in
            request.headers["X-Amz-Date"] == "20260101T010000Z"
                ? .sts("AssumeRole", "2026-01-01T02:00:00Z", id: "role")
                : .init(status: 403, headers: ["Date": "Thu, 01 Jan 2026 01:00:00 GMT"], body: refusal)
        }
        let config = "[default]\nrole_arn = r\nsource_profile = base\n[profile base]\n\(Self.keys)"
        #expect(try await load(config: config, http: http)?.accessKeyID == "role")
        #expect(http.requests.count == 2)
    }

    @Test func aRoleMayBeTakenOnByAnotherRole() async throws {
        let http = ScriptedHTTPClient { _, number in
            .sts("AssumeRole", "2026-01-01T01:00:00Z", id: "role-\(number)")
        }
        let config = """
            [profile a]
            role_arn = a
            source_profile = b
            [profile b]
            role_arn = b
            source_profile = b
            \(Self.keys)
            """
        #expect(try await load(config: config, ["AWS_PROFILE": "a"], http: http)?.accessKeyID == "role-2")
        #expect(http.requests[0].headers["Authorization"]?.contains("=AKID/") == true, "b's own keys")
        #expect(http.requests[1].headers["Authorization"]?.contains("=role-1/") == true)
    }

    @Test func aRoleMayBeTakenOnByTheEnvironmentsKeys() async throws {
        let http = ScriptedHTTPClient { _, _ in .sts("AssumeRole", "2026-01-01T01:00:00Z", id: "role") }
        let keys = ["AWS_ACCESS_KEY_ID": "own", "AWS_SECRET_ACCESS_KEY": "s"]
        let config = "[default]\nrole_arn = r\ncredential_source = Environment"
        #expect(try await load(config: config, keys, http: http)?.accessKeyID == "role")
        #expect(http.requests.first?.headers["Authorization"]?.contains("=own/") == true)
    }

    @Test func aRoleMayBeTakenOnByAWebIdentity() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let token = try folder.write("abc", "token").path
        let http = ScriptedHTTPClient { _, _ in .sts("AssumeRoleWithWebIdentity", "2026-01-01T01:00:00Z") }
        let config = "[default]\nrole_arn = r\nweb_identity_token_file = \(token)\nregion = eu-west-1"
        #expect(try await load(config: config, ["AWS_REGION": ""], http: http)?.accessKeyID == "AKID")
        #expect(http.requests.first?.url == "https://sts.eu-west-1.amazonaws.com/", "the profile's region")
        #expect(http.requests.first?.headers["Authorization"] == nil)
    }

    @Test(arguments: [
        "role_arn = r", "role_arn = r\nsource_profile = none", "role_arn = r\nsource_profile = default",
        "role_arn = r\nsource_profile = b\n[profile b]\nrole_arn = b\nsource_profile = default",
        "role_arn = r\nsource_profile = b\ncredential_source = Environment", "role_arn = r\nmfa_serial = m",
        "role_arn = r\ncredential_source = Nothing", "aws_access_key_id = A", "sso_session = s",
    ])
    func aProfileThatContradictsItselfIsRefused(_ properties: String) async throws {
        let fault = await #expect(throws: Fault.self) { try await load(config: "[default]\n\(properties)") }
        #expect(fault?.faultClass == "reject")
        #expect(fault?.description.contains("profile '") == true)
    }

    @Test func profilesComeAfterVariablesAndBeforeTheContainer() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let file = try folder.write("[default]\n\(Self.keys)", "credentials")
        let http = ScriptedHTTPClient { _, _ in .init(status: 500) }
        var environment = [
            "AWS_SHARED_CREDENTIALS_FILE": file.path, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/id",
        ]
        let profile = try DefaultCredentialProvider(environment: environment, http: http)
        #expect(try await profile.credentials().accessKeyID == "AKID")
        environment.merge(["AWS_ACCESS_KEY_ID": "own", "AWS_SECRET_ACCESS_KEY": "s"]) { $1 }
        let variables = try DefaultCredentialProvider(environment: environment, http: http)
        #expect(try await variables.credentials().accessKeyID == "own")
        #expect(http.requests.isEmpty)
    }
}
