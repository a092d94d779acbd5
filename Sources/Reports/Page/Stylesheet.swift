/// How a page looks: in light and dark as the reader's system is, from 390 pixels on, and on paper.
///
/// The colours of series are those of Okabe and Ito (Color Universal Design, 2008), darker on white and lighter on black,
/// so that each has a contrast of 3 to 1 at least; texts have 4.5 to 1 and more (WCAG 2.2).
enum Stylesheet {
  static let text = """
    :root{--ground:#fff;--raised:#f6f7f9;--ink:#1b1f24;--soft:#57606a;--rule:#d5d9de;--link:#0b57a4;--mark:#fff3c4;\
    --right:#006bb3;--wrong:#c44900;--c0:#0069b0;--c1:#b84e00;--c2:#00785a;--c3:#a3447a;--c4:#7a5c00;--c5:#4f63b8;--c6:#b0242f;--c7:#3f4750}
    @media (prefers-color-scheme:dark){:root{--ground:#14171a;--raised:#1d2126;--ink:#e8eaed;--soft:#a5adb6;--rule:#3a4048;--link:#7cbcff;--mark:#4a3f10;\
    --right:#56b4e9;--wrong:#f0883e;--c0:#56b4e9;--c1:#f0963e;--c2:#2fc79a;--c3:#e08cbb;--c4:#e3c84a;--c5:#9daaf2;--c6:#ff8a84;--c7:#c2c8cf}}
    *{box-sizing:border-box}
    html{scroll-behavior:smooth}
    body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
    header,main,footer,nav{max-width:1240px;margin:0 auto;padding:0 20px}
    header{padding-top:28px}
    h1{margin:0 0 4px;font-size:1.9rem;line-height:1.2;overflow-wrap:anywhere}
    h2{margin:0 0 8px;font-size:1.3rem}
    h3{margin:4px 0;font-size:.95rem;overflow-wrap:anywhere}
    .kind{margin:0;color:var(--soft);font-size:.9rem;text-transform:uppercase;letter-spacing:.06em}
    .lead{margin:0 0 14px;color:var(--soft);max-width:75ch}
    .note{margin:8px 0;padding:8px 12px;background:var(--mark);border-radius:6px}
    .small{margin:4px 0 0;color:var(--soft);font-size:.85rem}
    a{color:var(--link)}
    .skip{position:absolute;left:-9999px}
    .skip:focus{left:12px;top:8px;padding:6px 10px;background:var(--ground)}
    :focus-visible{outline:3px solid var(--link);outline-offset:2px}
    dl{margin:0}
    .facts{display:flex;flex-wrap:wrap;gap:10px;margin:14px 0}
    .facts div{padding:8px 14px;background:var(--raised);border:1px solid var(--rule);border-radius:8px;min-width:0}
    .facts dt{color:var(--soft);font-size:.8rem}
    .facts dd{margin:0;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
    .facts .main dd{font-size:1.35rem;font-weight:600}
    nav{position:sticky;top:0;background:var(--ground);border-bottom:1px solid var(--rule);z-index:1}
    nav ul{display:flex;gap:4px 18px;margin:0;padding:8px 0;list-style:none;overflow-x:auto;white-space:nowrap}
    section{padding:22px 0;border-bottom:1px solid var(--rule);scroll-margin-top:44px}
    .blocks{display:grid;gap:18px;grid-template-columns:repeat(auto-fill,minmax(min(100%,400px),1fr));align-items:start}
    .wide{grid-column:1/-1;min-width:0}
    figure{margin:0;padding:12px;background:var(--raised);border:1px solid var(--rule);border-radius:10px;min-width:0}
    figcaption{font-weight:600;margin-bottom:4px}
    svg{display:block;width:100%;height:auto}
    .pan{overflow-x:auto}
    .pan svg{min-width:680px}
    details{margin-top:6px}
    summary{cursor:pointer;color:var(--link);font-size:.9rem}
    .scroll{overflow:auto;max-height:min(80vh,900px)}
    table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums;width:100%}
    caption{text-align:left;color:var(--soft);padding-bottom:4px}
    th,td{padding:3px 10px 3px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule)}
    th{font-weight:600}
    thead th{position:sticky;top:0;background:var(--ground)}
    figure thead th{background:var(--raised)}
    .number{text-align:right}
    td.number{white-space:nowrap}
    .strong{font-weight:700}
    .marked th,.marked td{background:var(--mark)}
    pre{margin:0;padding:12px;background:var(--raised);border:1px solid var(--rule);border-radius:8px;white-space:pre-wrap;overflow-wrap:anywhere;max-height:420px;overflow-y:auto}
    .cards{display:grid;gap:12px;grid-template-columns:repeat(auto-fill,minmax(min(100%,190px),1fr));margin:0;padding:0;list-style:none}
    .cards li{padding:10px;background:var(--raised);border:1px solid var(--rule);border-radius:10px;min-width:0}
    .cards img{width:100%;max-width:160px;image-rendering:pixelated;display:block;border:1px solid var(--rule)}
    .cards dl div{display:flex;flex-wrap:wrap;gap:0 10px;font-size:.85rem}
    .cards dt,.cards dd{min-width:0;overflow-wrap:break-word}
    .cards dt{color:var(--soft)}
    .cards dd{margin:0 0 0 auto;text-align:right;font-variant-numeric:tabular-nums}
    .cards .main dd,.cards .main dt{font-weight:700;color:var(--ink)}
    footer{padding:18px 20px 40px;color:var(--soft);font-size:.85rem}
    text{font:12px system-ui,sans-serif;fill:var(--ink)}
    .tick{fill:var(--soft)}
    .small.tick{font-size:10px}
    .label{fill:var(--ink)}
    .grid{stroke:var(--rule);stroke-width:1}
    .axis{stroke:var(--soft);stroke-width:1}
    .mark{stroke:var(--soft);stroke-width:1.5;stroke-dasharray:4 3;fill:none}
    .line{fill:none;stroke-width:2;stroke-linejoin:round}
    .best{stroke-width:3}
    .thread{fill:none;stroke:var(--c0);stroke-width:1.2}
    .m0{stroke-opacity:.15}.m1{stroke-opacity:.25}.m2{stroke-opacity:.45}.m3{stroke-opacity:.8}
    .whisker{stroke:var(--ink);stroke-width:1.5}
    .tip{fill:transparent}
    .tip:hover{fill:var(--soft);fill-opacity:.14}
    .cell{stroke:var(--rule);stroke-width:.5}
    .cell.right{fill:var(--right)}
    .cell.wrong{fill:var(--wrong)}
    text.number{fill:var(--ink)}
    text.strong{fill:var(--ground)}
    .s0{stroke:var(--c0)}.s1{stroke:var(--c1)}.s2{stroke:var(--c2)}.s3{stroke:var(--c3)}.s4{stroke:var(--c4)}.s5{stroke:var(--c5)}.s6{stroke:var(--c6)}.s7{stroke:var(--c7)}
    .dot,.bar{stroke:none}
    .dot.s0,.bar.s0{fill:var(--c0)}.dot.s1,.bar.s1{fill:var(--c1)}.dot.s2,.bar.s2{fill:var(--c2)}.dot.s3,.bar.s3{fill:var(--c3)}
    .dot.s4{fill:var(--c4)}.dot.s5{fill:var(--c5)}.dot.s6{fill:var(--c6)}.dot.s7{fill:var(--c7)}
    @media print{:root{--ground:#fff;--raised:#fff;--ink:#000;--soft:#444;--rule:#bbb;--mark:#eee;--right:#006bb3;--wrong:#c44900;--c0:#0069b0;--c1:#b84e00;--c2:#00785a;--c3:#a3447a;--c4:#7a5c00;--c5:#4f63b8;--c6:#b0242f;--c7:#3f4750}
    nav,.skip,details:not([open]){display:none}
    html{font-size:9pt}
    body{font-size:1rem}
    header,main,footer{max-width:none;padding-left:0;padding-right:0}
    header{padding-top:0}
    h1{font-size:18pt}
    section{padding:12px 0}
    .facts{gap:6px;margin:8px 0}
    .facts div{padding:4px 9px}
    .blocks{grid-template-columns:1fr 1fr;gap:10px}
    figure{padding:8px}
    .cards{grid-template-columns:repeat(4,1fr);gap:8px}
    figure,.facts div,.cards li,tr{break-inside:avoid}
    h2,h3,.lead,figcaption,caption,summary{break-after:avoid}
    .scroll,.pan,pre{max-height:none;overflow:visible}
    .pan svg{min-width:0}
    table{font-size:8pt}
    th,td{padding-right:6px;overflow-wrap:anywhere}
    tbody th{overflow-wrap:break-word}
    thead th{position:static}}
    @media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
    """
}
