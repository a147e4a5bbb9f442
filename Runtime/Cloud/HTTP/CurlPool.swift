internal import CLibCurl

/// What the transfers of a loop have in common. Lives on the loop's thread.
final class CurlPool {
    /// Handles that are kept for the next transfer: some 20 KB each, and the last body.
    private static let spareCount = 16

    private var spare: [CurlHandle] = []
    /// Transfers that have more for their readers than these were told. They are told together, after libcurl has done
    /// what there was to do: most responses come whole, and their readers wake once.
    private var news: [CurlTransfer] = []

    /// A handle that is set up for a transfer.
    ///
    /// - Returns: nil where libcurl has no memory.
    func handle(for transfer: CurlTransfer) -> CurlHandle? {
        guard CurlHandle.canReuse(transfer.request), let handle = spare.popLast() else {
            return CurlHandle(transfer, self)
        }
        handle.begin(transfer)
        return handle
    }

    /// Keeps a handle whose transfer has ended well and is out of the loop, for the next one.
    func give(_ handle: CurlHandle) {
        handle.end()
        if handle.isReusable, spare.count < Self.spareCount { spare.append(handle) }
    }

    func note(_ transfer: CurlTransfer) { news.append(transfer) }

    func tell() {
        for transfer in news { transfer.tell() }
        news.removeAll(keepingCapacity: true)
    }
}
