internal import CLibCurl

/// What the transfers of a loop have in common. Lives on the loop's thread.
final class CurlPool {
    /// libcurl's handles that are kept for the next transfer: some 20 KB each.
    private static let spareCount = 16

    private var spare: [UnsafeMutableRawPointer] = []
    /// Transfers that have more for their readers than these were told. They are told together, after libcurl has done what
    /// there was to do: most responses come whole, and their readers wake once.
    private var news: [CurlTransfer] = []

    deinit { for easy in spare { curl_easy_cleanup(easy) } }

    /// Takes a handle without options.
    ///
    /// - Returns: nil where libcurl has no memory.
    func take() -> UnsafeMutableRawPointer? { spare.popLast() ?? curl_easy_init() }

    /// Keeps a handle whose transfer has ended well and is out of the loop, for the next one.
    func give(_ easy: UnsafeMutableRawPointer) {
        guard spare.count < Self.spareCount else { return curl_easy_cleanup(easy) }
        curl_easy_reset(easy)
        spare.append(easy)
    }

    func note(_ transfer: CurlTransfer) { news.append(transfer) }

    func tell() {
        for transfer in news { transfer.tell() }
        news.removeAll(keepingCapacity: true)
    }
}
