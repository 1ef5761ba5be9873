/* Registers the worker that shows a page of ours where there is no network. */
navigator.serviceWorker?.register("/sw.js").catch(() => null);
