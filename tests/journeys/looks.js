// What can be measured about how a page looks; a function for the browser. Every list holds what is wrong.
async () => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const name = (element) => `${element.tagName.toLowerCase()}.${element.className} “${element.textContent.trim().slice(0, 40)}”`;
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return { channels: [red, green, blue], alpha: alpha / 255 };
  };
  // WCAG 2.2, relative luminance and contrast ratio.
  const luminance = (channels) => {
    const [red, green, blue] = channels.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  // The ground under an element; null where a picture or a translucent layer makes it hard to say.
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const style = getComputedStyle(each);
      if (style.backgroundImage !== "none") return null;
      const colour = rgba(style.backgroundColor);
      if (colour.alpha > 0.99) return colour.channels;
      if (colour.alpha > 0.01) return null;
    }
    return [255, 255, 255];
  };
  const isPale = (element) => {
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const below = ground(element);
    return below !== null && contrast(rgba(style.color).channels, below) < (isLarge ? 3 : 4.5);
  };
  const hasWords = (element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim()) &&
    !element.closest(".visually-hidden, [aria-hidden=true], :disabled, svg, noscript, option") &&
    shown(element);

  const pictures = [...document.images];
  for (const picture of pictures) picture.loading = "eager";
  await Promise.all(pictures.map((picture) => picture.decode().catch(() => null)));
  await document.fonts.ready;
  const root = document.documentElement;
  return {
    language: `${root.lang} ${root.dir}`,
    overflow: Math.max(0, root.scrollWidth - root.clientWidth),
    headings: [...document.querySelectorAll("h1")].filter(shown).length,
    undescribed: pictures.filter((picture) => !picture.hasAttribute("alt")).map((picture) => picture.src),
    unmeasured: pictures.filter((picture) => !(picture.getAttribute("width") && picture.getAttribute("height"))).map((picture) => picture.src),
    missing: pictures.filter((picture) => picture.naturalWidth === 0).map((picture) => picture.src),
    pale: [...document.body.querySelectorAll("*")].filter((element) => hasWords(element) && isPale(element)).map(name),
    shifted: window.shifted,
    movers: window.movers,
  };
};
