/* Handing a story on: through the device where it offers that, and by copying the link. */

const status = document.querySelector("[data-status]");

for (const button of document.querySelectorAll("[data-share]")) {
  button.hidden = !navigator.share;
  button.addEventListener("click", () => {
    // Refused is what the reader did: they closed the sheet.
    navigator.share({ title: button.dataset.title, url: button.dataset.share }).catch(() => null);
  });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      status.textContent = button.dataset.copied;
      button.setAttribute("data-done", "");
      setTimeout(() => button.removeAttribute("data-done"), 2000);
    } catch {
      status.textContent = button.dataset.failed;
    }
  });
}
