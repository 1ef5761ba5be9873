// Addresses and sentences the server wrote into the page for these scripts.
const source = document.getElementById("desk-words");
const given = source ? JSON.parse(source.textContent) : { urls: {}, words: {} };

export const urls = given.urls;

/** A sentence in the desk's language, its {gaps} filled. */
export const say = (name, gaps = {}) =>
  Object.entries(gaps).reduce((text, [gap, value]) => text.replace(`{${gap}}`, value), given.words[name] ?? name);

export const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

/** An element with properties (class, text, on…) and children. */
export const element = (tag, properties = {}, children = []) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") made.className = value;
    else if (name === "text") made.textContent = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
};
