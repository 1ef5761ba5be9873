// What can be measured about a letter beside what looks.js measures; a function for the browser.
() => {
  const width = document.documentElement.clientWidth;
  const name = (element) => `${element.tagName.toLowerCase()} “${element.textContent.trim().slice(0, 40)}”`;
  const shown = [...document.body.querySelectorAll("*")].filter((element) => element.checkVisibility());
  const preview = document.body.firstElementChild;
  const isPreview = (element) => preview.contains(element);
  const sticksOut = (element) => {
    const { left, right } = element.getBoundingClientRect();
    return left < -1 || right > width + 1;
  };
  const cuts = (element) =>
    getComputedStyle(element).overflow !== "visible" &&
    (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1);
  // Words whose own direction nobody knows say so themselves.
  const { dir } = document.documentElement;
  const isTurned = (element) => element.closest("[dir]").dir === dir && getComputedStyle(element).direction !== dir;
  const says = (element) => element.textContent.trim() || element.querySelector("img")?.alt;
  return {
    preheader: preview.textContent.trim(),
    cut: shown.filter((element) => !isPreview(element) && (sticksOut(element) || cuts(element))).map(name),
    empty: shown.filter((element) => element.matches("a, strong, em") && !says(element)).map(name),
    turned: shown.filter(isTurned).map(name),
  };
};
