// A preview in the public style sheets, kept apart from the desk's own.
for (const source of document.querySelectorAll("template[data-shadow]")) {
  const host = source.nextElementSibling;
  host.attachShadow({ mode: "open" }).append(source.content.cloneNode(true));
}
