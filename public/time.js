// Shows instants in the time zone of the reader. The server cannot know the zone, so
// it writes UTC; this script rewrites the text of each `<time data-local>`, also of those
// that the application adds or changes later. Their titles say UTC.
// The account menu stores another zone under `sunset.zone` and sets `data-zone` on the
// root element.
const SELECTOR = "time[data-local]";

const PARTS = {
  day: { year: "numeric", month: "short", day: "numeric" },
  minute: {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
  },
};

let formats = {};

const chooseZone = () => {
  let zone;
  try {
    zone = localStorage.getItem("sunset.zone") ?? undefined;
  } catch {
    // Storage is switched off: the zone of the browser it is.
  }
  const make = (timeZone) => {
    formats = Object.fromEntries(
      Object.entries(PARTS).map(([name, parts]) => [
        name,
        new Intl.DateTimeFormat("en-US", { ...parts, timeZone }),
      ]),
    );
  };
  try {
    make(zone);
  } catch {
    // The browser does not know the stored zone.
    make(undefined);
  }
};

const show = (time) => {
  const at = new Date(time.dateTime);
  const format = formats[time.dataset.local];
  if (!format || Number.isNaN(at.valueOf())) return;
  // Intl puts a narrow space before PM, which not every font has.
  const text = format.format(at).replaceAll("\u202f", " ");
  const node = time.firstChild;
  time.title = `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  // The node belongs to the application, so it is kept and only its text changes.
  if (node instanceof Text && node.data !== text) node.data = text;
};

const showWithin = (node) => {
  if (!(node instanceof Element)) return;
  if (node.matches(SELECTOR)) show(node);
  for (const time of node.querySelectorAll(SELECTOR)) show(time);
};

const root = document.documentElement;
chooseZone();
showWithin(root);
new MutationObserver((records) => {
  for (const { type, target, addedNodes, attributeName } of records) {
    if (attributeName === "data-zone") {
      chooseZone();
      showWithin(root);
    } else if (type === "childList") {
      for (const node of addedNodes) showWithin(node);
      // A text node was put into a `<time>` that is there already.
      const time = addedNodes.length !== 0 && target.closest?.(SELECTOR);
      if (time) show(time);
    } else {
      const time = (target instanceof Element ? target : target.parentElement)?.closest(SELECTOR);
      if (time) show(time);
    }
  }
}).observe(root, {
  subtree: true,
  childList: true,
  characterData: true,
  attributeFilter: ["datetime", "data-zone"],
});
