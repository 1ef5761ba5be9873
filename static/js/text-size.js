/* Text size: normal, large, largest. js/theme.js sets it again before the next page paints. */

const SIZES = ["", "large", "largest"];
const root = document.documentElement;
const status = document.querySelector("[data-status]");

for (const button of document.querySelectorAll("[data-text-size]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = (SIZES.indexOf(root.dataset.text ?? "") + 1) % SIZES.length;
    if (next) root.dataset.text = SIZES[next];
    else delete root.dataset.text;
    status.textContent = button.dataset.sizes.split("|")[next];
    try {
      localStorage.setItem("text-size", SIZES[next]);
    } catch {
      /* Without storage the size lasts for this page. */
    }
  });
}
