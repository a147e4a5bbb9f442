extension ScriptedHTTPClient.Answer {
    /// A role's credentials, as STS writes them.
    static func sts(_ action: String, _ expiration: String, id: String = "AKID") -> Self {
        .init(
            body: """
                <\(action)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><\(action)Result>
                <Credentials><AccessKeyId>\(id)</AccessKeyId><SecretAccessKey>s/+=</SecretAccessKey>
                <SessionToken>t&amp;</SessionToken><Expiration>\(expiration)</Expiration></Credentials>
                </\(action)Result></\(action)Response>
                """
        )
    }
}
