internal import Logging
internal import Pipeline
internal import Synchronization

/// A run while its handler is at work.
final class HandledRun: StageRun {
    private let attempts: Attempts
    private let claim: Claim
    private let hold: ClaimKeeper.Hold?
    private let control: RunControl
    private let file = Mutex<FileScratch?>(nil)

    /// - Parameters:
    ///   - attempts: whose run it is.
    ///   - claim: the run's.
    ///   - hold: of the claim; nil where somebody else renews it.
    ///   - control: has the lease.
    init(_ attempts: Attempts, _ claim: Claim, _ hold: ClaimKeeper.Hold?, _ control: RunControl) {
        self.attempts = attempts
        self.claim = claim
        self.hold = hold
        self.control = control
    }

    var objects: any ObjectStore { attempts.world.objects }
    var catalog: any CatalogReader { attempts.world.catalog }
    var models: any ModelClient { attempts.world.models }
    var digester: any Digester { attempts.world.digester }
    var leaseLeft: Duration { control.leaseLeft }

    var scratch: any Scratch {
        file.withLock { file in
            let scratch = file ?? FileScratch()
            file = scratch
            return scratch
        }
    }

    var logger: Logger {
        var logger = attempts.world.logger
        for (key, value) in claim.metadata { logger[metadataKey: key] = value }
        return logger
    }

    func report(_ progress: Double) {
        if let hold { attempts.claims.report(progress, of: hold) }
    }
}

extension Claim {
    /// What a log line says of an attempt.
    var metadata: Logger.Metadata { run.metadata.merging(["attempt": "\(attempt)"]) { $1 } }
}
