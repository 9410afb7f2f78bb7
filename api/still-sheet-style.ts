// How the sheet of a batch looks, in light and dark, on a screen and on paper.

export const SHEET_STYLE = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); --good: #1a7f37; --bad: #b35900; --mark: #ffb224; }
@media (prefers-color-scheme: dark) { :root { --good: #57c070; --bad: #f0a35e; } }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 80rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; } h3 { font-size: 1rem; margin: 0; }
p { margin: .4rem 0; overflow-wrap: anywhere; }
.beside { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
.reference { height: 5.5rem; width: 5.5rem; object-fit: cover; border-radius: .4rem; }
.beside svg { flex: 1 1 18rem; max-width: 38rem; height: 7rem; }
.beside svg polyline { fill: none; stroke: currentColor; stroke-width: 1.5; } .beside svg circle { fill: currentColor; }
.grid { stroke: var(--line); fill: none; }
.stills { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(22rem, 100%), 1fr)); gap: 1rem; }
article { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem; break-inside: avoid; }
article:target { outline: 3px solid var(--mark); }
h3 span { float: right; font-weight: 600; } .passed h3 span { color: var(--good); } .flagged h3 span, .failed h3 span, .refused h3 span { color: var(--bad); }
.picture { position: relative; margin: .5rem 0; } .picture img { display: block; width: 100%; border-radius: .3rem; }
.picture svg { position: absolute; inset: 0; width: 100%; height: 100%; }
rect { fill: transparent; stroke: #fff; stroke-width: 4; vector-effect: non-scaling-stroke; } rect:not(.recognised) { stroke: var(--mark); stroke-dasharray: 10 6; }
.faces { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem .9rem; margin: .3rem 0; padding: 0; font-weight: 600; font-size: .9rem; }
.findings { margin: .4rem 0; padding-left: 1.2rem; color: var(--bad); } .gone { padding: 3rem 1rem; text-align: center; border: 1px dashed var(--line); }
code { overflow-wrap: anywhere; }
`;
