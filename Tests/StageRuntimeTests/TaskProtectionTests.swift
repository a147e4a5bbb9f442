import Cloud
import Foundation
import Logging
import Pipeline
import Synchronization
import Testing

@testable import StageRuntime

/// ECS's agent, as the endpoint of task protection.
private final class Agent: HTTPClient {
    let requests = Mutex<[HTTPRequest]>([])
    let status = Mutex(200)
    /// In the place of ECS's consent.
    let answer = Mutex<String?>(nil)

    func send(_ request: HTTPRequest) async throws(Fault) -> HTTPResponse {
        requests.withLock { $0.append(request) }
        let isProtected = String(decoding: request.body, as: UTF8.self).contains("true")
        let text = answer.withLock { $0 } ?? #"{"protection":{"ProtectionEnabled":\#(isProtected),"TaskArn":"arn"}}"#
        return HTTPResponse(status: status.withLock { $0 }, headers: [:], body: Text(text))
    }

    /// What was asked for, in order.
    var asked: [Bool] {
        requests.withLock { requests in
            requests.compactMap { request in
                let body = try? JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any]
                return body?["ProtectionEnabled"] as? Bool
            }
        }
    }
}

private actor Text: HTTPBody {
    private var rest: [UInt8]?

    init(_ text: String) { rest = Array(text.utf8) }

    func next() -> [UInt8]? { rest.take() }
}

private final class Time: Sendable {
    let now = Mutex(ContinuousClock.now)
}

@Suite struct TaskProtectionTests {
    private let agent = Agent()
    private let time = Time()

    private func protection() -> TaskProtection {
        TaskProtection(agent: "http://agent/api/1", http: agent, logger: Logger(label: "test")) { [time] in
            time.now.withLock { $0 }
        }
    }

    private func pass(_ duration: Duration) { time.now.withLock { $0 += duration } }

    @Test func aTaskIsProtectedWhileItWorksAndNotLonger() async {
        let protection = protection()
        await protection.update(isBusy: false)
        #expect(agent.asked.isEmpty)
        await protection.update(isBusy: true)
        pass(.seconds(10))
        await protection.update(isBusy: true)
        #expect(agent.asked == [true])
        pass(.seconds(300))
        await protection.update(isBusy: true)
        #expect(agent.asked == [true, true])
        pass(.seconds(10))
        await protection.update(isBusy: false)
        #expect(agent.asked == [true, true])
        pass(.seconds(30))
        await protection.update(isBusy: false)
        await protection.update(isBusy: false)
        #expect(agent.asked == [true, true, false])
        let request = agent.requests.withLock { $0.first }
        #expect(request?.method == "PUT" && request?.url == "http://agent/api/1/task-protection/v1/state")
    }

    @Test func anAgentThatRefusesIsAskedAgain() async {
        let protection = protection()
        agent.status.withLock { $0 = 400 }
        await protection.update(isBusy: true)
        await protection.update(isBusy: true)
        #expect(agent.asked == [true, true])
    }

    @Test func aRefusalThatComesWithStatus200IsOne() async {
        let protection = protection()
        agent.answer.withLock { $0 = #"{"failure":{"Arn":"arn","Reason":"DEPLOYMENT_BLOCKED"}}"# }
        await protection.update(isBusy: true)
        await protection.update(isBusy: true)
        #expect(agent.asked == [true, true])
    }

    @Test func outsideECSThereIsNone() {
        let logger = Logger(label: "test")
        #expect(TaskProtection.named(in: [:], http: agent, logger: logger) == nil)
        #expect(TaskProtection.named(in: ["ECS_AGENT_URI": "http://a"], http: agent, logger: logger) != nil)
    }
}
