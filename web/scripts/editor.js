// The editor of queries: colours and completion over the plain text field, which stays the form's own.
// It lives in a shadow root, since its style sheets are then made by script and a strict policy lets them be.
import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { EditorView, drawSelection, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";

const form = document.getElementById("editor");
const field = document.getElementById("query");

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--link)", fontWeight: "600" },
  { tag: [tags.string, tags.number, tags.bool], color: "var(--full)" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--part)" },
  { tag: tags.comment, color: "var(--ink-2)" },
]);
const look = EditorView.theme({
  "&": { background: "var(--tint)", border: "1px solid var(--rule)", borderRadius: "2px", fontSize: ".86rem", color: "var(--ink)" },
  "&.cm-focused": { outline: "3px solid var(--link)", outlineOffset: "3px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", minHeight: "15rem" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { background: "var(--tint)", color: "var(--ink-2)", border: "0" },
  ".cm-tooltip": { background: "var(--paper)", color: "var(--ink)", border: "1px solid var(--rule)" },
  ".cm-tooltip-autocomplete > ul > li": { padding: ".2rem .5rem" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { background: "var(--here)", color: "var(--on-here)" },
  ".cm-completionDetail": { fontStyle: "normal", fontFamily: "var(--sans)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { background: "var(--hair)" },
});

let known;
async function names() {
  known ??= fetch(form.dataset.terms)
    .then((answer) => answer.json())
    .then(({ prefixes, terms }) => [
      ...Object.entries(prefixes).map(([label, iri]) => ({ label: `${label}:`, detail: iri, type: "namespace" })),
      ...terms.map(([key, name]) => {
        const [kind, rest] = key.split("/");
        return { label: rest && !key.includes(":") ? `${kind}:${rest}` : key, detail: name, type: "class" };
      }),
    ])
    .catch(() => []);
  return known;
}
async function complete(context) {
  const word = context.matchBefore(/[\w-]*:?[\w.-]*/);
  if (!word || (word.from === word.to && !context.explicit)) return null;
  const typed = word.text.toLowerCase();
  const found = (await names()).filter(
    ({ label, detail }) => label.toLowerCase().includes(typed) || (typed.length > 2 && detail.toLowerCase().includes(typed)),
  );
  return { from: word.from, options: found.slice(0, 200), filter: false };
}

function send() {
  form.requestSubmit();
  return true;
}

if (form && field) {
  const host = document.createElement("div");
  field.after(host);
  const root = host.attachShadow({ mode: "open" });
  const label = form.querySelector("label");
  const view = new EditorView({
    doc: field.value,
    root,
    parent: root,
    extensions: [
      lineNumbers(),
      history(),
      drawSelection(),
      bracketMatching(),
      EditorView.lineWrapping,
      sparql(),
      syntaxHighlighting(colours),
      autocompletion({ override: [complete], activateOnTypingDelay: 150 }),
      // Tab is not bound: it leaves the editor, as in every field.
      keymap.of([{ key: "Mod-Enter", run: send }, ...completionKeymap, ...defaultKeymap, ...historyKeymap]),
      EditorView.contentAttributes.of({ "aria-label": label.textContent.trim(), spellcheck: "false" }),
      look,
    ],
  });
  host.className = "editor-host";
  field.hidden = true;
  label.addEventListener("click", () => view.focus());
  form.addEventListener("submit", () => {
    field.value = view.state.doc.toString();
  });
}
