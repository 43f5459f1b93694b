"""How the sign-in pages look, in light and dark."""

STYLE = """
:root {
  color-scheme: light dark;
  --bg: #eef1f6; --card: #fff; --ink: #1c2430; --soft: #5d6877; --line: #dde3ea; --accent: #3b5bdb;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #14181f; --card: #1d232c; --ink: #e8ecf2; --soft: #9aa6b5; --line: #2f3844; --accent: #91a7ff;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; display: grid; place-items: center;
  background: var(--bg); color: var(--ink); font: 15px/1.45 system-ui, sans-serif;
}
main {
  width: min(27rem, 94vw); margin: 2rem 0; padding: 1.75rem;
  background: var(--card); border: 1px solid var(--line); border-radius: 14px;
}
h1 { font-size: 1.3rem; margin: 0 0 .25rem; }
p { margin: .25rem 0 1rem; color: var(--soft); }
form { display: grid; gap: .4rem; }
button, input:not([type=hidden]) {
  width: 100%; padding: .6rem .75rem; border: 1px solid var(--line); border-radius: 10px;
  background: none; color: inherit; font: inherit;
}
button { display: flex; gap: .8rem; align-items: center; text-align: left; cursor: pointer; }
button:hover, button:focus-visible, button.hint { border-color: var(--accent); }
button:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
button.plain { justify-content: center; margin-top: .6rem; color: var(--soft); }
input:not([type=hidden]) { letter-spacing: .12em; text-align: center; }
i {
  flex: none; display: grid; place-items: center; width: 2.3rem; height: 2.3rem; border-radius: 50%;
  background: var(--accent); color: var(--card); font-style: normal; font-weight: 600;
}
b { display: block; font-weight: 600; }
small { color: var(--soft); }
em { margin-left: auto; font-style: normal; font-size: .8rem; color: var(--accent); }
"""
