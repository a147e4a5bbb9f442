internal import FoundationEssentials
package import Pipeline

/// A topic of Pub/Sub and a subscription to it, as one queue.
///
/// Pub/Sub has no delayed messages: a delay travels as an attribute, and a message that comes before its time is put
/// off. That costs it one delivery attempt for every 600 s. A delivery's attributes hold the sender's and, under
/// ``Delivery/sentTimestamp``, when it was sent.
///
/// How many messages wait only Cloud Monitoring knows, as `subscription/num_undelivered_messages`, some minutes late:
/// ``Queue/depth()`` is nil.
///
/// The service hands the next message to a pull that it still holds open, also where nobody waits for the answer any
/// more: the message is hidden then until the subscription's own deadline. So a pull outlives the wait that began it,
/// and the next long wait takes it up. That of a process that ends may still cost a message that deadline.
package struct PubSubQueue: Queue {
    static let attributeCount = 100
    private static let pullCount = 1_000
    private static let publishCount = 1_000
    private static let publishByteCount = 9_000_000
    private static let leaseSeconds = 1...600
    private static let exactlyOnceSeconds = 60
    /// The service holds a pull that finds nothing open for some 90 s.
    private static let holdTimeout = Duration.seconds(120)
    /// A shorter wait is made of looks.
    private static let longWait = Duration.seconds(5)
    private static let lookPause = Duration.milliseconds(200)
    private static let lookTimeout = Duration.seconds(10)
    /// Unix milliseconds, as text.
    private static let notBefore = "media-not-before"

    /// "projects/P/topics/T".
    package let topic: String
    /// "projects/P/subscriptions/S".
    package let subscription: String
    private let isExactlyOnce: Bool
    private let caller: PubSubCaller
    private let settlement: PubSubSettlement
    private let pulls = PubSubPulls()
    private let now: @Sendable () -> Int64

    /// Makes a queue of what exists already.
    ///
    /// - Parameters:
    ///   - topic: its full name.
    ///   - subscription: its full name.
    ///   - isExactlyOnce: as the subscription's own description says.
    ///   - caller: the service.
    ///   - now: Unix milliseconds.
    package init(
        topic: String,
        subscription: String,
        isExactlyOnce: Bool = false,
        caller: PubSubCaller,
        now: @escaping @Sendable () -> Int64 = { Int64(Date.now.timeIntervalSince1970 * 1000) }
    ) {
        self.topic = topic
        self.subscription = subscription
        self.isExactlyOnce = isExactlyOnce
        self.caller = caller
        self.now = now
        settlement = PubSubSettlement(subscription: subscription, caller: caller)
    }

    package func receive(atMost count: Int, wait: Duration, lease: Duration) async throws(Fault) -> [Delivery] {
        let count = min(max(count, 1), Self.pullCount)
        let pulled = try await pull(count, wait)
        // A pull that was begun for more may have brought more.
        if pulled.count > count {
            _ = await release(pulled[count...].map { Receipt(rawValue: $0.ackId) }, after: .zero)
        }
        let messages = pulled.prefix(count)
        let now = now()
        let early = messages.filter { remaining($0, now) > .zero }
        for message in early {
            let receipt = Receipt(rawValue: message.ackId)
            _ = await release([receipt], after: remaining(message, now))
        }
        let due = messages.filter { remaining($0, now) <= .zero }
        let leased = await extend(due.map { Receipt(rawValue: $0.ackId) }, lease: lease)
        // One whose lease could not be set may be another's already; it comes again.
        return zip(due, leased).filter { (try? $0.1.get()) != nil }.map { delivery($0.0) }
    }

    package func extend(_ receipts: [Receipt], lease: Duration) async -> [Result<Void, Fault>] {
        let shortest = isExactlyOnce ? Self.exactlyOnceSeconds : Self.leaseSeconds.lowerBound
        let seconds = min(max(Self.seconds(lease), shortest), Self.leaseSeconds.upperBound)
        return await settlement.modifyDeadline(receipts, seconds: seconds)
    }

    package func release(_ receipts: [Receipt], after delay: Duration) async -> [Result<Void, Fault>] {
        await settlement.modifyDeadline(receipts, seconds: min(Self.seconds(delay), Self.leaseSeconds.upperBound))
    }

    package func acknowledge(_ receipts: [Receipt]) async -> [Result<Void, Fault>] {
        await settlement.acknowledge(receipts)
    }

    /// A request takes messages of one ordering key alone.
    package func send(_ messages: [OutgoingMessage]) async -> [Result<Void, Fault>] {
        var keys: [String?] = []
        var indices: [String?: [Int]] = [:]
        for (index, message) in messages.enumerated() {
            if indices[message.orderingKey] == nil { keys.append(message.orderingKey) }
            indices[message.orderingKey, default: []].append(index)
        }
        var results = [Result<Void, Fault>](repeating: .failure(.retry("pubsub.publish")), count: messages.count)
        for key in keys {
            let indices = indices[key] ?? []
            for (index, result) in zip(indices, await send(of: key, indices.map { messages[$0] })) {
                results[index] = result
            }
        }
        return results
    }

    private func send(of key: String?, _ messages: [OutgoingMessage]) async -> [Result<Void, Fault>] {
        var results: [Result<Void, Fault>] = []
        var batch: [PubSubShape.Message] = []
        var byteCount = 0
        for message in messages {
            let shape = shape(message)
            let length = Self.byteCount(shape)
            if batch.count == Self.publishCount || byteCount + length > Self.publishByteCount {
                results += await publish(batch)
                batch = []
                byteCount = 0
                // What comes after one that failed would overtake it.
                if key != nil, case .failure(let fault)? = results.last {
                    return results + messages.dropFirst(results.count).map { _ in .failure(fault) }
                }
            }
            batch.append(shape)
            byteCount += length
        }
        return results + (await publish(batch))
    }

    private func pull(_ count: Int, _ wait: Duration) async throws(Fault) -> [PubSubShape.Received] {
        guard wait >= Self.longWait else {
            // One that is held open from before gets what comes: it must not lie there until somebody has time to wait.
            if let held = pulls.take() {
                guard let answer = await held.answer(within: Self.lookPause) else {
                    pulls.keep(held)
                    return try await look(count, wait)
                }
                let messages = try answer.get()
                if !messages.isEmpty { return messages }
            }
            return try await look(count, wait)
        }
        let pull = pulls.take() ?? newPull(count)
        guard let answer = await pull.answer(within: wait) else {
            guard Task.isCancelled else {
                pulls.keep(pull)
                return []
            }
            // What it brings is for another, while this process still lives.
            Task {
                guard case .success(let messages)? = await pull.answer(within: Self.holdTimeout) else { return }
                await giveBack(messages)
            }
            throw .retry("pubsub.pull", underlying: CancellationError())
        }
        return try answer.get()
    }

    private func newPull(_ count: Int) -> PubSubPull {
        PubSubPull { [self] messages in
            await giveBack(messages)
        } _: { [self] in
            await ask(count, isLook: false)
        }
    }

    private func giveBack(_ messages: [PubSubShape.Received]) async {
        _ = await settlement.modifyDeadline(messages.map { Receipt(rawValue: $0.ackId) }, seconds: 0)
    }

    /// Looks again and again: a pull that is held open would take what comes after the wait.
    private func look(_ count: Int, _ wait: Duration) async throws(Fault) -> [PubSubShape.Received] {
        let end = ContinuousClock.now + wait
        while true {
            let messages = try await ask(count, isLook: true).get()
            guard messages.isEmpty, ContinuousClock.now + Self.lookPause < end, !Task.isCancelled else {
                return messages
            }
            await caller.pause(Self.lookPause)
        }
    }

    private func ask(_ count: Int, isLook: Bool) async -> PubSubPull.Answer {
        let input = PubSubShape.Pull(maxMessages: count, returnImmediately: isLook ? true : nil)
        do throws(Fault) {
            let answer: PubSubShape.Pulled = try await caller.callOnce(
                "pull",
                "POST",
                "\(subscription):pull",
                input,
                timeout: isLook ? Self.lookTimeout : Self.holdTimeout
            )
            return .success(answer.receivedMessages ?? [])
        } catch {
            return !isLook && isDeadline(error) ? .success([]) : .failure(error)
        }
    }

    /// Whether a pull ended because nothing came in time.
    private func isDeadline(_ fault: Fault) -> Bool {
        if fault.googleError?.status == 504 { return true }
        return ((fault.underlying as? Fault)?.underlying as? HTTPTransportError)?.isTimeout == true
    }

    private func publish(_ batch: [PubSubShape.Message]) async -> [Result<Void, Fault>] {
        guard !batch.isEmpty else { return [] }
        do throws(Fault) {
            let input = PubSubShape.Publish(messages: batch)
            let _: PubSubShape.Nothing = try await caller.call("publish", "POST", "\(topic):publish", input)
            return batch.map { _ in .success(()) }
        } catch {
            return batch.map { _ in .failure(error) }
        }
    }

    private func shape(_ message: OutgoingMessage) -> PubSubShape.Message {
        var attributes = message.attributes
        if message.delay > .zero {
            attributes[Self.notBefore] = String(now() + Int64(message.delay / .milliseconds(1)))
        }
        return PubSubShape.Message(data: message.body, attributes: attributes, orderingKey: message.orderingKey)
    }

    /// How long it is until a message's time.
    private func remaining(_ received: PubSubShape.Received, _ now: Int64) -> Duration {
        let time = received.message.attributes?[Self.notBefore].flatMap { Int64($0) } ?? now
        return .milliseconds(max(time, now) - now)
    }

    private func delivery(_ received: PubSubShape.Received) -> Delivery {
        var attributes = received.message.attributes ?? [:]
        attributes[Self.notBefore] = nil
        let sent = received.message.publishTime.flatMap { UnixTime.parse(rfc3339: $0) }
        attributes[Delivery.sentTimestamp] = sent.map { String($0 * 1000) }
        return Delivery(
            messageID: received.message.messageId ?? "",
            receipt: Receipt(rawValue: received.ackId),
            body: received.message.data ?? Data(),
            attributes: attributes,
            receiveCount: max(received.deliveryAttempt ?? 1, 1),
            orderingKey: received.message.orderingKey.flatMap { $0.isEmpty ? nil : $0 }
        )
    }

    /// What counts towards the service's limit, in base64, with some for the names.
    private static func byteCount(_ message: PubSubShape.Message) -> Int {
        let bodyByteCount = (message.data?.count ?? 0) * 4 / 3 + 64
        return (message.attributes ?? [:]).reduce(bodyByteCount) { $0 + $1.key.utf8.count + $1.value.utf8.count }
    }

    /// Whole seconds, rounded up.
    private static func seconds(_ duration: Duration) -> Int {
        max(0, Int((duration / .seconds(1)).rounded(.up)))
    }
}
