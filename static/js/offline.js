/* Registers the worker that shows a page of ours where there is no network, once the page itself is there. */
addEventListener("load", () => navigator.serviceWorker?.register("/sw.js").catch(() => null));
