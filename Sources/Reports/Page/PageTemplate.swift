/// The frame of a document, in Mustache. Nothing in it leads outside, and the policy in its head makes browsers refuse
/// what would.
enum PageTemplate {
  static let text = """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    \(Page.mark) {{page.version}}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
    <title>{{page.title}} – {{page.kind}}</title>
    <style>{{{stylesheet}}}</style>
    </head>
    <body>
    <a class="skip" href="#content">Skip to the content</a>
    <header>
    <p class="kind">{{page.kind}}</p>
    <h1>{{page.title}}</h1>
    {{#page.lead}}<p class="lead">{{.}}</p>{{/page.lead}}
    <dl class="facts">{{#page.facts}}<div{{#isMain}} class="main"{{/isMain}}><dt>{{name}}</dt><dd>{{value}}</dd></div>{{/page.facts}}</dl>
    {{#page.notes}}<p class="note">{{.}}</p>{{/page.notes}}
    </header>
    <nav aria-label="Sections"><ul>{{#page.sections}}<li><a href="#{{id}}">{{title}}</a></li>{{/page.sections}}</ul></nav>
    <main id="content">
    {{#page.sections}}
    <section id="{{id}}" aria-labelledby="{{id}}-title">
    <h2 id="{{id}}-title">{{title}}</h2>
    {{#lead}}<p class="lead">{{.}}</p>{{/lead}}
    <div class="blocks">
    {{#blocks}}
    {{#figure}}
    <figure{{#isWide}} class="wide"{{/isWide}}>
    <figcaption>{{title}}</figcaption>
    {{#isWide}}<div class="pan" tabindex="0" role="region" aria-label="Picture of {{title}}">{{/isWide}}{{{svg}}}{{#isWide}}</div>{{/isWide}}
    {{#note}}<p class="small">{{.}}</p>{{/note}}
    {{#numbers}}
    <details><summary>Numbers</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Numbers of {{title}}"><table>
    <thead><tr>{{#columns}}<th scope="col">{{.}}</th>{{/columns}}</tr></thead>
    <tbody>{{#rows}}<tr>{{#.}}<td>{{.}}</td>{{/.}}</tr>{{/rows}}</tbody>
    </table></div>
    {{#note}}<p class="small">{{.}}</p>{{/note}}
    </details>
    {{/numbers}}
    </figure>
    {{/figure}}
    {{#table}}
    {{#isFolded}}<details class="wide"><summary>{{caption}}</summary>{{/isFolded}}
    <div class="scroll wide" tabindex="0" role="region" aria-label="{{caption}}"><table>
    <caption>{{caption}}</caption>
    <thead><tr>{{#columns}}<th scope="col" class="{{style}}">{{text}}</th>{{/columns}}</tr></thead>
    <tbody>{{#rows}}<tr{{#isMarked}} class="marked"{{/isMarked}}><th scope="row">{{head}}</th>{{#cells}}<td class="{{style}}">{{text}}</td>{{/cells}}</tr>{{/rows}}</tbody>
    </table></div>
    {{#isFolded}}</details>{{/isFolded}}
    {{/table}}
    {{#text}}
    <article class="wide"><h3>{{title}}</h3><pre tabindex="0">{{body}}</pre></article>
    {{/text}}
    {{#cards}}
    <ul class="cards wide">{{#list}}<li>{{#image}}<img src="{{.}}" alt="{{description}}">{{/image}}<h3>{{title}}</h3><dl>{{#facts}}<div{{#isMain}} class="main"{{/isMain}}><dt>{{name}}</dt><dd>{{value}}</dd></div>{{/facts}}</dl></li>{{/list}}</ul>
    {{/cards}}
    {{/blocks}}
    </div>
    </section>
    {{/page.sections}}
    </main>
    <footer>hptrain {{page.version}}</footer>
    </body>
    </html>

    """
}
