/* A sign-up form asks for its stamp once somebody is in it, and is sent by the script that comes with it. */

for (const form of document.querySelectorAll('form[action^="/newsletters/sign-up/"]')) {
  let script = null;
  const begin = () =>
    (script ??= fetch(form.action, { headers: { Accept: "application/json" } })
      .then((answer) => answer.json())
      .then(async (told) => (await import(told.script)).ready(form, told))
      .catch(() => null));
  form.addEventListener("focusin", begin);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await (await begin())?.();
    form.submit();
  });
}
