internal import Pipeline

/// The reader's end of a transfer; the transfer ends with it.
final class CurlBody: HTTPBody {
    private let transfer: CurlTransfer
    private let loop: CurlLoop

    init(transfer: CurlTransfer, loop: CurlLoop) {
        self.transfer = transfer
        self.loop = loop
    }

    deinit { cancel() }

    func next() async throws(Fault) -> [UInt8]? {
        // One that is cancelled hears of that first.
        if !Task.isCancelled, let ready = transfer.ready() { return try ready.get() }
        return try await withTaskCancellationHandler {
            await transfer.next { [loop, transfer] in loop.post(.resume(transfer)) }
        } onCancel: {
            cancel()
        }.get()
    }

    func cancel() {
        guard !transfer.hasEnded, transfer.end(.failure(transfer.fault(CancellationError()))) else { return }
        loop.post(.remove(transfer))
    }
}
