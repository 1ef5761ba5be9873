/* A row is dragged to its place by its handle, or moved there by the keys on it. What is written into the form are its
   own numbers, and its button keeps them as it keeps typed ones. It is always the other rows that make way: the one in
   hand stays where it is in the document, and so keeps the pointer and the focus. */

const list = document.querySelector("[data-ranking]");
const said = document.querySelector("[data-ranking-said]");
// How near to the window's edge a row is held for the page to follow, and how far it then goes in a frame.
const EDGE = 72;
const PULL = 10;
const GLIDE = { duration: 140, easing: "ease-out" };

if (list) {
  for (const row of list.children) {
    const handle = row.querySelector("[data-handle]");
    handle.addEventListener("keydown", (event) => press(event, row));
    handle.addEventListener("pointerdown", (event) => drag(event, row, handle));
    row.addEventListener("click", (event) => step(event, row));
  }
  list.closest("form").dataset.draggable = "";
}

function placeOf(row) {
  return [...list.children].indexOf(row);
}

/* The rows between here and there make way; places beyond the ends are the ends. */
function bring(row, place) {
  const way = Math.min(Math.max(place, 0), list.children.length - 1) - placeOf(row);
  for (let gone = 0; gone < Math.abs(way); gone += 1) {
    const other = way < 0 ? row.previousElementSibling : row.nextElementSibling;
    const before = other.offsetTop;
    if (way < 0) row.after(other);
    else row.before(other);
    glide(other, before);
  }
  if (way) number();
}

function glide(row, before) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  row.animate({ translate: [`0 ${before - row.offsetTop}px`, "0 0"] }, GLIDE);
}

function number() {
  for (const [place, row] of [...list.children].entries()) {
    row.querySelector("input").value = place + 1;
    row.querySelector("[value$=':up']").disabled = !row.previousElementSibling;
    row.querySelector("[value$=':down']").disabled = !row.nextElementSibling;
  }
  list.closest("form").dataset.changed = "";
}

function say(row, before) {
  const place = placeOf(row);
  if (place === before) return;
  said.textContent = said.dataset.rankingSaid.replace("{name}", row.dataset.name).replace("{place}", place + 1);
}

function press(event, row) {
  const before = placeOf(row);
  const places = { ArrowUp: before - 1, ArrowDown: before + 1, Home: 0, End: list.children.length - 1 };
  if (!(event.key in places)) return;
  event.preventDefault();
  bring(row, places[event.key]);
  row.scrollIntoView({ block: "nearest" });
  say(row, before);
}

/* The buttons of a row are kept at once and know only what is kept. What was dragged before is sent along with them. */
function step(event, row) {
  const button = event.target.closest("[name=move]");
  if (!button || !("changed" in button.form.dataset)) return;
  event.preventDefault();
  const other = button.value.endsWith(":up") ? row.previousElementSibling : row.nextElementSibling;
  number();
  const [mine, its] = [row, other].map((each) => each.querySelector("input"));
  [mine.value, its.value] = [its.value, mine.value];
  button.form.requestSubmit();
}

function drag(down, row, handle) {
  if (!down.isPrimary || down.button !== 0) return;
  const before = placeOf(row);
  const listening = new AbortController();
  const { signal } = listening;
  const grip = down.clientY - middle(row);
  let y = down.clientY;
  const follow = () => {
    if (signal.aborted) return;
    if (y < EDGE) scrollBy(0, -PULL);
    else if (y > innerHeight - EDGE) scrollBy(0, PULL);
    settle(row, y - grip);
    requestAnimationFrame(follow);
  };
  const letGo = (event) => {
    listening.abort();
    delete row.dataset.held;
    if (event.type === "pointerup") settle(row, event.clientY - grip);
    else bring(row, before);
    say(row, before);
  };
  handle.setPointerCapture(down.pointerId);
  row.dataset.held = "";
  handle.addEventListener("pointermove", (event) => { y = event.clientY; }, { signal });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) handle.addEventListener(end, letGo, { signal });
  addEventListener("keydown", (event) => event.key === "Escape" && letGo(event), { signal });
  follow();
}

/* Past the middle of a neighbour, the neighbour makes way. */
function settle(row, y) {
  const place = placeOf(row);
  const above = [...list.children].slice(0, place).filter((other) => y < middle(other)).length;
  const below = [...list.children].slice(place + 1).filter((other) => y > middle(other)).length;
  bring(row, place - above + below);
}

/* In the window. Where rows stand is asked of the page, which does not count their glide. */
function middle(row) {
  return list.getBoundingClientRect().top - list.offsetTop + row.offsetTop + row.offsetHeight / 2;
}
