// Search on a site of files: the words asked for are looked up in small files, those that they begin with.
"use strict";

const place = document.getElementById("found");
const root = place.dataset.search;
const english = document.documentElement.lang === "en";
const loaded = new Map();

// Each file is a script that hands over its part: so that it also works from a disk, where nothing can be fetched.
globalThis.svngraphSearch = (name, part) => loaded.set(name, part);
const load = (name) =>
  new Promise((resolve) => {
    if (loaded.has(name)) {
      resolve(loaded.get(name));
      return;
    }
    const script = document.createElement("script");
    script.src = `${root}${name}.js`;
    script.addEventListener("load", () => resolve(loaded.get(name)));
    script.addEventListener("error", () => resolve(undefined));
    document.head.append(script);
  });

const stem = (word, endings) => {
  for (const ending of endings) {
    if (word.endsWith(ending) && word.length - ending.length >= 4) {
      return word.slice(0, -ending.length);
    }
  }
  return word;
};
// A word without dots, rings and accents.
const folded = (word) => word.normalize("NFD").replace(/\p{M}/gu, "");
const shard = (text) => [...folded(text)].slice(0, 2).map((letter) => letter.codePointAt(0).toString(16)).join("-");

// The things that a word stands in, each with how much it counts there.
const lookup = async (word, endings) => {
  const wanted = stem(word, endings);
  const part = (await load(`w-${shard(wanted)}`)) ?? {};
  const like = (root, write, times) => {
    const found = new Map();
    for (const [own, things] of Object.entries(part)) {
      const known = write(own);
      if (known.startsWith(root)) {
        const weight = (known === root ? 4 : 2) * times;
        for (const [thing, value] of things) {
          found.set(thing, Math.max(found.get(thing) ?? 0, weight * value));
        }
      }
    }
    return found;
  };
  // As it is written first; then without dots, for a word that has none or is not found with them.
  const found = like(wanted, (known) => known, 16);
  const bare = folded(wanted);
  return bare === wanted || !found.size ? new Map([...like(bare, folded, 1), ...found]) : found;
};

const say = (tag, text, parent, kind) => {
  const made = document.createElement(tag);
  made.textContent = text;
  if (kind) {
    made.className = kind;
  }
  parent.append(made);
  return made;
};

const show = async (things, index) => {
  const list = document.createElement("ol");
  list.className = "hits plain";
  for (const thing of things.slice(0, 100)) {
    const part = await load(`t-${Math.floor(thing / index.step)}`);
    const entry = part?.[thing % index.step];
    if (entry) {
      const [address, key, swedish, translated, kind] = entry;
      const item = document.createElement("li");
      const link = say("a", (english && translated) || swedish, item, "what");
      link.href = `${root}../${english ? "en/" : ""}${address}`;
      if (english && !translated) {
        link.lang = "sv";
      }
      item.append(document.createElement("br"));
      const small = say("span", `${index.kinds[kind]?.[english ? 1 : 0] ?? ""}, `, item, "small quiet");
      say("span", key, small, "key");
      list.append(item);
    }
  }
  place.replaceChildren(list);
};

// The things that hold every word, the best first.
const everyWord = async (words, endings) => {
  let scores;
  for (const word of words) {
    const found = await lookup(word, endings);
    scores = scores
      ? new Map([...scores].filter(([thing]) => found.has(thing)).map(([thing, value]) => [thing, value + found.get(thing)]))
      : found;
  }
  return [...scores].sort((one, other) => other[1] - one[1] || one[0] - other[0]).map(([thing]) => thing);
};

const search = async (asked) => {
  const index = await load("index");
  // Some keyboards write a letter and its dots apart.
  const text = asked.normalize("NFC").toLowerCase();
  const words = (text.match(/[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*/gu) ?? []).slice(0, 12);
  if (!index || !words.length) {
    place.replaceChildren();
    say("p", place.dataset.ask, place);
    return;
  }
  let things = await everyWord(words, index.endings);
  // The words that a question is put with are left aside where nothing holds them too.
  const told = words.filter((word) => !index.aside.includes(word));
  if (!things.length && told.length && told.length < words.length) {
    things = await everyWord(told, index.endings);
  }
  if (things.length) {
    await show(things, index);
    return;
  }
  place.replaceChildren();
  say("h3", place.dataset.none, place);
  say("p", place.dataset.hint, place);
};

const asked = new URLSearchParams(location.search).get("q") ?? "";
document.querySelector("main input[name=q]").value = asked;
search(asked.trim().slice(0, 200));
