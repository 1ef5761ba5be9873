/* Says so where the device made or gave no passkey: the library tells it to the console only. */

for (const sentence of document.querySelectorAll("[data-passkey-failed]")) {
  document.addEventListener("allauth.error", () => {
    // Shown anew, it is announced anew.
    sentence.hidden = true;
    requestAnimationFrame(() => { sentence.hidden = false; });
  });
}
