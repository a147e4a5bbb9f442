internal import CLibCurl
internal import Glibc
internal import Pipeline

/// libcurl's handle of one transfer, set up from its request. Lives on the loop's thread.
final class CurlHandle {
    private static let connectMilliseconds = 5_000
    /// Of streams; other responses are small.
    private static let streamBufferByteCount = 256 << 10
    private static let bufferByteCount = 16 << 10
    /// libcurl takes the mean of some five seconds.
    private static let stallBytesPerSecond = 64
    /// libcurl sends a body of so many bytes with the request's head; longer ones are read piece by piece.
    private static let headBodyByteCount = 60 << 10

    let easy: UnsafeMutableRawPointer
    /// Nil between two transfers.
    private(set) var transfer: CurlTransfer?
    /// Whether it may take another transfer: one whose body goes with the head, and whose buffer is small.
    let isReusable: Bool
    private unowned let pool: CurlPool
    private let headers = CurlHeaderList()
    private let words: UnsafeMutablePointer<CChar>
    /// What the handle is set to.
    private var url = ""
    private var timeout: HTTPTimeout?
    private var body: [UInt8] = []
    private var sentByteCount = 0
    /// Of the response's head, as far as it has come.
    private var fields = HTTPHeaders()
    private var hasHead = false

    /// Sets a transfer up; nil where libcurl has no memory.
    ///
    /// - Parameters:
    ///   - transfer: what to do.
    ///   - pool: hears what there is for readers.
    init?(_ transfer: CurlTransfer, _ pool: CurlPool) {
        guard let easy = curl_easy_init() else { return nil }
        self.easy = easy
        self.pool = pool
        isReusable = Self.canReuse(transfer.request)
        words = .allocate(capacity: Int(CURL_ERROR_SIZE))
        words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        setConnection()
        setCallbacks()
        setMethod(transfer.request)
        begin(transfer)
    }

    deinit {
        curl_easy_cleanup(easy)
        words.deallocate()
    }

    /// Takes the next transfer, which must be of the kind that handles are used again for.
    func begin(_ transfer: CurlTransfer) {
        let request = transfer.request
        self.transfer = transfer
        words[0] = 0
        (sentByteCount, fields, hasHead) = (0, HTTPHeaders(), false)
        if request.url != url {
            url = request.url
            media_curl_set_string(easy, CURLOPT_URL, url)
        }
        setTimeout(request.timeout)
        // libcurl waits a second for a "100 Continue" that few servers send; and it would name a form.
        let isUnnamed = isReusable && request.headers["Content-Type"] == nil
        let list = headers.set(request.headers.fields, isUnnamed ? ["Expect:", "Content-Type:"] : ["Expect:"])
        media_curl_set_list(easy, CURLOPT_HTTPHEADER, list)
        setBody(request.body)
    }

    /// Lets go of a transfer that is out of the loop.
    func end() { transfer = nil }

    /// Whether a handle that has served such a request may serve another one.
    static func canReuse(_ request: HTTPRequest) -> Bool {
        guard case .total = request.timeout else { return false }
        return request.method == "POST" && 1...headBodyByteCount ~= request.body.count
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
            return .failure(.reject(operation, "the URL can't be used", underlying: error))
        default:
            return .failure(.retry(operation, underlying: error))
        }
    }

    private var operation: String { transfer?.request.operation ?? "http" }

    private func setConnection() {
        media_curl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        media_curl_set_long(easy, CURLOPT_PATH_AS_IS, 1)
        media_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        media_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        media_curl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1)
        media_curl_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        media_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Self.connectMilliseconds)
        media_curl_set_long(easy, CURLOPT_BUFFERSIZE, isReusable ? Self.bufferByteCount : Self.streamBufferByteCount)
        media_curl_set_close_on_exec(easy)
        media_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, words)
        media_curl_set_pointer(easy, CURLOPT_PRIVATE, Unmanaged.passUnretained(self).toOpaque())
    }

    private func setTimeout(_ timeout: HTTPTimeout) {
        guard timeout != self.timeout else { return }
        self.timeout = timeout
        switch timeout {
        case .total(let duration):
            media_curl_set_long(easy, CURLOPT_TIMEOUT_MS, max(1, Int(duration / .milliseconds(1))))
        case .stall(let duration):
            media_curl_set_long(easy, CURLOPT_LOW_SPEED_LIMIT, Self.stallBytesPerSecond)
            media_curl_set_long(easy, CURLOPT_LOW_SPEED_TIME, max(1, Int(duration.components.seconds)))
        }
    }

    private func setMethod(_ request: HTTPRequest) {
        switch request.method {
        case _ where isReusable:
            media_curl_set_long(easy, CURLOPT_POST, 1)
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

    /// One that goes with the head is given to libcurl whole; others are read piece by piece.
    private func setBody(_ bytes: [UInt8]) {
        guard isReusable else {
            body = bytes
            return
        }
        media_curl_set_long(easy, CURLOPT_POSTFIELDSIZE, bytes.count)
        bytes.withUnsafeBufferPointer {
            // libcurl only reads it, and takes a copy.
            _ = media_curl_set_pointer(
                easy,
                CURLOPT_COPYPOSTFIELDS,
                UnsafeMutableRawPointer(mutating: $0.baseAddress)
            )
        }
    }

    /// The callbacks get this handle, which outlives the transfer's stay in the loop.
    private func setCallbacks() {
        let this = Unmanaged.passUnretained(self).toOpaque()
        media_curl_set_pointer(easy, CURLOPT_WRITEDATA, this)
        media_curl_set_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, this in
            guard let handle = CurlHandle.from(this) else { return 0 }
            return handle.take(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        media_curl_set_pointer(easy, CURLOPT_HEADERDATA, this)
        media_curl_set_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, this in
            guard let handle = CurlHandle.from(this) else { return 0 }
            handle.take(headerLine: UnsafeRawBufferPointer(start: bytes, count: size * count))
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

    /// - Returns: how many bytes were taken, as libcurl wants to hear it.
    private func take(_ chunk: UnsafeRawBufferPointer) -> Int {
        guard let transfer else { return 0 }
        guard transfer.take(chunk) else { return Int(CURL_WRITEFUNC_PAUSE) }
        pool.note(transfer)
        return chunk.count
    }

    /// A line that begins a response drops what came before: interim responses. What follows the head is a trailer.
    private func take(headerLine line: UnsafeRawBufferPointer) {
        guard !hasHead, let transfer else { return }
        var line = line[...]
        while let last = line.last, last == 10 || last == 13 { line.removeLast() }
        if line.starts(with: "HTTP/".utf8) {
            fields = HTTPHeaders()
        } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            let value = line[(colon + 1)...].drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            fields.append(Self.text(line[..<colon]), Self.text(value))
        } else if line.isEmpty {
            let status = media_curl_status(easy)
            guard status >= 200 else { return }
            hasHead = true
            transfer.take(CurlTransfer.Head(status: status, headers: fields))
            pool.note(transfer)
        }
    }

    private static func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: bytes), as: UTF8.self)
    }

    private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, body.count - sentByteCount)
        body.withUnsafeBytes { buffer.copyMemory(from: .init(rebasing: $0[sentByteCount..<sentByteCount + count])) }
        sentByteCount += count
        return count
    }

    /// The handle of a transfer that is in the loop.
    static func of(_ easy: UnsafeMutableRawPointer) -> CurlHandle? { from(media_curl_private(easy)) }

    private static func from(_ pointer: UnsafeMutableRawPointer?) -> CurlHandle? {
        pointer.map { Unmanaged<CurlHandle>.fromOpaque($0).takeUnretainedValue() }
    }
}
