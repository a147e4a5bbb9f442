import CLibAV
import Pipeline

/// What opening a file may cost; a hostile one may send libav round in circles.
struct OpeningWork {
    private let limits: MediaLimits
    private let endSeconds: Double
    private var readByteCount = 0

    /// Begins to count on the calling thread.
    init(_ limits: MediaLimits) {
        self.limits = limits
        endSeconds = clibav_thread_seconds() + Double(limits.openingWork.components.seconds)
    }

    /// Counts bytes that libav gets, again where it reads them again.
    mutating func count(_ byteCount: Int) { readByteCount += byteCount }

    /// What limit is passed; nil where none is. Time counts as this thread's work: a slow store is not the file's fault.
    func fault() -> Fault? {
        if clibav_thread_seconds() > endSeconds {
            let seconds = limits.openingWork.components.seconds
            return .reject("media.open", "reading its headers takes more than \(seconds) s of work")
        }
        guard readByteCount > limits.openingByteCount else { return nil }
        return .reject("media.open", "its headers take more than \(limits.openingByteCount) bytes")
    }
}
