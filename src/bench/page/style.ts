/** The style of the page: light and dark, one column on a phone, no file from elsewhere. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1d2129; --soft: #5b6472; --paper: #fff; --card: #f5f6f8; --line: #d5d9e0;
  --bad: #b3261e; --warn: #8a5a00; --good: #1b6e3c; --link: #1a56b0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ec; --soft: #a2abb9; --paper: #15181d; --card: #1e2229;
  --line: #39404b; --bad: #ff8a80; --warn: #f0b54a; --good: #76cf98; --link: #8ab4f8; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.45 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; } h3 { font-size: 1.05rem; margin: 0; } h4 { margin: .7rem 0 .2rem; font-size: .95rem; }
nav { display: flex; flex-wrap: wrap; gap: .3rem .9rem; padding: .5rem 0; }
.group { margin-top: 1.4rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .9rem; } th, td { text-align: left; padding: .2rem .9rem .2rem 0;
  border-bottom: 1px solid var(--line); white-space: nowrap; }
article { background: var(--card); border: 1px solid var(--line); border-left: .3rem solid var(--soft); border-radius: .3rem;
  padding: .7rem .9rem; margin: .7rem 0; }
article.missed, article.false-alarm { border-left-color: var(--bad); } article.cause { border-left-color: var(--warn); }
article.right { border-left-color: var(--good); }
.label { font-weight: 600; } .missed .label, .false-alarm .label { color: var(--bad); } .cause .label { color: var(--warn); }
.right .label { color: var(--good); }
.sides { display: grid; gap: 0 1.5rem; } @media (min-width: 46rem) { .sides { grid-template-columns: 1fr 1fr; } }
.sides > div { min-width: 0; }
p { margin: .25rem 0; } .soft { color: var(--soft); font-size: .9rem; } ul { margin: .2rem 0; padding-left: 1.1rem; }
li { margin: .15rem 0; font-size: .92rem; } summary { cursor: pointer; }
`;
