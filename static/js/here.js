/* What is personal on a page that is the same for everybody: who is reading, what they saved and follow, what is left
   of their meter, the receipt of the wall they met, and, if they keep a history, that they read this. One private
   request, by which the reading is noted; without a meter and a wall a stranger's page stays as it is. */

const place = document.querySelector("[data-here]");
const toggles = [...document.querySelectorAll("button[data-toggle]")];
const say = (words) => {
  place.textContent = words;
};

const meter = document.querySelector("[data-meter]");
const wall = document.querySelector("[data-wall]");
const query = new URLSearchParams(toggles.map((button) => ["key", button.dataset.toggle]));
if (meter) query.set("meter", meter.dataset.meter);
if (wall) query.set("wall", wall.dataset.wall);
tell(query);
const answer = place && (await fetch(`${place.dataset.here}?${query}`).catch(() => null));
const person = answer?.ok ? await answer.json() : {};

const post = (url, body, options = {}) =>
  fetch(url, {
    method: "POST",
    body,
    redirect: "manual",
    headers: { "X-CSRFToken": person.token, Accept: "application/json" },
    ...options,
  }).catch(() => null);

if (person.meter) meter.innerHTML = person.meter;
if (person.receipt) {
  const code = document.createElement("span");
  code.className = "nowrap";
  code.dir = "ltr";
  code.textContent = person.receipt;
  wall.after(" ", code);
}
if (person.is_known) {
  greet();
  for (const button of toggles) {
    show(button, person.on.includes(button.dataset.toggle));
    button.parentElement.querySelector("a[data-toggle]").hidden = true;
    button.hidden = false;
    button.addEventListener("click", () => press(button));
  }
  const story = document.querySelector("[data-story]");
  const prose = document.querySelector(".prose");
  if (story && prose && person.keeps_history) follow(story.dataset.story, prose);
}

/* For the reading log: which story this is, the host of another site that led here, and its campaign. */
function tell(query) {
  const story = document.querySelector("[data-story]")?.dataset.story.match(/[0-9a-f-]{36}/);
  if (!story) return;
  query.set("story", story[0]);
  const from = document.referrer ? new URL(document.referrer).hostname : "";
  if (from && from !== location.hostname) {
    query.set("referrer", from);
    passOn(from);
  }
  const campaign = new URLSearchParams(location.search).get("utm_campaign");
  if (campaign) query.set("campaign", campaign.slice(0, 100));
}

/* Who goes on to the offer from here takes along which site led them here, in the address and nowhere else. */
function passOn(from) {
  for (const link of document.querySelectorAll('a[href^="/pro/"]')) {
    const offer = new URL(link.href);
    offer.searchParams.set("from", from);
    link.href = offer.href;
  }
}

function greet() {
  const isTrue = { known: true, stranger: false, staff: person.is_staff, member: person.has_pro, prospect: !person.has_pro };
  for (const part of document.querySelectorAll("[data-viewer]")) part.hidden = !isTrue[part.dataset.viewer];
  for (const name of document.querySelectorAll("[data-viewer-name]")) name.textContent = person.name;
  for (const field of document.querySelectorAll("[data-viewer-email]")) field.value ||= person.email;
}

function show(button, isOn) {
  button.toggleAttribute("data-on", isOn);
}

async function press(button) {
  const { toggle, add, remove, saidOn, saidOff } = button.dataset;
  const wasOn = button.hasAttribute("data-on");
  const done = await post(wasOn ? remove : add);
  if (done?.ok) {
    for (const each of toggles) if (each.dataset.toggle === toggle) show(each, !wasOn);
    say(wasOn ? saidOff : saidOn);
  } else if (done?.type === "opaqueredirect") {
    location.assign(add); // Signed out in the meantime: the page there asks to sign in.
  } else {
    say(place.dataset.failed);
  }
}

/* Noted after some seconds in sight, and once more on leaving if the reader came further. */
function follow(url, prose) {
  const SECONDS = 8;
  let seen = 0;
  let furthest = 0;
  let noted = -1;
  const look = () => {
    const { top, height } = prose.getBoundingClientRect();
    furthest = Math.max(furthest, Math.min(100, Math.round((100 * (innerHeight - top)) / height)), 0);
  };
  const note = () => {
    look();
    if (seen < SECONDS || furthest <= noted) return;
    noted = furthest;
    post(url, new URLSearchParams({ furthest }), { keepalive: true });
  };
  const clock = setInterval(() => {
    if (document.visibilityState !== "visible") return;
    seen += 1;
    look();
    if (seen === SECONDS) note();
  }, 1000);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") note();
  });
  addEventListener("pagehide", () => clearInterval(clock));
}
