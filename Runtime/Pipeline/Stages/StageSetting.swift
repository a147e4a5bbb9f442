/// What a stage may need to know to read a message.
package struct StageSetting: Sendable {
    /// Of assets that come by object events, which name none.
    package let tenant: Tenant
    /// The bucket that the pipeline reads and writes.
    package let bucket: String
    package let digester: any Digester

    package init(tenant: Tenant, bucket: String, digester: any Digester) {
        self.tenant = tenant
        self.bucket = bucket
        self.digester = digester
    }
}
