/* Appearance: follow the system, or stay light or dark. Loaded before the page paints, so nothing flashes. */
(() => {
  const root = document.documentElement;
  const read = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // Storage may be switched off; the system's choice then stands.
    }
  };
  const write = (key, value) => {
    try {
      if (value) localStorage.setItem(key, value);
      else localStorage.removeItem(key);
    } catch {
      /* Without storage the choice lasts for this page. */
    }
  };
  const show = (name, value) => {
    if (value) root.dataset[name] = value;
    else delete root.dataset[name];
  };

  show("theme", read("theme"));
  show("text", read("text-size"));

  document.addEventListener("DOMContentLoaded", () => {
    const choices = document.querySelectorAll("[data-theme-choice]");
    const press = () => {
      for (const button of choices) {
        button.setAttribute("aria-pressed", String(button.dataset.themeChoice === (root.dataset.theme ?? "")));
      }
    };
    for (const button of choices) {
      button.addEventListener("click", () => {
        show("theme", button.dataset.themeChoice);
        write("theme", button.dataset.themeChoice);
        press();
      });
      button.closest("[hidden]")?.removeAttribute("hidden");
    }
    press();
  });
})();
