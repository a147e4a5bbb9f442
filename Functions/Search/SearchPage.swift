import Pipeline

/// The page with the search box and what was found; it needs no script and loads nothing.
struct SearchPage {
    let nonce: String
    let queryCharacterCount: Int
    var query = ""
    var answer: SearchAnswer?
    var problem: Problem?

    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <title>Media search</title>
        <style nonce="\(nonce)">\(Self.style)</style>
        </head>
        <body>
        <main>
        <h1>Media search</h1>
        <form action="/" method="get" role="search">
        <label for="q">Words or meaning</label>
        <input id="q" name="q" type="search" value="\(HTMLText.escaped(query))" maxlength="\(queryCharacterCount)"
          required autofocus>
        <button>Search</button>
        </form>
        \(result)
        </main>
        </body>
        </html>

        """
    }

    private var result: String {
        if let problem { return "<p role=\"alert\">\(HTMLText.escaped(problem.detail))</p>" }
        guard let answer else { return "" }
        let note = answer.byMeaning ? "" : "<p>Only words were searched: no model answered, or it is new here.</p>\n"
        guard !answer.hits.isEmpty else { return note + "<p>Nothing fits.</p>" }
        return note + "<ol>\n" + answer.hits.map(Self.item).joined(separator: "\n") + "\n</ol>"
    }

    private static func item(_ hit: SearchHit) -> String {
        let hasTime = hit.endMilliseconds > 0
        let time = hasTime ? "<b>\(clock(hit.startMilliseconds))–\(clock(hit.endMilliseconds))</b> " : ""
        let copies = hit.copies.isEmpty ? "" : ", and \(hit.copies.count) exact copies"
        let asset = HTMLText.escaped(hit.asset.rawValue)
        let text = hit.text.isEmpty ? "" : "\n<p>\(HTMLText.marked(hit.text))</p>"
        return """
            <li>\(time)<a href="/v1/assets/\(asset)">\(HTMLText.escaped(hit.name))</a>\(copies)
            <small>\(hit.kind.rawValue)</small>\(text)</li>
            """
    }

    /// "1:02:03.4" or "2:03.4".
    private static func clock(_ milliseconds: Int) -> String {
        let seconds = milliseconds / 1000
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        let rest = "\(seconds % 60 < 10 ? "0" : "")\(seconds % 60).\(milliseconds % 1000 / 100)"
        guard hours > 0 else { return "\(minutes):\(rest)" }
        return "\(hours):\(minutes < 10 ? "0" : "")\(minutes):\(rest)"
    }

    private static let style = """
        body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 45rem; padding: 0 1rem; }
        label { display: block; }
        input { font: inherit; padding: 0.4rem; width: 70%; }
        button { font: inherit; padding: 0.4rem 1rem; }
        li { margin: 1rem 0; }
        li p { margin: 0.2rem 0; }
        small { color: #555; }
        [role=alert] { color: #a00; }
        """
}
