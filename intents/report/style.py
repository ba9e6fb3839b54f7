"""The look of the report: one style sheet for screen, phone, dark mode and paper."""

STYLE = """
:root{color-scheme:light dark;--page:#fbfaf8;--ink:#1d2126;--soft:#565f69;--line:#dedbd5;--track:#ebe8e2;
--main:#0f6e70;--good:#2c8a57;--bad:#b8402f;--warn:#a86a00;--idle:#a9a49a;--card:#fff}
@media(prefers-color-scheme:dark){:root{--page:#14171a;--ink:#e9e7e3;--soft:#a3abb3;--line:#2f353b;--track:#262b30;
--main:#4fc0bd;--good:#58c48a;--bad:#f28170;--warn:#e5ab4a;--idle:#6b7178;--card:#1b1f23}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;
-webkit-text-size-adjust:100%;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
main{max-width:66rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:1.9rem;line-height:1.15;letter-spacing:-.02em;margin:0 0 .35rem}
h2{font-size:1.25rem;letter-spacing:-.01em;margin:0 0 .15rem}
h3{font-size:1rem;margin:0 0 .15rem}
p{margin:0}
.lead,.note,figcaption p{color:var(--soft)}
.lead{max-width:52rem;text-wrap:pretty}
section{margin-top:3rem}
.fate{margin-top:1.75rem}
.bar{display:flex;gap:2px;height:1.9rem;border-radius:.45rem;overflow:hidden;margin:.5rem 0 .7rem}
.key{list-style:none;margin:0;padding:0;display:grid;
grid-template-columns:repeat(auto-fit,minmax(11.5rem,1fr));gap:.35rem 1.25rem}
.key li{display:grid;grid-template-columns:.8rem auto 1fr;gap:.5rem;align-items:start;font-size:.9rem;line-height:1.35}
.key b{min-width:2.9rem}
.key i{width:.8rem;height:.8rem;border-radius:.2rem;display:block;margin-top:.2rem}
.bg-right{background:var(--good)}.bg-wrong{background:var(--bad)}
.bg-asked{background:var(--warn)}.bg-else{background:var(--idle)}
.tiles{display:flex;flex-wrap:wrap;gap:.75rem;margin:2rem 0 0}
.tiles div{flex:1 1 9rem;background:var(--card);border:1px solid var(--line);
border-radius:.7rem;padding:.8rem 1rem .9rem}
.tiles dt{font-size:.85rem;color:var(--soft)}
.tiles dd{margin:0}
.tiles .figure{font-size:1.75rem;line-height:1.25;font-weight:650;letter-spacing:-.02em}
.tiles .note{font-size:.8rem;line-height:1.35}
.warnings{border-left:4px solid var(--warn);background:var(--card);padding:.8rem 1rem;
border-radius:0 .6rem .6rem 0;margin-top:1.5rem}
.warnings ul{margin:.2rem 0 0;padding-left:1.1rem}
.pairs{list-style:none;margin:1rem 0 0;padding:0;display:grid;
grid-template-columns:repeat(auto-fill,minmax(min(100%,25rem),1fr));gap:.75rem}
.pairs>li{background:var(--card);border:1px solid var(--line);border-radius:.7rem;padding:.9rem 1rem}
.pairs .advice{font-size:.9rem;margin-top:.1rem}
.pairs .way{font-size:.8rem;color:var(--soft);margin:.6rem 0 .1rem}
.pairs ul{list-style:none;margin:0;padding:0}
.pairs ul li{font-size:.9rem;padding-left:.75rem;border-left:2px solid var(--line);margin-top:.2rem}
.pairs .arrow{color:var(--bad);padding:0 .25rem}
.limits{max-width:40rem;margin-top:2rem}
.limits .note{font-size:.9rem}
.after{margin-top:.8rem;font-size:.9rem}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:2rem;margin-top:1rem}
figure{margin:0}
figcaption p{font-size:.9rem}
svg{display:block;width:100%;height:auto;margin-top:.6rem;font-family:inherit}
.scroll{overflow-x:auto;margin-top:.6rem}
.scroll svg{max-width:calc(1.15*var(--wide));min-width:var(--wide)}
.tick,.axis-name,.row-name,.cell,.target-label,.chosen-label{font-size:12px;fill:var(--soft)}
.row-name,.cell{fill:var(--ink)}
.grid{stroke:var(--line);stroke-width:1}.axis{stroke:var(--soft);stroke-width:1}
.ideal{stroke:var(--soft);stroke-width:1.2;stroke-dasharray:4 4;fill:none}
.curve{stroke:var(--main);stroke-width:2.2;fill:none;stroke-linejoin:round}
.area{fill:var(--main);fill-opacity:.1}
.dot{fill:var(--main);stroke:var(--page);stroke-width:1.5}
.stem{stroke-width:5;stroke-opacity:.45}.over{stroke:var(--bad)}.under{stroke:var(--good)}
.share{fill:var(--main);fill-opacity:.55}
.target{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:6 4}.target-label{fill:var(--bad)}
.chosen{fill:var(--warn);stroke:var(--page);stroke-width:1.5}.chosen-label{fill:var(--ink);font-weight:600}
.target-label,.chosen-label{paint-order:stroke;stroke:var(--page);stroke-width:4px;stroke-linejoin:round}
.leader{stroke:var(--warn);stroke-width:1.2}
rect.right{fill:var(--good)}rect.wrong{fill:var(--bad)}
rect.rest{fill:var(--idle)}rect.none{fill:var(--track);fill-opacity:.45}
table{border-collapse:collapse;width:100%;font-size:.9rem;margin-top:.8rem}
th{text-align:left;font-weight:500;color:var(--soft);font-size:.8rem}
th,td{padding:.4rem .6rem .4rem 0;border-bottom:1px solid var(--line);vertical-align:middle}
tbody th{color:var(--ink);font-size:.9rem;min-width:7rem}
.n{text-align:right}
td.n,.meter{white-space:nowrap}.n,.meter{overflow-wrap:normal}
.meter{padding-left:.9rem}
.meter{width:19%}
.meter span{display:inline-block;width:3.1rem}
.meter b{display:inline-block;vertical-align:middle;width:calc(100% - 3.3rem);height:.5rem;
border-radius:.25rem;background:var(--track);overflow:hidden}
.meter i{display:block;height:100%;background:var(--idle)}
.meter .high{background:var(--good)}.meter .middle{background:var(--warn)}.meter .low{background:var(--bad)}
details summary{cursor:pointer;padding:.7rem 0;color:var(--main);font-weight:500}
details table{margin-top:0}
@media(max-width:40rem){
main{padding:1.5rem 1rem 3rem}h1{font-size:1.6rem}section{margin-top:2.25rem}
.tiles{gap:.5rem}.tiles div{flex-basis:8.5rem;padding:.65rem .75rem}.tiles .figure{font-size:1.4rem}
.meter{width:17%;padding-left:.3rem}.meter span{display:block;width:auto;font-size:.8rem}
.meter b{display:block;width:100%;height:.35rem}
.tick,.axis-name,.target-label,.chosen-label{font-size:14px}
}
@media print{body{background:#fff}.tiles div,.pairs>li,figure,tr{break-inside:avoid}}
"""
