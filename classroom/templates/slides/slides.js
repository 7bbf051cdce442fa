// Starts Reveal after formulas are typeset and every slide has been made to fit its 1280 x 720 pixels.
const HEIGHT = 720;

function fit(slide) {
  const room = HEIGHT + 1; // rounding of half pixels
  const tooTall = () => slide.scrollHeight > room;
  if (slide.querySelector("img")) {
    for (let figure = 470; figure > 250 && tooTall(); figure -= 20) slide.style.setProperty("--figure", `${figure}px`);
  }
  for (let size = 24; size > 15 && tooTall(); size -= 0.5) slide.style.fontSize = `${size}px`;
  if (slide.querySelector("img")) {
    for (let figure = 240; figure >= 150 && tooTall(); figure -= 15) slide.style.setProperty("--figure", `${figure}px`);
  }
  slide.classList.toggle("scroll", tooTall());
}

async function start() {
  await MathJax.startup.promise;
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  for (const image of document.images) image.style.setProperty("--ratio", image.naturalWidth / image.naturalHeight);
  const reveal = document.querySelector(".reveal");
  reveal.classList.add("measuring");
  const slides = [...reveal.querySelectorAll(".slides section:not(.stack)")];
  slides.filter((slide) => !slide.querySelector("section")).forEach(fit);
  reveal.classList.remove("measuring");
  await Reveal.initialize({
    width: 1280, height: HEIGHT, margin: 0, center: false, hash: true, transition: "none", slideNumber: "c/t",
  });
  const description = "Show the notebook's explanation";
  Reveal.addKeyBinding({ keyCode: 84, key: "T", description }, () => reveal.classList.toggle("explained"));
}

window.addEventListener("load", start);
