internal import CLibCurl
internal import Glibc
internal import Pipeline

/// libcurl's handle of one transfer, set up from its request. Lives on the loop's thread.
final class CurlHandle {
    private static let connectMilliseconds = 5_000
    private static let bufferByteCount = 256 << 10
    /// libcurl takes the mean of some five seconds.
    private static let stallBytesPerSecond = 64

    let easy: UnsafeMutableRawPointer
    let transfer: CurlTransfer
    private var headers: UnsafeMutablePointer<curl_slist>?
    private let words: UnsafeMutablePointer<CChar>
    private var sentByteCount = 0

    /// - Returns: nil where libcurl has no memory.
    init?(_ transfer: CurlTransfer) {
        guard let easy = curl_easy_init() else { return nil }
        self.easy = easy
        self.transfer = transfer
        words = .allocate(capacity: Int(CURL_ERROR_SIZE))
        words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        setConnection()
        setTimeout()
        setHeaders()
        setMethod()
        setCallbacks()
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headers)
        words.deallocate()
    }

    /// Lets a paused transfer go on.
    func resume() { curl_easy_pause(easy, CURLPAUSE_CONT) }

    /// What libcurl's code means for the caller.
    func result(_ code: CURLcode) -> Result<Void, Fault> {
        guard code != CURLE_OK else { return .success(()) }
        let said = String(cString: words)
        let error = HTTPTransportError(
            code: Int(code.rawValue),
            description: said.isEmpty ? String(cString: curl_easy_strerror(code)) : said,
            isTimeout: code == CURLE_OPERATION_TIMEDOUT
        )
        switch code {
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
            return .failure(.reject(transfer.request.operation, "the URL can't be used", underlying: error))
        default:
            return .failure(transfer.fault(error))
        }
    }

    private func setConnection() {
        media_curl_set_string(easy, CURLOPT_URL, transfer.request.url)
        media_curl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        media_curl_set_long(easy, CURLOPT_PATH_AS_IS, 1)
        media_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        media_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        media_curl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1)
        media_curl_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        media_curl_set_long(easy, CURLOPT_BUFFERSIZE, Self.bufferByteCount)
        media_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Self.connectMilliseconds)
        media_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, words)
    }

    private func setTimeout() {
        switch transfer.request.timeout {
        case .total(let duration):
            media_curl_set_long(easy, CURLOPT_TIMEOUT_MS, max(1, Int(duration / .milliseconds(1))))
        case .stall(let duration):
            media_curl_set_long(easy, CURLOPT_LOW_SPEED_LIMIT, Self.stallBytesPerSecond)
            media_curl_set_long(easy, CURLOPT_LOW_SPEED_TIME, max(1, Int(duration.components.seconds)))
        }
    }

    private func setHeaders() {
        // libcurl waits a second for a "100 Continue" that few servers send.
        headers = curl_slist_append(headers, "Expect:")
        for field in transfer.request.headers.fields {
            let line = field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)"
            headers = curl_slist_append(headers, line)
        }
        media_curl_set_list(easy, CURLOPT_HTTPHEADER, headers)
    }

    private func setMethod() {
        let request = transfer.request
        switch request.method {
        case "HEAD":
            media_curl_set_long(easy, CURLOPT_NOBODY, 1)
        case _ where request.body.isEmpty && ["GET", "DELETE"].contains(request.method):
            media_curl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method)
        default:
            media_curl_set_long(easy, CURLOPT_UPLOAD, 1)
            media_curl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method)
            media_curl_set_offset(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(request.body.count))
        }
    }

    /// The callbacks get this handle, which outlives the transfer's stay in the loop.
    private func setCallbacks() {
        let this = Unmanaged.passUnretained(self).toOpaque()
        media_curl_set_pointer(easy, CURLOPT_WRITEDATA, this)
        media_curl_set_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, this in
            guard let handle = CurlHandle.from(this) else { return 0 }
            let chunk = UnsafeRawBufferPointer(start: bytes, count: size * count)
            return handle.transfer.take(chunk) ? chunk.count : Int(CURL_WRITEFUNC_PAUSE)
        }
        media_curl_set_pointer(easy, CURLOPT_HEADERDATA, this)
        media_curl_set_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, this in
            guard let handle = CurlHandle.from(this) else { return 0 }
            var line = UnsafeRawBufferPointer(start: bytes, count: size * count)[...]
            while let last = line.last, last == 10 || last == 13 { line.removeLast() }
            handle.transfer.take(
                headerLine: String(decoding: line, as: UTF8.self),
                status: media_curl_status(handle.easy)
            )
            return size * count
        }
        media_curl_set_pointer(easy, CURLOPT_READDATA, this)
        media_curl_set_callback(easy, CURLOPT_READFUNCTION) { bytes, size, count, this in
            CurlHandle.from(this)?.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count)) ?? 0
        }
        media_curl_set_pointer(easy, CURLOPT_SEEKDATA, this)
        media_curl_set_seek(easy) { this, offset, origin in
            guard let handle = CurlHandle.from(this), origin == SEEK_SET else { return CURL_SEEKFUNC_FAIL }
            handle.sentByteCount = Int(offset)
            return CURL_SEEKFUNC_OK
        }
    }

    private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let body = transfer.request.body
        let count = min(buffer.count, body.count - sentByteCount)
        body.withUnsafeBytes { buffer.copyMemory(from: .init(rebasing: $0[sentByteCount..<sentByteCount + count])) }
        sentByteCount += count
        return count
    }

    private static func from(_ pointer: UnsafeMutableRawPointer?) -> CurlHandle? {
        pointer.map { Unmanaged<CurlHandle>.fromOpaque($0).takeUnretainedValue() }
    }
}
