internal import Dispatch
internal import Pipeline

/// A program that prints credentials.
///
/// Source: "Process credential provider", AWS SDKs and tools reference guide.
struct ProcessSource: CredentialSource {
    /// A wait for a program must not take one of the threads that tasks run on.
    private static let queue = DispatchQueue(label: "aws.credential-process", attributes: .concurrent)

    let command: ShellCommand

    func load() async throws(Fault) -> ExpiringCredentials {
        let result: Result<[UInt8], Fault> = await withCheckedContinuation { done in
            Self.queue.async { [command] in
                done.resume(returning: Result { () throws(Fault) in try command.run() })
            }
        }
        guard let credentials = CredentialDocument.credentials(try result.get(), canLast: true) else {
            throw .reject(LocalAgent.operation, "credential_process printed something that is no credentials")
        }
        return credentials
    }
}
