// What marp-cli renders the decks with: Marp's own; each picture is put into the
// HTML, so that one file is a deck; code says how long it is, and which of its
// lines are typed.
const fs = require("node:fs");
const path = require("node:path");

const deck = process.env.DECK_DIR || __dirname; // pictures are named from here

function inlined(url) {
    const [file, part] = url.split("#");
    const svg = fs.readFileSync(path.resolve(deck, file), "utf8");
    return "data:image/svg+xml;base64," + Buffer.from(svg).toString("base64") +
        (part ? "#" + part : "");
}

const lines = (text) => text.replace(/\n$/, "").split("\n");

// As large as the longest line allows, in pixels, and the height that the other
// blocks and the text of the slide leave. A character is 0.602 as wide as it is high.
function size(tokens, i) {
    const slide = { from: i, to: i };
    while (slide.from && tokens[slide.from].type !== "marpit_slide_open")
        slide.from--;
    while (tokens[slide.to] && tokens[slide.to].type !== "marpit_slide_close")
        slide.to++;
    const all = tokens.slice(slide.from, slide.to);
    const blocks = all.filter((token) => token.type === "fence");
    const text = all.filter((token) => token.type === "paragraph_open").length;
    const height = blocks.reduce((sum, { content }) => sum + lines(content).length, 0);
    const width = Math.max(...lines(tokens[i].content).map((line) => line.length));
    const room = 540 - 60 * blocks.length - 60 * text;
    return [34, 32, 30, 28, 26, 24].find((px) =>
        width * px * 0.602 <= 1090 && height * px * 1.3 <= room) || 22;
}

// A command is typed, what follows is printed.
const typed = (html) =>
    html.replace(/^((?:host)?[$#] |&gt; )(.*)$/gm, '$1<span class="typed">$2</span>');

module.exports = ({ marp }) => marp.use((md) => {
    md.core.ruler.push("inline_pictures", (state) => {
        for (const block of state.tokens)
            for (const token of block.children || [])
                if (token.type === "image")
                    token.attrSet("src", inlined(token.attrGet("src")));
    });
    const fence = md.renderer.rules.fence;
    md.renderer.rules.fence = (tokens, i, options, env, self) => {
        const { info, content } = tokens[i];
        const px = `style="font-size: ${size(tokens, i)}px"`;
        if (info.startsWith("console"))
            return `<pre><code ${px}>${typed(md.utils.escapeHtml(content))}</code></pre>`;
        return fence(tokens, i, options, env, self).replace(/<code /, `<code ${px} `);
    };
    md.set({ breaks: false }); // a paragraph is filled
});
