/* Reading aloud with a voice of the device. Only what stands on the page is read: past the wall there is nothing. */

const box = document.querySelector("[data-listen]");
const voices = window.speechSynthesis;
const language = document.documentElement.lang;

if (box && voices) {
  const play = box.querySelector("[data-listen-play]");
  const stop = box.querySelector("[data-listen-stop]");
  const texts = [...document.querySelectorAll("article h1, .article__standfirst, .prose :is(p, h2, h3, li, blockquote)")]
    .filter((block) => !block.closest("figure, form, .table-scroll") && !block.querySelector("p, li"))
    .map((block) => ({ words: block.textContent.trim(), lang: block.closest("[lang]").lang }))
    .filter(({ words }) => words);
  let next = 0;
  let speech = null;

  const voiceFor = (lang) => voices.getVoices().find((voice) => voice.lang.replace("_", "-").split("-")[0] === lang.split("-")[0]);
  const offer = () => {
    box.hidden = !voiceFor(language);
  };
  const show = (isSpeaking) => {
    play.toggleAttribute("data-on", isSpeaking);
    stop.hidden = !isSpeaking && next === 0;
  };
  /* One utterance a paragraph: browsers cut long ones short, and pausing then only means to begin this one again. */
  const speak = () => {
    if (next >= texts.length) return halt();
    const { words, lang } = texts[next];
    const mine = new SpeechSynthesisUtterance(words);
    mine.lang = lang;
    mine.voice = voiceFor(lang) ?? null;
    mine.onend = () => {
      if (speech !== mine) return;
      next += 1;
      speak();
    };
    mine.onerror = () => {
      if (speech === mine) pause();
    };
    speech = mine;
    voices.speak(mine);
    return show(true);
  };
  const pause = () => {
    speech = null;
    voices.cancel();
    show(false);
  };
  const halt = () => {
    next = 0;
    pause();
  };

  play.addEventListener("click", () => (speech ? pause() : speak()));
  stop.addEventListener("click", () => {
    play.focus();
    halt();
  });
  voices.addEventListener?.("voiceschanged", offer);
  addEventListener("pagehide", halt);
  offer();
}
