// The editor's own blocks. What they write is what articles/body_schema.py keeps; anything else would be dropped there.
import { Extension, Mark, mergeAttributes, Node, Plugin, pm } from "django-prose-editor/editor";
import { askForCard, chooseChart } from "desk/dialogs";
import { choosePicture } from "desk/pictures";
import { cardOf, chartOf, pictureOf, toolbar } from "desk/previews";
import { element, say, urls } from "desk/words";

/** Put a block below the one with the cursor (or in its place, if that is empty) and go on writing beneath. */
const place = (editor, block) => {
  const { doc, selection } = editor.state;
  const { $from } = selection;
  const top = $from.depth ? $from.node(1) : null;
  const isEmpty = top?.type.name === "paragraph" && top.content.size === 0;
  const from = isEmpty ? $from.before(1) : top ? $from.after(1) : selection.to;
  const to = isEmpty ? $from.after(1) : from;
  const isLast = to >= doc.content.size || !doc.nodeAt(to)?.isTextblock;
  editor
    .chain()
    .focus()
    .insertContentAt({ from, to }, isLast ? [block, { type: "paragraph" }] : [block], { updateSelection: false })
    .command(({ tr }) => {
      const end = from + tr.doc.nodeAt(from).nodeSize;
      tr.setSelection(pm.state.TextSelection.near(tr.doc.resolve(end)));
      return true;
    })
    .run();
};

const button = (buttons, icon, title) => buttons.material(icon, title);

/** Give the text the classes of the public page, so that it looks like it. */
export const PageLook = Extension.create({
  name: "pageLook",
  addProseMirrorPlugins() {
    return [new Plugin({ props: { attributes: { class: "prose", spellcheck: "true" } } })];
  },
});

export const Direction = Extension.create({
  name: "direction",
  addGlobalAttributes() {
    const types = ["paragraph", "heading", "blockquote", "bulletList", "orderedList", "table"];
    const dir = {
      default: null,
      parseHTML: (dom) => (["rtl", "ltr"].includes(dom.dir) ? dom.dir : null),
      renderHTML: ({ dir: value }) => (value ? { dir: value } : {}),
    };
    return [{ types, attributes: { dir } }];
  },
  addCommands() {
    return {
      toggleDirection:
        () =>
        ({ state, tr }) => {
          const base = this.editor.view.dom.closest("[dir]")?.dir === "rtl" ? "ltr" : "rtl";
          state.doc.nodesBetween(state.selection.from, state.selection.to, (node, place) => {
            if (node.isTextblock && "dir" in node.attrs) {
              tr.setNodeMarkup(place, null, { ...node.attrs, dir: node.attrs.dir ? null : base });
            }
          });
          return true;
        },
    };
  },
  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "direction",
      groups: "direction",
      button: button(buttons, "format_textdirection_r_to_l", say("rtl")),
      command: (editor) => editor.chain().focus().toggleDirection().run(),
      active: (editor) => ["rtl", "ltr"].some((dir) => editor.isActive({ dir })),
    });
  },
});

export const Cite = Mark.create({
  name: "cite",
  parseHTML: () => [{ tag: "cite" }],
  renderHTML: () => ["cite", 0],
  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "cite",
      groups: "quotes",
      priority: 70,
      button: button(buttons, "person", say("cite")),
      command: (editor) => editor.chain().focus().toggleMark("cite").run(),
      active: (editor) => editor.isActive("cite"),
      hidden: (editor) => !editor.isActive("pullQuote") && !editor.isActive("blockquote"),
    });
  },
});

const aside = (name, kind, content, icon, words, priority) =>
  Node.create({
    name,
    group: "block",
    content,
    defining: true,
    parseHTML: () => [{ tag: `aside.${kind}` }, { tag: `blockquote.${kind}`, priority: 60 }],
    renderHTML: () => ["aside", { class: kind }, 0],
    addMenuItems({ buttons, menu }) {
      menu.defineItem({
        name,
        groups: "quotes",
        priority,
        button: button(buttons, icon, say(words)),
        command: (editor) => editor.chain().focus().toggleWrap(name).run(),
        active: (editor) => editor.isActive(name),
      });
    },
  });

export const PullQuote = aside("pullQuote", "pull-quote", "paragraph+", "format_quote", "pullQuote", 90);
export const KeyPoints = aside("keyPoints", "key-points", "(paragraph | bulletList | orderedList)+", "checklist", "keyPoints", 80);

/** A figure: its preview, its tools and, where it has one, a caption one writes in place. */
const figureView = (name, attribute, preview, tools) => () => {
  return ({ node, editor, getPos }) => {
    const update = (attributes) =>
      editor.chain().setNodeSelection(getPos()).updateAttributes(name, attributes).run();
    const remove = () => editor.chain().setNodeSelection(getPos()).deleteSelection().run();
    const dom = element("figure", { class: "desk-figure" });
    const shown = element("div", { contenteditable: "false" });
    const caption = name === "chartFigure" ? null : element("figcaption", { "data-placeholder": say("caption") });
    let current = null;
    const draw = (fresh) => {
      if (fresh.attrs[attribute] !== current) {
        current = fresh.attrs[attribute];
        shown.replaceChildren(preview(current));
      }
      dom.classList.toggle("wide", Boolean(fresh.attrs.wide));
      caption?.classList.toggle("is-empty", fresh.content.size === 0);
    };
    draw(node);
    dom.append(toolbar(tools(update, remove, () => node.attrs)), shown, ...(caption ? [caption] : []));
    return {
      dom,
      ...(caption ? { contentDOM: caption } : {}),
      update(fresh) {
        if (fresh.type.name !== name) return false;
        node = fresh;
        draw(fresh);
        return true;
      },
      ignoreMutation: (mutation) => !caption?.contains(mutation.target),
      stopEvent: (event) => event.target.closest?.(".desk-figure__tools") !== null && event.type !== "dragstart",
    };
  };
};

const attribute = (name, html) => ({
  [name]: { default: null, parseHTML: (dom) => dom.getAttribute(html), renderHTML: (held) => ({ [html]: held[name] }) },
});
const wide = {
  wide: {
    default: false,
    parseHTML: (dom) => dom.classList.contains("wide"),
    renderHTML: (held) => (held.wide ? { class: "wide" } : {}),
  },
};
const captionOf = (dom) => dom.querySelector("figcaption") ?? document.createElement("span");
const widen = (update, held) => ["wide", () => update({ wide: !held().wide })];

const addPicture = async (editor, file = null) => {
  const chosen = await choosePicture(file);
  if (chosen) place(editor, { type: "pictureFigure", attrs: { picture: chosen.id } });
};

export const PictureFigure = Node.create({
  name: "pictureFigure",
  group: "block",
  content: "inline*",
  draggable: true,
  isolating: true,
  addAttributes: () => ({ ...attribute("picture", "data-picture"), ...wide }),
  parseHTML: () => [{ tag: "figure[data-picture]", contentElement: captionOf }],
  renderHTML: ({ HTMLAttributes }) => ["figure", mergeAttributes(HTMLAttributes), ["figcaption", 0]],
  addNodeView: figureView("pictureFigure", "picture", pictureOf, (update, remove, held) => [
    widen(update, held),
    ["replace", async () => {
      const chosen = await choosePicture();
      if (chosen) update({ picture: chosen.id });
    }],
    ["remove", remove],
  ]),
  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "picture",
      groups: "figures",
      priority: 90,
      button: button(buttons, "image", say("picture")),
      command: (editor) => addPicture(editor),
    });
  },
  addProseMirrorPlugins() {
    const take = (files) => {
      const file = [...files].find((one) => one.type.startsWith("image/"));
      if (file) addPicture(this.editor, file);
      return Boolean(file);
    };
    return [
      new Plugin({
        props: {
          handlePaste: (view, event) => take(event.clipboardData?.files ?? []),
          handleDrop: (view, event) => {
            const taken = take(event.dataTransfer?.files ?? []);
            if (taken) event.preventDefault();
            return taken;
          },
        },
      }),
    ];
  },
});

export const ChartFigure = Node.create({
  name: "chartFigure",
  group: "block",
  atom: true,
  draggable: true,
  addAttributes: () => ({ ...attribute("chart", "data-chart"), ...wide }),
  parseHTML: () => [{ tag: "figure[data-chart]" }],
  renderHTML: ({ HTMLAttributes }) => ["figure", mergeAttributes(HTMLAttributes)],
  addNodeView: figureView("chartFigure", "chart", chartOf, (update, remove, held) => [widen(update, held), ["remove", remove]]),
  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "chart",
      groups: "figures",
      priority: 80,
      button: button(buttons, "bar_chart", say("chart")),
      command: async (editor) => {
        const slug = await chooseChart(urls.charts);
        if (slug) place(editor, { type: "chartFigure", attrs: { chart: slug } });
      },
    });
  },
});

export const EmbedCard = Node.create({
  name: "embedCard",
  group: "block",
  content: "inline*",
  draggable: true,
  isolating: true,
  addOptions: () => ({ hosts: [] }),
  addAttributes: () => attribute("url", "data-embed"),
  parseHTML: () => [{ tag: "figure[data-embed]", contentElement: captionOf }],
  renderHTML: ({ HTMLAttributes }) => ["figure", mergeAttributes(HTMLAttributes), ["figcaption", 0]],
  addNodeView: figureView("embedCard", "url", cardOf, (update, remove) => [["remove", remove]]),
  addMenuItems({ buttons, menu }) {
    // Here `this` is what the menu hands over: the extension's name and options.
    const { hosts } = this.options;
    menu.defineItem({
      name: "card",
      groups: "figures",
      priority: 70,
      button: button(buttons, "smart_display", say("card")),
      command: async (editor) => {
        const card = await askForCard(hosts);
        if (!card) return;
        const link = { type: "text", text: card.url, marks: [{ type: "link", attrs: { href: card.url } }] };
        const made = card.isKnown
          ? { type: "embedCard", attrs: { url: card.url } }
          : { type: "paragraph", content: [link] };
        place(editor, made);
      },
    });
  },
});

export const PaywallBreak = Node.create({
  name: "paywallBreak",
  group: "block",
  atom: true,
  draggable: true,
  parseHTML: () => [{ tag: "div[data-paywall-break]" }],
  renderHTML: () => ["div", { "data-paywall-break": "" }],
  addNodeView: () => () => ({
    dom: element("div", { class: "desk-paywall", "data-paywall-break": "", contenteditable: "false" }, [
      element("strong", { text: say("paywall") }),
      element("span", { text: say("paywallHint") }),
    ]),
  }),
  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "paywall",
      groups: "paywall",
      button: buttons.text(say("paywall"), say("paywallHint")),
      command: (editor) => {
        // One is enough: the old one goes, wherever it stood.
        const old = [];
        editor.state.doc.forEach((node, at) => {
          if (node.type.name === "paywallBreak") old.unshift(at);
        });
        old.forEach((at) => editor.commands.deleteRange({ from: at, to: at + 1 }));
        place(editor, { type: "paywallBreak" });
      },
    });
  },
});
