// What marp-cli renders the decks with: Marp's own, and each picture is put
// into the HTML, so that one file is a deck. Slides are light, so a picture's
// colours for the dark are left out.
const fs = require("node:fs");
const path = require("node:path");

const deck = process.env.DECK_DIR || __dirname; // pictures are named from here

function inlined(url) {
    const svg = fs.readFileSync(path.resolve(deck, url), "utf8");
    const light = svg.replaceAll("(prefers-color-scheme: dark)", "not all");
    return "data:image/svg+xml;base64," + Buffer.from(light).toString("base64");
}

module.exports = ({ marp }) => marp.use((md) => {
    md.core.ruler.push("inline_pictures", (state) => {
        for (const block of state.tokens)
            for (const token of block.children || [])
                if (token.type === "image")
                    token.attrSet("src", inlined(token.attrGet("src")));
    });
});
