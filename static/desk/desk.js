// The form of one text: it saves itself while one writes, and never twice at once.
import { enlivenPictureField } from "desk/pictures";
import { element, say, urls } from "desk/words";

const PAUSE = 800;
const desk = document.querySelector("[data-desk]");

const autosave = (form) => {
  const number = form.querySelector("[name=number]");
  const status = form.querySelector("[data-saved]");
  const checklist = form.querySelector("[data-checklist]");
  let waiting = 0;
  let running = null;
  let isDirty = false;
  let isBlocked = false;

  const tell = (text, isBad = false) => {
    status.textContent = text;
    status.classList.toggle("is-bad", isBad);
  };

  const send = async () => {
    isDirty = false;
    tell(say("saving"));
    let answer;
    try {
      answer = await fetch(urls.autosave, { method: "POST", body: new FormData(form), credentials: "same-origin" });
      const told = await answer.json();
      if (answer.ok) {
        number.value = told.number;
        checklist.innerHTML = told.checklist;
        tell(say("saved", { time: told.time }));
        return;
      }
      // Somebody else saved, or a field is wrong: a person has to look. Their next save will tell them again.
      isBlocked = answer.status === 409;
      tell(told.message, true);
    } catch {
      tell(say("failed"), true);
      later(PAUSE * 10);
    }
    isDirty = true;
  };

  const later = (pause = PAUSE) => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      if (isBlocked) return;
      if (running) await running;
      running = send();
      await running;
      running = null;
    }, pause);
  };

  form.addEventListener("input", () => {
    isDirty = true;
    if (!isBlocked) tell(say("unsaved"));
    later();
  });
  form.addEventListener("submit", async (event) => {
    clearTimeout(waiting);
    isDirty = false;
    if (!running) return;
    // The save under way names a new revision; the button has to wait for it.
    event.preventDefault();
    await running;
    form.requestSubmit(event.submitter);
  });
  document.addEventListener("keydown", (event) => {
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[name=_save]"));
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (isDirty) event.preventDefault();
  });
};

const bylines = (box) => {
  const total = box.querySelector("[name=bylines-TOTAL_FORMS]");
  const rows = () => [...box.querySelectorAll("[data-byline]")];
  const changed = () => box.dispatchEvent(new Event("input", { bubbles: true }));
  const renumber = () =>
    rows().forEach((row, place) => {
      row.querySelector("[name$=-ORDER]").value = place + 1;
    });
  box.querySelector("[data-byline-add]").addEventListener("click", () => {
    const html = box.querySelector("[data-byline-template]").innerHTML.replaceAll("__prefix__", total.value);
    const row = element("div");
    row.innerHTML = html;
    const fresh = row.querySelector("[data-byline]");
    (rows().at(-1) ?? box.querySelector("[data-byline-template]")).after(fresh);
    total.value = Number(total.value) + 1;
    renumber();
    // The admin's own script listens for this and makes the author field searchable.
    fresh.dispatchEvent(new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: "bylines" } }));
  });
  box.addEventListener("click", (event) => {
    const row = event.target.closest("[data-byline-up]")?.closest("[data-byline]");
    const above = row?.previousElementSibling;
    if (above?.matches("[data-byline]")) {
      above.before(row);
      renumber();
      changed();
    }
  });
  renumber();
};

if (desk) {
  const form = desk.closest("form");
  autosave(form);
  form.querySelectorAll("[data-bylines]").forEach(bylines);
  form.querySelectorAll("[data-picture-widget]").forEach(enlivenPictureField);
  // Fields that a library searches in tell of changes in its own way only.
  window.django?.jQuery(form).on("select2:select select2:unselect select2:clear", (event) => {
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
