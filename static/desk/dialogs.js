// Windows that ask for something and answer with a promise: what was chosen, or null.
import { element, say } from "desk/words";

/** Open a window; `fill(body, done)` puts its content in and calls `done(answer)`. */
export const openDialog = (title, fill) =>
  new Promise((resolve) => {
    const body = element("div", { class: "picker__body" });
    const close = element("button", { class: "desk-icon", type: "button", "aria-label": say("close"), text: "✕" });
    const head = element("header", { class: "picker__head" }, [element("h2", { text: title }), close]);
    const dialog = element("dialog", { class: "picker", "aria-label": title }, [head, body]);
    let answer = null;
    const done = (value) => {
      answer = value;
      dialog.close();
    };
    close.addEventListener("click", () => done(null));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    fill(body, done);
    dialog.showModal();
  });

/** A field for searching that calls `find(words)` as one types. */
export const searchField = (find) => {
  let waiting = 0;
  const field = element("input", { class: "desk-input", type: "search", placeholder: say("search"), "aria-label": say("search") });
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => find(field.value), 250);
  });
  return field;
};

/** The HTML of a fragment of ours. */
export const fetchFragment = async (url, query) => {
  const answer = await fetch(`${url}?${new URLSearchParams(query)}`, { credentials: "same-origin" });
  return answer.ok ? answer.text() : "";
};

/** Choose a chart; answers its short name. */
export const chooseChart = (url) =>
  openDialog(say("charts"), (body, done) => {
    const list = element("div", { class: "picker__list" });
    const find = async (words) => {
      list.innerHTML = await fetchFragment(url, { q: words });
    };
    list.addEventListener("click", (event) => {
      const row = event.target.closest("[data-slug]");
      if (row) done(row.dataset.slug);
    });
    body.append(searchField(find), list);
    find("");
  });

/** Ask for the address of a page elsewhere; answers {url, isKnown}. */
export const askForCard = (hosts) =>
  openDialog(say("cardTitle"), (body, done) => {
    const isKnown = (address) => {
      try {
        const { protocol, hostname } = new URL(address);
        return protocol === "https:" && hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`));
      } catch {
        return false;
      }
    };
    const field = element("input", { class: "desk-input", type: "url", required: true, "aria-label": say("cardUrl"), placeholder: "https://" });
    const hint = element("p", { class: "desk-muted" });
    field.addEventListener("input", () => {
      hint.textContent = field.value && !isKnown(field.value) ? say("cardUnknown") : "";
    });
    const insert = element("button", { class: "desk-button is-main", type: "submit", text: say("insert") });
    const form = element("form", { class: "desk-field" }, [field, hint, insert]);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      done({ url: field.value.trim(), isKnown: isKnown(field.value.trim()) });
    });
    body.append(form);
  });
