/// One run of one stage for one generation of an asset: a row of the ledger.
///
/// Ingest's runs are keyed by generation 0: they come before there is a generation, and are in no plan.
package struct RunKey: Hashable, Codable, Sendable {
    package let tenant: Tenant
    package let asset: AssetID
    package let generation: Int
    package let name: RunName

    package init(tenant: Tenant, asset: AssetID, generation: Int, name: RunName) {
        self.tenant = tenant
        self.asset = asset
        self.generation = generation
        self.name = name
    }
}
