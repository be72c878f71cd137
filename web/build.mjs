// Builds static/editor.js and static/fonts/ from the packages of package.json, with their licences beside them.
import { build } from "esbuild";
import { cp, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const out = join(here, "static");

const made = await build({
  entryPoints: [join(here, "scripts/editor.js")],
  outfile: join(out, "editor.js"),
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  legalComments: "none",
  metafile: true,
});

// The subset for Western European languages: Swedish and English need no more.
const fonts = ["source-serif-4", "source-sans-3", "source-code-pro"];
await mkdir(join(out, "fonts"), { recursive: true });
for (const font of fonts) {
  const file = `${font}-latin-wght-normal.woff2`;
  await cp(join(modules, "@fontsource-variable", font, "files", file), join(out, "fonts", `${font}.woff2`));
}

const used = new Set(fonts.map((font) => `@fontsource-variable/${font}`));
for (const input of Object.keys(made.metafile.inputs)) {
  const found = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/);
  if (found) used.add(found[1]);
}
const notices = [];
for (const name of [...used].sort()) {
  const folder = join(modules, name);
  const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const licence = (await readdir(folder)).find((file) => /^licen[cs]e/i.test(file));
  const text = licence ? await readFile(join(folder, licence), "utf8") : `${about.license}`;
  notices.push(`${name} ${about.version}\n${"-".repeat(60)}\n${text.trim()}\n`);
}
await writeFile(join(out, "LICENSES.txt"), notices.join("\n\n"));
