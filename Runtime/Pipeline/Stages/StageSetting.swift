/// What a stage may need to know to read a message.
package struct StageSetting: Sendable {
    /// Of assets that come by object events, which name none.
    package let tenant: Tenant
    package let digester: any Digester

    package init(tenant: Tenant, digester: any Digester) {
        self.tenant = tenant
        self.digester = digester
    }
}
