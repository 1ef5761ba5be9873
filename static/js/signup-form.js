/* A sign-up form with its stamp: it never goes faster than people type, and while the forms are guarded it brings the
   solution of the stamp's puzzle. Whatever fails here, the form is sent, and answered with a page that does without. */

export function ready(form, told) {
  const ripe = performance.now() + 1000 * told.quickest;
  const status = document.createElement("p");
  status.className = "signup__small";
  status.setAttribute("role", "status");
  form.querySelector(".signup__row").after(status);
  /* Whoever comes back to the page as they left it needs another stamp. */
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
  let prepared = null;
  return () => (prepared ??= prepare(form, told, ripe, status).catch(() => null));
}

async function prepare(form, told, ripe, status) {
  const isGuarded = told.is_guarded || form.hasAttribute("data-guarded");
  const left = ripe - performance.now();
  if (isGuarded || left > 0) status.textContent = isGuarded ? told.work : told.wait;
  const [answer] = await Promise.all([
    isGuarded ? solve(told, form.elements.email.value.trim()) : "",
    new Promise((resolve) => setTimeout(resolve, left)),
  ]);
  // Without a solution it is the wait that counts, which began with the stamp that is in the form, if any.
  if (isGuarded && !answer) return;
  put(form, "shown", told.shown);
  put(form, "answer", answer);
}

/* Nothing where the browser cannot (WebCrypto is there on secure pages only), or where waiting does as well by then. */
function solve({ worker: address, shown, difficulty, patience }, email) {
  if (!crypto.subtle) return "";
  return new Promise((resolve) => {
    const worker = new Worker(address);
    const end = (answer) => {
      worker.terminate();
      resolve(answer);
    };
    worker.onmessage = ({ data }) => end(data);
    worker.onerror = () => end("");
    setTimeout(end, 1000 * patience, "");
    worker.postMessage({ shown, email, difficulty });
  });
}

function put(form, name, value) {
  let field = form.elements[name];
  if (!field) {
    field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    form.append(field);
  }
  field.value = value;
}
