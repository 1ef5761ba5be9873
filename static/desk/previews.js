// How a figure looks while one writes: the picture itself, the chart as it is drawn, a card.
import { element, say, urls } from "desk/words";

export const pictureOf = (id) => element("img", { src: urls.show.replace("{id}", id), alt: "", draggable: false });

/** The chart in a shadow of its own, so that the page's style sheets and the desk's keep apart. */
export const chartOf = (slug) => {
  const host = element("div", { class: "desk-chart" });
  const shadow = host.attachShadow({ mode: "open" });
  fetch(urls.chart.replace("{slug}", slug), { credentials: "same-origin" }).then(async (answer) => {
    shadow.innerHTML = answer.ok ? await answer.text() : `<p>${slug}</p>`;
  });
  return host;
};

export const cardOf = (url) =>
  element("p", { class: "desk-card__url" }, [element("a", { href: url, target: "_blank", rel: "noopener noreferrer", text: url })]);

/** The small buttons over a figure. */
export const toolbar = (buttons) =>
  element(
    "div",
    { class: "desk-figure__tools", contenteditable: "false" },
    buttons.map(([name, act]) => element("button", { type: "button", class: "desk-button is-small", text: say(name), onclick: act })),
  );
