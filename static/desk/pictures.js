// The window of the picture library: choose one, or add one with its words.
import { fetchFragment, openDialog, searchField } from "desk/dialogs";
import { element, say, token, urls } from "desk/words";

const upload = async (form) => {
  const answer = await fetch(urls.upload, {
    method: "POST",
    body: new FormData(form),
    headers: { "X-CSRFToken": token() },
    credentials: "same-origin",
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.message);
  return told;
};

const labelled = (text, field) => element("label", { class: "picker__label" }, [element("span", { text }), field]);

const uploadForm = (file, done) => {
  const choose = element("input", { type: "file", name: "file", accept: "image/*", required: true });
  // The skin's script listens to every file field and trips over one without its own markup around it.
  choose.hasChangeListener = true;
  if (file) {
    const transfer = new DataTransfer();
    transfer.items.add(file);
    choose.files = transfer.files;
  }
  const alt = element("input", { class: "desk-input", name: "alt", maxlength: 400, required: true });
  const caption = element("input", { class: "desk-input", name: "caption", maxlength: 600 });
  const credit = element("input", { class: "desk-input", name: "credit", maxlength: 200 });
  const trouble = element("p", { class: "desk-field__error", role: "alert" });
  const add = element("button", { class: "desk-button is-main", type: "submit", text: say("add") });
  const form = element("form", { class: "picker__upload" }, [
    labelled(say("file"), choose),
    labelled(say("alt"), alt),
    labelled(say("captionOwn"), caption),
    labelled(say("credit"), credit),
    trouble,
    add,
  ]);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    add.disabled = true;
    trouble.textContent = say("uploading");
    try {
      done(await upload(form));
    } catch (error) {
      trouble.textContent = error.message || say("failed");
      add.disabled = false;
    }
  });
  return form;
};

/** Answers {pk, id, url, alt, caption, credit}, or null. With a `file`, its form stands open. */
export const choosePicture = (file = null) =>
  openDialog(say("pictures"), (body, done) => {
    const grid = element("div", { class: "picker__grid" });
    let words = "";
    const show = async (page) => {
      const html = await fetchFragment(urls.pick, { q: words, page });
      if (page === 1) grid.innerHTML = html;
      else {
        grid.querySelector("[data-more]")?.remove();
        grid.insertAdjacentHTML("beforeend", html);
      }
    };
    grid.addEventListener("click", (event) => {
      const more = event.target.closest("[data-more]");
      const item = event.target.closest("[data-id]");
      if (more) show(Number(more.dataset.more));
      else if (item) done({ ...item.dataset });
    });
    const search = searchField((typed) => {
      words = typed;
      show(1);
    });
    const details = element("details", { class: "picker__new", open: file !== null }, [
      element("summary", { text: say("addPicture") }),
      uploadForm(file, done),
    ]);
    body.append(details, search, grid);
    show(1);
  });

/** Let the field of a lead picture be filled from the library. */
export const enlivenPictureField = (widget) => {
  const field = widget.querySelector("input[type=hidden]");
  const figure = widget.querySelector("[data-picture-shown]");
  const clear = widget.querySelector("[data-picture-clear]");
  const set = (picture) => {
    field.value = picture ? picture.pk : "";
    figure.hidden = clear.hidden = !picture;
    if (picture) {
      figure.querySelector("img").src = picture.url;
      figure.querySelector("img").alt = picture.alt;
      figure.querySelector("[data-picture-alt]").textContent = picture.alt;
      figure.querySelector("[data-picture-credit]").textContent = picture.credit;
    }
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  widget.querySelector("[data-picture-choose]").addEventListener("click", async () => {
    const picture = await choosePicture();
    if (picture) set(picture);
  });
  clear.addEventListener("click", () => set(null));
};
