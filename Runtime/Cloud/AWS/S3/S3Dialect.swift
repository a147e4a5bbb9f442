/// What stores that speak S3's protocol do each in their own way.
package enum S3Dialect: Sendable, Equatable {
    case amazon
    /// Cloud Storage's XML API, with HMAC keys.
    case cloudStorage

    /// Knows Cloud Storage by its hosts: the global one, a bucket's, and those of regions.
    init(authority: String) {
        let host = authority.prefix { $0 != ":" }
        let isGlobal = host == "storage.googleapis.com" || host.hasSuffix(".storage.googleapis.com")
        let isRegional = host.hasPrefix("storage.") && host.hasSuffix(".rep.googleapis.com")
        self = isGlobal || isRegional ? .cloudStorage : .amazon
    }

    var service: AWSService { self == .amazon ? .s3 : .cloudStorage }

    /// What makes a write fail where there is an object already.
    var absentCondition: (name: String, value: String) {
        self == .amazon ? ("If-None-Match", "*") : ("x-goog-if-generation-match", "0")
    }
}
