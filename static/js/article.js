/* Article tools that need a script: text size, and sharing through the device. Hidden in the markup until they work. */

const SIZES = ["", "large", "largest"];
const root = document.documentElement;

for (const button of document.querySelectorAll("[data-text-size]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = SIZES[(SIZES.indexOf(root.dataset.text ?? "") + 1) % SIZES.length];
    if (next) root.dataset.text = next;
    else delete root.dataset.text;
    try {
      localStorage.setItem("text-size", next);
    } catch {
      /* Without storage the size lasts for this page. */
    }
  });
}

for (const button of document.querySelectorAll("[data-share]")) {
  const status = document.querySelector("[data-share-status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    const story = { title: document.title, url: button.dataset.share };
    try {
      if (navigator.share) {
        await navigator.share(story);
      } else {
        await navigator.clipboard.writeText(story.url);
        if (status) status.textContent = button.dataset.copied;
      }
    } catch {
      /* The reader closed the sheet, or the device refused: the address bar still has the link. */
    }
  });
}
