/* A running story asks once a minute, while somebody looks, whether it has gone on; if so it says so, and the reader
   decides when to see it. Nothing moves by itself. */

const SECONDS = 60;
const bar = document.querySelector("[data-live]");

if (bar) changed().then(follow);

function changed() {
  return fetch(bar.dataset.live, { cache: "no-cache" })
    .then((answer) => (answer.ok ? answer.json() : {}))
    .then((said) => said.changed_at)
    .catch(() => undefined);
}

function follow(before) {
  const clock = setInterval(async () => {
    if (document.visibilityState !== "visible") return;
    const now = await changed();
    if (!now || !before || now === before) return;
    clearInterval(clock);
    bar.hidden = false;
  }, SECONDS * 1000);
}
