/// Languages as BCP 47 names them (RFC 5646).
enum LanguageTag {
    private static let longestByteCount = 35

    /// Brings a container's language into the short form: "ger" and "deu" are "de", "en_us" is "en-US".
    ///
    /// - Returns: nil where it names no language: undetermined, none, several.
    static func normalized(_ raw: String) -> String? {
        let parts = raw.split(whereSeparator: { $0 == "-" || $0 == "_" })
        guard let first = parts.first?.lowercased(), raw.utf8.count <= longestByteCount,
            parts.allSatisfy({ $0.utf8.count <= 8 && $0.utf8.allSatisfy(isAlphanumeric) }),
            (2...3).contains(first.utf8.count), first.utf8.allSatisfy({ (0x61...0x7A).contains($0) }),
            !["und", "mul", "zxx", "mis"].contains(first)
        else { return nil }
        return ([shortCodes[first] ?? first] + parts.dropFirst().map(subtag)).joined(separator: "-")
    }

    /// Scripts have four letters, "Hans"; countries two, "CH".
    private static func subtag(_ part: Substring) -> String {
        let lower = part.lowercased()
        return switch lower.utf8.count {
        case 2: lower.uppercased()
        case 4 where lower.utf8.allSatisfy({ $0 >= 0x61 }): lower.prefix(1).uppercased() + lower.dropFirst()
        default: lower
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private static let shortCodes: [String: String] = Dictionary(
        table.split(whereSeparator: \.isWhitespace).map { (String($0.prefix(3)), String($0.suffix(2))) },
        uniquingKeysWith: { first, _ in first }
    )

    /// ISO 639-2, terms and bibliographic codes, each with its ISO 639-1 code.
    private static let table = """
        aaraa abkab afraf akaak albsq amham araar argan armhy asmas avaav aveae aymay azeaz bakba bambm baqeu
        belbe benbn bihbh bisbi bodbo bosbs brebr bulbg burmy catca cescs chach chece chizh chucu chvcv corkw
        cosco crecr cymcy czecs danda deude divdv dutnl dzodz ellel engen epoeo estet euseu eweee faofo fasfa
        fijfj finfi frafr frefr fryfy fulff geoka gerde glagd glega glggl glvgv greel grngn gujgu hatht hauha
        hebhe herhz hinhi hmoho hrvhr hunhu hyehy iboig iceis idoio iiiii ikuiu ileie inaia indid ipkik islis
        itait javjv jpnja kalkl kankn kasks katka kaukr kazkk khmkm kikki kinrw kirky komkv konkg korko kuakj
        kurku laolo latla lavlv limli linln litlt ltzlb lublu luglg macmk mahmh malml maomi marmr mayms mkdmk
        mlgmg mltmt monmn mrimi msams myamy nauna navnv nblnr ndend ndong nepne nldnl nnonn nobnb norno nyany
        ocioc ojioj orior ormom ossos panpa perfa plipi polpl porpt pusps quequ rohrm ronro rumro runrn rusru
        sagsg sansa sinsi slksk slosk slvsl smese smosm snasn sndsd somso sotst spaes sqisq srdsc srpsr sswss
        sunsu swasw swesv tahty tamta tattt telte tgktg tgltl thath tibbo tirti tonto tsntn tsots tuktk turtr
        twitw uigug ukruk urdur uzbuz venve vievi volvo welcy wlnwa wolwo xhoxh yidyi yoryo zhaza zhozh zulzu
        """
}
