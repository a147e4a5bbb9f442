import FoundationEssentials
import Pipeline
import Testing

private func topology(_ stages: String) throws -> Topology {
    try Topology(Data("{\"stages\":[\(stages)]}".utf8))
}

private func stage(_ name: String, sends: String = "", lease: Int = 60, attempts: Int = 5, most: Int = 1) -> String {
    """
    {"name":"\(name)","sends":[\(sends)],"leaseSeconds":\(lease),"timeoutSeconds":600,\
    "attempts":\(attempts),"concurrency":1,"cpus":0.25,"memoryMB":512,"minTasks":0,"maxTasks":\(most),\
    "backlogPerTask":10,"reads":[],"writes":[],"models":[]}
    """
}

@Suite struct TopologyTests {
    @Test func theProjectsOwnTopologyIsValid() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let topology = try Topology(Data(contentsOf: root.appending(path: "infra/topology.json")))
        #expect(topology.stages.first?.name == "ingest")
        #expect(topology.stages.last?.name == "publish")
    }

    @Test(arguments: [
        "{}", stage("probe") + "," + stage("probe"), stage("probe", sends: "\"nowhere\""), stage("probe", lease: 5),
        stage("probe", attempts: 0), stage("probe", most: 0),
    ])
    func aTopologyThatCannotRunIsRejected(stages: String) {
        #expect(throws: Fault.self) { try topology(stages) }
    }

    @Test func theReasonNamesTheStageAndTheLimit() throws {
        let fault = try #require(throws: Fault.self) { try topology(stage("probe", lease: 601)) }
        #expect(fault.description.contains("probe: leaseSeconds is 601, not in 10 to 600"))
    }
}
