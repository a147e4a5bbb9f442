/// One step of the schema, applied once and never changed after.
package struct Migration: Sendable, Equatable {
    /// From 1, without gaps.
    package let version: Int
    package let name: String
    package let sql: String

    package init(version: Int, name: String, sql: String) {
        self.version = version
        self.name = name
        self.sql = sql
    }

    /// The files of `Migrations/`.
    package static let all = [
        Migration(version: 1, name: "catalog", sql: text(PackageResources._001_catalog_sql)),
        Migration(version: 2, name: "lanes", sql: text(PackageResources._002_lanes_sql)),
        Migration(version: 3, name: "fingerprints", sql: text(PackageResources._003_fingerprints_sql)),
        Migration(version: 4, name: "pages", sql: text(PackageResources._004_pages_sql)),
        Migration(version: 5, name: "uploaded", sql: text(PackageResources._005_uploaded_sql)),
        Migration(version: 6, name: "names", sql: text(PackageResources._006_names_sql)),
    ]

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
