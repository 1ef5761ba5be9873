/* Suggestions under a search field (the combobox pattern of ARIA). Without a script the field is an ordinary one. */

const PAUSE = 150;

for (const input of document.querySelectorAll("[data-suggest]")) suggestTo(input);

function suggestTo(input) {
  const list = document.getElementById(input.dataset.suggest);
  const status = document.getElementById(input.dataset.suggestStatus);
  let waiting, asking, chosen = -1;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  close();

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else choose(event.key === "ArrowDown" ? chosen + 1 : chosen - 1);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.assign(list.children[chosen].dataset.url);
    }
  });
  input.addEventListener("blur", close);
  /* Pressing on the list must not take the field's focus, and with it the list, away before the click arrives. */
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[data-url]");
    if (option) location.assign(option.dataset.url);
  });

  async function ask() {
    clearTimeout(waiting);
    asking?.abort();
    const typed = input.value.trim();
    if (typed.length < 2) return close();
    asking = new AbortController();
    const { signal } = asking;
    const address = new URL(input.dataset.suggestUrl, location.href);
    address.searchParams.set("q", typed);
    try {
      const answer = await fetch(address, { signal });
      if (answer.ok) show((await answer.json()).suggestions);
    } catch {
      /* Aborted because more was typed, or the network is away: the form still searches. */
    }
  }

  function show(suggestions) {
    if (document.activeElement !== input || !suggestions.length) return close();
    list.replaceChildren(...suggestions.map(option));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    choose(-1);
    if (status) status.textContent = status.dataset.some.replace("{count}", suggestions.length);
  }

  function option({ text, url, label }, number) {
    const row = document.createElement("li");
    row.id = `${list.id}-${number}`;
    row.setAttribute("role", "option");
    row.dataset.url = url;
    row.append(text);
    if (label) {
      const kind = document.createElement("span");
      kind.className = "meta";
      kind.append(label);
      row.append(" ", kind);
    }
    return row;
  }

  /* Past either end one is back in the field. */
  function choose(number) {
    const count = list.children.length;
    chosen = number >= count ? -1 : number < -1 ? count - 1 : number;
    [...list.children].forEach((row, place) => row.setAttribute("aria-selected", String(place === chosen)));
    if (chosen < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[chosen].id);
    list.children[chosen].scrollIntoView({ block: "nearest" });
  }

  function close() {
    clearTimeout(waiting);
    asking?.abort();
    chosen = -1;
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    if (status) status.textContent = "";
  }
}
