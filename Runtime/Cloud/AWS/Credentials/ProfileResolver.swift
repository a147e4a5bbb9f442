internal import Pipeline

/// Follows a profile to what it gets its credentials from.
struct ProfileResolver {
    let profiles: SharedProfiles
    let environment: [String: String]
    let http: any HTTPClient
    let now: @Sendable () -> Int64
    /// Of a `credential_process`.
    let timeLimit: Duration

    /// Finds a profile's credentials: a role, then keys, then a program.
    ///
    /// - Parameters:
    ///   - name: of the profile.
    ///   - users: the profiles whose source this one is, the nearest last.
    /// - Returns: nil where there is no such profile, or it has none.
    /// - Throws: reject, where the profile contradicts itself or asks for what is not there.
    func provider(_ name: String, for users: [String] = []) throws(Fault) -> (any CredentialProvider)? {
        guard let profile = profiles[name] else { return nil }
        if let arn = profile["role_arn"], users.last != name {
            guard !users.contains(name) else { throw Self.fault(name, "is its own source, by way of others") }
            return try role(arn, name, profile, users + [name])
        }
        if let id = profile["aws_access_key_id"] {
            guard let secret = profile["aws_secret_access_key"] else {
                throw Self.fault(name, "has aws_access_key_id without aws_secret_access_key")
            }
            let token = profile["aws_session_token"]
            let keys = SigningCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token)
            return FixedCredentialProvider(fixed: keys)
        }
        if let line = profile["credential_process"] {
            let command = ShellCommand(line: line, environment: environment, timeLimit: timeLimit)
            return CredentialCache(ProcessSource(command: command), now: now)
        }
        guard profile["sso_session"] == nil, profile["sso_start_url"] == nil else {
            throw Self.fault(name, "signs in by SSO; give it credential_process = aws configure export-credentials")
        }
        return nil
    }

    private func role(
        _ arn: String,
        _ name: String,
        _ profile: [String: String],
        _ users: [String]
    ) throws(Fault) -> any CredentialProvider {
        guard profile["mfa_serial"] == nil else { throw Self.fault(name, "asks for a person: mfa_serial") }
        let settings = try settings(profile)
        let role = STSRole(
            arn: arn,
            sessionName: profile["role_session_name"],
            externalID: profile["external_id"],
            durationSeconds: profile["duration_seconds"]
        )
        if let file = profile["web_identity_token_file"] {
            let caller = STSCaller(settings: settings, http: http, credentials: nil, now: now)
            return CredentialCache(WebIdentitySource(role: role, tokenFile: file, caller: caller), now: now)
        }
        let source = try source(name, profile, users)
        let caller = STSCaller(settings: settings, http: http, credentials: source, now: now)
        return CredentialCache(AssumedRoleSource(role: role, caller: caller), now: now)
    }

    /// What a role is taken on with.
    private func source(
        _ name: String,
        _ profile: [String: String],
        _ users: [String]
    ) throws(Fault) -> any CredentialProvider {
        let source: (any CredentialProvider)?
        switch (profile["source_profile"], profile["credential_source"]) {
        case (let other?, nil):
            source = try provider(other, for: users)
        case (nil, "Environment"):
            source = try EnvironmentCredentialProvider(environment: environment)
        case (nil, "EcsContainer"):
            source = try ContainerCredentialProvider(environment: environment, http: http, now: now)
        case (nil, "Ec2InstanceMetadata"):
            source = try InstanceCredentialProvider(environment: environment, http: http, now: now)
        default:
            throw Self.fault(name, "has role_arn, and needs one of source_profile and credential_source beside it")
        }
        guard let source else { throw Self.fault(name, "has a source that has no credentials") }
        return source
    }

    /// The environment's region comes before the profile's.
    private func settings(_ profile: [String: String]) throws(Fault) -> AWSSettings {
        var environment = environment
        let isSet = ["AWS_REGION", "AWS_DEFAULT_REGION"].contains { environment[$0]?.isEmpty == false }
        if !isSet, let region = profile["region"] { environment["AWS_REGION"] = region }
        return try AWSSettings(environment: environment)
    }

    private static func fault(_ name: String, _ reason: String) -> Fault {
        .reject(LocalAgent.operation, "the AWS profile '\(name)' \(reason)")
    }
}
