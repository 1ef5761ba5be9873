// What can be measured about how a page looks; a function for the browser. Every list holds what is wrong.
async () => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const name = (element) => `${element.tagName.toLowerCase()}.${element.className} “${element.textContent.trim().slice(0, 40)}”`;
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

  const known = new Map();
  const rgba = (colour) => {
    if (!known.has(colour)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
      known.set(colour, { channels: [red, green, blue], alpha: alpha / 255 });
    }
    return known.get(colour);
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
  const over = ({ channels, alpha }, below) => channels.map((value, at) => value * alpha + below[at] * (1 - alpha));
  // From the root to an element, what is drawn over one another.
  const layers = (element) => (element ? [...layers(element.parentElement), getComputedStyle(element)] : []);
  // A colour on the last of them, as it is seen through what is translucent; null for the ground alone.
  const seen = ([first, ...rest], colour, below) => {
    const ground = over(rgba(first.backgroundColor), below);
    const inside = rest.length ? seen(rest, colour, ground) : colour ? over(colour, ground) : ground;
    return over({ channels: inside, alpha: Number(first.opacity) }, below);
  };
  const isOpaque = (style) => rgba(style.backgroundColor).alpha > 0.99;
  // On a picture nobody can say.
  const isOnAPicture = (styles) =>
    styles.slice(Math.max(0, styles.findLastIndex(isOpaque))).some((style) => style.backgroundImage !== "none");
  const isPale = (element) => {
    const styles = layers(element);
    if (isOnAPicture(styles)) return false;
    const style = styles.at(-1);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const [ink, ground] = [rgba(style.color), null].map((colour) => seen(styles, colour, [255, 255, 255]));
    return contrast(ink, ground) < (isLarge ? 3 : 4.5);
  };
  // Out of its place it may stand on what is no ancestor of it, which axe can tell; what nobody sees is a pixel wide.
  const isAfloat = (element) => {
    const styles = layers(element);
    const above = styles.slice(styles.findLastIndex(isOpaque) + 1);
    return element.offsetWidth > 1 && above.some(({ position }) => ["absolute", "fixed", "sticky"].includes(position));
  };
  const isField = (element) => element.matches("select, textarea, input:not([type=hidden], [type=checkbox], [type=radio])");
  const hasWords = (element) =>
    (isField(element) || [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim())) &&
    !element.closest(".visually-hidden, [aria-hidden=true], :disabled, svg, noscript, option") &&
    shown(element);

  const pictures = [...document.images];
  for (const picture of pictures) picture.loading = "eager";
  await Promise.all(pictures.map((picture) => picture.decode().catch(() => null)));
  await document.fonts.ready;
  const root = document.documentElement;
  const words = [...document.body.querySelectorAll("*")].filter(hasWords);
  return {
    language: `${root.lang} ${root.dir}`,
    overflow: Math.max(0, root.scrollWidth - root.clientWidth),
    headings: [...document.querySelectorAll("h1")].filter(shown).length,
    undescribed: pictures.filter((picture) => !picture.hasAttribute("alt")).map((picture) => picture.src),
    unmeasured: pictures.filter((picture) => !(picture.getAttribute("width") && picture.getAttribute("height"))).map((picture) => picture.src),
    missing: pictures.filter((picture) => picture.naturalWidth === 0).map((picture) => picture.src),
    pale: words.filter(isPale).map(name),
    afloat: words.filter(isAfloat).map(name),
    shifted: window.shifted,
    movers: window.movers,
  };
};
