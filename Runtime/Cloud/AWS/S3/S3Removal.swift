internal import Pipeline

/// The removal of objects: many with one request, or each with its own where a store knows no better.
struct S3Removal: Sendable {
    private static let batchCount = 1000
    private static let requestsInFlight = 8

    let store: S3ObjectStore

    func run(_ keys: [String]) async -> [Result<Void, Fault>] {
        var results: [Result<Void, Fault>] = []
        for start in stride(from: 0, to: keys.count, by: Self.batchCount) {
            results += await remove(keys[start..<min(start + Self.batchCount, keys.count)])
        }
        return results
    }

    private func remove(_ keys: ArraySlice<String>) async -> [Result<Void, Fault>] {
        let objects = keys.map { "<Object><Key>\(XMLDocument.escaped($0))</Key></Object>" }.joined()
        let body = Array(
            #"<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>\#(objects)</Delete>"#.utf8
        )
        let request = store.bucket.request(
            "DeleteObjects",
            "POST",
            query: [("delete", "")],
            headers: ["Content-Type": "application/xml", "Content-MD5": Base64.encoded(MD5.digest(body))],
            body: body
        )
        let response: AWSResponse
        do throws(Fault) { response = try await store.client.call(request) } catch {
            if error.serviceError?.status == 501 || error.serviceError?.code == "NotImplemented" {
                return await removeEach(keys)
            }
            return keys.map { _ in .failure(error) }
        }
        var refused: [String: Fault] = [:]
        for element in XMLDocument.root(response.body)?.all("Error") ?? [] {
            let (code, message) = (element["Code"] ?? "", element["Message"] ?? "")
            guard let key = element["Key"], code != "NoSuchKey" else { continue }
            let error = AWSServiceError(status: response.status, code: code, message: message)
            refused[key] = Fault(operation: request.operation, verdict: error.verdict, underlying: error)
        }
        return keys.map { key in refused[key].map { .failure($0) } ?? .success(()) }
    }

    private func removeEach(_ keys: ArraySlice<String>) async -> [Result<Void, Fault>] {
        await withTaskGroup(of: (Int, Result<Void, Fault>).self) { group in
            var results = [Result<Void, Fault>](repeating: .success(()), count: keys.count)
            for (index, key) in keys.enumerated() {
                if index >= Self.requestsInFlight, let (done, result) = await group.next() { results[done] = result }
                group.addTask { (index, await remove(key)) }
            }
            for await (done, result) in group { results[done] = result }
            return results
        }
    }

    private func remove(_ key: String) async -> Result<Void, Fault> {
        do throws(Fault) {
            _ = try await store.client.call(store.bucket.request("DeleteObject", "DELETE", key: key))
            return .success(())
        } catch {
            let isGone = error.serviceError?.status == 404 && error.serviceError?.code != "NoSuchBucket"
            return isGone ? .success(()) : .failure(error)
        }
    }
}
