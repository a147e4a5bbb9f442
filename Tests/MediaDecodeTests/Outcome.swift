import MediaDecode
import Pipeline

/// The reason that a person reads when a file is refused; nil where it was opened or may be tried again.
func rejection(_ source: any ByteSource, limits: MediaLimits = MediaLimits()) async -> String? {
    do throws(Fault) {
        _ = try await MediaReader.open(source, limits: limits)
        return nil
    } catch {
        guard case .reject(let reason) = error.verdict else { return nil }
        return reason
    }
}
